// Counts what becomes of deployments: how operations end and how long they took, measurements, incidents and holds.
// It must never hold anything of an item, nor count an event twice.
import type { Counter, Histogram } from 'prom-client';
import type { OperationOutcome } from '../../machines/deployment/context.ts';
import { deploymentEventSchemas, type Measurement } from '../../machines/deployment/events.ts';
import type { ActorRecord } from '../../machines/record.ts';
import { deploymentContextOf } from '../../machines/typed-context.ts';
import type { AuditEntry } from '../actors/audit-entry.ts';
import type { Observed } from '../actors/observer.ts';
import { HOLDER_LOSSES } from './merge-metrics.ts';

export interface DeploymentMeters {
  deploymentOperations: Counter;
  deploymentDuration: Histogram;
  deploymentMeasurements: Counter;
  deploymentIncidents: Counter;
  deploymentHolds: Counter;
  deploymentHolderLosses: Counter;
}

export const OPERATION_KINDS = ['release', 'rollback'] as const;

export const OPERATION_OUTCOMES = [
  'healthy',
  'rolled-back',
  'degraded',
  'failed',
  'not-applicable',
  'contained',
  'withdrawn',
  'rejected',
] as const satisfies readonly OperationOutcome[];

export const MEASUREMENTS = [
  'good',
  'bad',
  'inconclusive',
  'error',
] as const satisfies readonly Measurement['outcome'][];

const OTHER = 'other';

export const HOLD_CAUSES = [
  ...(['operator', 'untested', 'provenance-mismatch', 'infrastructure', 'unobserved'] as const),
  ...(['inconclusive', 'undecided', 'nothing-to-roll-back-to', OTHER] as const),
] as const;

const MS_PER_S = 1_000;

export function meterDeployment(
  meters: DeploymentMeters,
  { type, from, to }: AuditEntry,
  { before, after }: Observed,
): void {
  if (before?.machine !== 'deployment' || after?.machine !== 'deployment') return;
  const [then, now] = [deploymentContextOf(before), deploymentContextOf(after)];
  const last = then.ended.at(-1)?.number ?? 0;
  for (const { number, kind, outcome, startedAtMs, endedAtMs } of now.ended) {
    if (number <= last) continue;
    meters.deploymentOperations.inc({ kind, outcome });
    meters.deploymentDuration.observe({ kind }, Math.max(0, endedAtMs - startedAtMs) / MS_PER_S);
  }
  const known = then.incidents.at(-1)?.atMs ?? 0;
  for (const { atMs } of now.incidents) if (atMs > known) meters.deploymentIncidents.inc();
  for (const outcome of measuredIn(after)) meters.deploymentMeasurements.inc({ outcome });
  if (to === 'held' && from !== 'held') {
    const cause = HOLD_CAUSES.find((one) => one === now.holding?.cause) ?? OTHER;
    meters.deploymentHolds.inc({ cause });
  }
  const cause = HOLDER_LOSSES.find((one) => one === type);
  if (cause !== undefined && then.holder !== null) meters.deploymentHolderLosses.inc({ cause });
}

/** Of the event that made this very record: the watch itself is gone with its last round. */
function measuredIn({ event }: ActorRecord): Measurement['outcome'][] {
  if (event.type !== 'measured') return [];
  const told = deploymentEventSchemas.measured.shape.results.safeParse(event.data?.['results']);
  return told.success ? told.data.map(({ outcome }) => outcome) : [];
}
