// What of a deployment decides how it can go on: without times, texts and numbers that only rise.
import type { DeploymentContext } from '../../../machines/deployment/context.ts';

export function deploymentEssence(context: DeploymentContext): unknown {
  const { queue, release, operation, holder, watch, holding, live, incidents } = context;
  return [
    queue.map(({ item }) => item),
    release && [
      ...[release.item, release.attempt, release.artifact?.digest],
      ...[release.override !== null, release.withdrawn !== null],
    ],
    operation && [
      ...[operation.kind, operation.faults, operation.reclaims, operation.isTouched],
      operation.target?.digest,
    ],
    holder && Math.min(holder.watermark, 1),
    watch?.probes.map(({ state, measured }) => [state, measured]),
    holding && [holding.cause === 'operator', holding.cause === 'untested', holding.from],
    [context.holdWanted !== null, context.rollbackWanted !== null, context.rest],
    [live?.digest, context.good.map(({ digest }) => digest)],
    context.condemned.map(({ digest }) => digest),
    incidents.map(({ isItemWanted, openedItem }) => [isItemWanted, openedItem]),
    context.decided.map(({ item, attempt }) => [item, attempt]),
    context.operations,
  ];
}
