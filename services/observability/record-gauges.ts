// What a scrape says of merge queues and deployments, each by its project and its branch or environment.
// It must never leave a series behind of what is not there any more.
import type { Gauge } from 'prom-client';
import type { DeploymentFact } from './deployment-facts.ts';
import type { MergeFact } from './merge-facts.ts';

export interface RecordGauges {
  mergeEntries: Gauge;
  mergeHeldUp: Gauge;
  deploymentState: Gauge;
  deploymentQueue: Gauge;
  deploymentOperationNumber: Gauge;
  deploymentHeldSince: Gauge;
}

const MS_PER_S = 1_000;

export function showMerges(
  { mergeEntries, mergeHeldUp }: Pick<RecordGauges, 'mergeEntries' | 'mergeHeldUp'>,
  merges: readonly MergeFact[],
): void {
  for (const gauge of [mergeEntries, mergeHeldUp]) gauge.reset();
  for (const { project, branch, entries, isHeldUp } of merges) {
    mergeEntries.set({ project, branch }, entries);
    mergeHeldUp.set({ project, branch }, isHeldUp ? 1 : 0);
  }
}

export function showDeployments(
  gauges: Omit<RecordGauges, 'mergeEntries' | 'mergeHeldUp'>,
  deployments: readonly DeploymentFact[],
): void {
  const { deploymentState, deploymentQueue, deploymentOperationNumber } = gauges;
  const { deploymentHeldSince } = gauges;
  const all = [deploymentState, deploymentQueue, deploymentOperationNumber, deploymentHeldSince];
  for (const gauge of all) gauge.reset();
  for (const { project, environment, state, queued, operations, heldSinceMs } of deployments) {
    const labels = { project, environment };
    deploymentState.set({ ...labels, state }, 1);
    deploymentQueue.set(labels, queued);
    deploymentOperationNumber.set(labels, operations);
    deploymentHeldSince.set(labels, (heldSinceMs ?? 0) / MS_PER_S);
  }
}
