// The metrics of deployments, as a part of the table of all metrics.
// No label may ever hold an item or a version: an environment is called by what stands in the configuration.
import type { MetricDefinition } from './metric-definitions.ts';

const ENVIRONMENT = { project: 'a project', environment: 'one of its environments' };
const KIND = '`release`, `rollback`';
/** A deploy takes seconds to minutes; one that is watched, up to days. */
const OPERATION_BUCKETS = [
  5, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 21_600, 86_400,
];

export const DEPLOYMENT_METRICS = {
  deploymentState: {
    name: 'onceward_deployment_state',
    kind: 'gauge',
    help: 'Where each environment stands: 1 for its state.',
    labels: { ...ENVIRONMENT, state: 'of the deployment, such as `healthy` or `held`' },
  },
  deploymentQueue: {
    name: 'onceward_deployment_queue_entries',
    kind: 'gauge',
    help: 'Releases that wait for an environment; what is under way is not among them.',
    labels: ENVIRONMENT,
  },
  deploymentOperationNumber: {
    name: 'onceward_deployment_operation_number',
    kind: 'gauge',
    help: 'Number of the newest operation of an environment: how often one was begun there.',
    labels: ENVIRONMENT,
  },
  deploymentHeldSince: {
    name: 'onceward_deployment_held_since_seconds',
    kind: 'gauge',
    help: 'Since when an environment waits for a person, as seconds since 1970; 0 while it does not.',
    labels: ENVIRONMENT,
  },
  deploymentOperations: {
    name: 'onceward_deployment_operations_total',
    kind: 'counter',
    help: 'Operations of deployments that have ended.',
    labels: {
      kind: KIND,
      outcome:
        '`healthy`, `rolled-back`, `degraded`, `failed`, `not-applicable`, `contained` (what is live holds it), `withdrawn`, `rejected`',
    },
  },
  deploymentDuration: {
    name: 'onceward_deployment_operation_seconds',
    kind: 'histogram',
    help: 'From the beginning of an operation to its end, the watch included.',
    labels: { kind: KIND },
    buckets: OPERATION_BUCKETS,
  },
  deploymentMeasurements: {
    name: 'onceward_deployment_measurements_total',
    kind: 'counter',
    help: 'Measurements of probes. Those that could not be made say nothing of a version.',
    labels: { outcome: '`good`, `bad`, `inconclusive`, `error`' },
  },
  deploymentIncidents: {
    name: 'onceward_deployment_incidents_total',
    kind: 'counter',
    help: 'Versions that proved bad after they were deployed.',
    labels: {},
  },
  deploymentHolds: {
    name: 'onceward_deployment_holds_total',
    kind: 'counter',
    help: 'How often a deployment began to wait for a person.',
    labels: {
      cause:
        '`operator`, `untested`, `provenance-mismatch`, `infrastructure`, `unobserved`, `inconclusive`, `undecided`, `nothing-to-roll-back-to`, `other`',
    },
  },
  deploymentHolderLosses: {
    name: 'onceward_deployment_holder_losses_total',
    kind: 'counter',
    help: 'Workers that lost the lease of a deployment.',
    labels: { cause: '`holder-lost` (its presence lapsed), `lease-elapsed` (nothing got done)' },
  },
} as const satisfies Record<string, MetricDefinition>;
