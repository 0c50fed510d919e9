// The counters that are there before they count. Prometheus sees a rise between two samples alone: to it, a first
// alarm that came with the series itself would be none. It must never begin a series that grows with the work.
import type { Counter } from 'prom-client';
import { REFUSAL_REASONS } from '../../machines/event.ts';
import { budgetsSchema } from '../../machines/pipeline.ts';
import { ACTOR_KINDS } from '../../machines/registry.ts';
import { WEBHOOK_OUTCOMES } from '../intake/webhook-outcome.ts';
import { WEBHOOK_SOURCES } from '../intake/webhook-source.ts';
import {
  HOLD_CAUSES,
  MEASUREMENTS,
  OPERATION_KINDS,
  OPERATION_OUTCOMES,
} from './deployment-metrics.ts';
import { HOLDER_LOSSES, TRIAL_OUTCOMES } from './merge-metrics.ts';
import { ACTUATORS, ALARMS } from './metric-labels.ts';

type Labels = Readonly<Record<string, readonly string[]>>;

const BEGUN = {
  refusals: { machine: ACTOR_KINDS, reason: REFUSAL_REASONS },
  claims: {
    outcome: ['won', 'lost'],
    tier: [
      'monitor',
      'evaluator',
      'reaper',
      'person',
      'policy',
      'publisher',
      'queue',
      'deployment',
    ],
  },
  takeovers: { tier: ['evaluator', 'reaper', 'epoch', 'partition'] },
  budgets: { budget: budgetsSchema.keyof().options },
  agentTokens: { kind: ['input', 'cached_input', 'output'] },
  alarms: { reason: [...ALARMS] },
  alarmActions: {
    action: ['command', 'webhook', 'slack'],
    outcome: ['done', 'failed', 'held', 'dropped'],
  },
  webhooks: { source: WEBHOOK_SOURCES, outcome: WEBHOOK_OUTCOMES },
  spans: { outcome: ['exported', 'failed'] },
  outsideDeeds: { actuator: ACTUATORS, outcome: ['done', 'shadowed', 'failed'] },
  mergeTrials: { outcome: TRIAL_OUTCOMES },
  mergeItems: { outcome: ['landed', 'sent-back'] },
  mergeHolderLosses: { cause: HOLDER_LOSSES },
  deploymentOperations: { kind: OPERATION_KINDS, outcome: OPERATION_OUTCOMES },
  deploymentMeasurements: { outcome: MEASUREMENTS },
  deploymentIncidents: {},
  deploymentHolds: { cause: HOLD_CAUSES },
  deploymentHolderLosses: { cause: HOLDER_LOSSES },
  fleetReadings: { outcome: ['done', 'failed'] },
} as const satisfies Record<string, Labels>;

/** Shows each of them as 0. */
export function beginAtZero(meters: Readonly<Record<keyof typeof BEGUN, Counter>>): void {
  for (const [name, labels] of Object.entries(BEGUN)) {
    for (const one of combinations(labels)) meters[name as keyof typeof BEGUN].inc(one, 0);
  }
}

function combinations(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (made, [label, values]) =>
      made.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}
