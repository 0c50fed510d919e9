// The metrics of merge queues, as a part of the table of all metrics.
// No label may ever hold an item: a queue is called by its project and branch, which stand in the configuration.
import type { MetricDefinition } from './metric-definitions.ts';

const QUEUE = { project: 'a project', branch: 'its base branch' };

export const MERGE_METRICS = {
  mergeEntries: {
    name: 'onceward_merge_queue_entries',
    kind: 'gauge',
    help: 'Items that wait in a merge queue, or are tried by it.',
    labels: QUEUE,
  },
  mergeHeldUp: {
    name: 'onceward_merge_queue_held_up',
    kind: 'gauge',
    help: 'Whether nothing lands until somebody has looked: 1 while a merge queue is frozen or paused, else 0.',
    labels: QUEUE,
  },
  mergeTrials: {
    name: 'onceward_merge_trials_total',
    kind: 'counter',
    help: 'Trials of merge queues that have ended.',
    labels: {
      outcome:
        '`landed`, `red`, `green-base`, `red-base` (the base alone), `conflict`, `infrastructure`, `base-moved`, `dissolved`',
    },
  },
  mergeItems: {
    name: 'onceward_merge_items_total',
    kind: 'counter',
    help: 'What became of items in merge queues. Those that left by themselves are not counted.',
    labels: { outcome: '`landed`, `sent-back`' },
  },
  mergeHolderLosses: {
    name: 'onceward_merge_holder_losses_total',
    kind: 'counter',
    help: 'Workers that lost the lease of a merge queue.',
    labels: { cause: '`holder-lost` (its presence lapsed), `lease-elapsed` (nothing got done)' },
  },
} as const satisfies Record<string, MetricDefinition>;
