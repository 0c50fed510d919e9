// The settings of every stream, bucket and consumer onceward uses, as data.
// Nothing here talks to a server.
import type { BucketName } from '../ports.ts';

/** Named as in the JetStream API; durations in nanoseconds. */
export type Settings = Readonly<Record<string, unknown>>;

export interface TopologyOptions {
  /** Partitions of the mailbox, 1 to 64. Defaults to 16; an existing stream keeps its own. */
  partitions?: number;
  /** Copies of every stream: 1, 3 or 5. Defaults to 1. */
  replicas?: number;
  /** How long finished actors are kept, in milliseconds. Defaults to 90 days. */
  archiveMaxAgeMs?: number;
}

export const EVENTS_STREAM = 'ONCEWARD_EVENTS';
export const JOBS_STREAM = 'ONCEWARD_JOBS';
export const AUDIT_STREAM = 'ONCEWARD_AUDIT';
export const DELIVERIES_STREAM = 'ONCEWARD_DELIVERIES';
export const PRESENCE_BUCKET = 'onceward-presence';
const PARTITIONS_DEFAULT = 16;
export const MAX_PARTITIONS = 64;
/** The priority group in which one host is pinned to a partition's consumer. */
export const OWNER_GROUP = 'owner';

const SECOND_NS = 1_000_000_000;
const DAY_NS = 86_400 * SECOND_NS;
const DAY_MS = 86_400_000;
const NS_PER_MS = 1_000_000;
const HISTORY = 64;
const ARCHIVE_MAX_AGE_MS_DEFAULT = 90 * DAY_MS;
/** Some 25 000 webhooks of the usual 20 KB: whoever sends more of them keeps the newest. */
const MAX_DELIVERIES_BYTES = 512 * 1_024 * 1_024;
/** Lists read the heads of all of them: 100 000 take a second or two. */
const MAX_DELIVERIES = 100_000;

/** What every stream has unless it says otherwise. */
const COMMON = {
  storage: 'file',
  retention: 'limits',
  discard: 'old',
  max_consumers: -1,
  max_msgs: -1,
  max_bytes: -1,
  max_msg_size: -1,
  max_msgs_per_subject: -1,
  max_age: 0,
  duplicate_window: 120 * SECOND_NS,
  allow_direct: true,
  deny_delete: true,
  deny_purge: false,
  allow_rollup_hdrs: false,
  allow_atomic: false,
  allow_msg_ttl: false,
  compression: 'none',
  // `async` answers before the write is on disk, even under `sync_interval: always`.
  persist_mode: 'default',
};

/** As the KV specification (ADR-8) has it, plus atomic batches. */
const BUCKET = {
  discard: 'new',
  max_msgs_per_subject: HISTORY,
  allow_rollup_hdrs: true,
  allow_atomic: true,
  allow_msg_ttl: true,
};

const RECORD_BUCKETS: readonly BucketName[] = [
  'onceward-items',
  'onceward-runs',
  'onceward-accounts',
  'onceward-merges',
  'onceward-deployments',
  'onceward-projects',
];

/** The settings of all streams, buckets included, in the order in which they are created. */
export function streamSettings(options: TopologyOptions): Settings[] {
  const archiveMaxAgeMs = options.archiveMaxAgeMs ?? ARCHIVE_MAX_AGE_MS_DEFAULT;
  const archive = { max_msgs_per_subject: 1, max_age: archiveMaxAgeMs * NS_PER_MS };
  const replicas = options.replicas ?? 1;
  // Jobs and audit entries can be derived again from the records, so they need no fsync each.
  // Servers refuse `async` for replicated streams.
  const derivable = { persist_mode: replicas === 1 ? 'async' : 'default' };
  return [
    eventStream(options.partitions ?? PARTITIONS_DEFAULT),
    stream(JOBS_STREAM, 'onceward.job.>', { retention: 'workqueue', ...derivable }),
    stream(AUDIT_STREAM, 'onceward.audit.>', { max_age: 90 * DAY_NS, ...derivable }),
    stream(DELIVERIES_STREAM, 'onceward.delivery.*.*', {
      max_age: 7 * DAY_NS,
      max_bytes: MAX_DELIVERIES_BYTES,
      max_msgs: MAX_DELIVERIES,
      // The ids within it are held in memory. A repeat beyond it is stored again, and looked at again: harmless.
      duplicate_window: 3_600 * SECOND_NS,
    }),
    ...RECORD_BUCKETS.map((name) => bucket(name, {})),
    bucket('onceward-archive', archive),
    bucket(PRESENCE_BUCKET, {
      storage: 'memory',
      max_msgs_per_subject: 1,
      // An expired key leaves a marker, so that watchers hear of it.
      subject_delete_marker_ttl: 60 * SECOND_NS,
    }),
  ].map((settings) => ({ ...settings, num_replicas: replicas }));
}

/** The settings of the consumer that delivers one partition. */
export function partitionConsumer(partition: number): Settings {
  return {
    durable_name: `mailbox-${partition}`,
    filter_subject: `onceward.mailbox.${partition}.>`,
    deliver_policy: 'all',
    replay_policy: 'instant',
    ack_policy: 'explicit',
    ack_wait: 30 * SECOND_NS,
    max_ack_pending: 2_000,
    max_deliver: -1,
    priority_groups: [OWNER_GROUP],
    priority_policy: 'pinned_client',
    priority_timeout: 5 * SECOND_NS,
  };
}

/** An item and its runs share a partition: it is hashed from the second and third wildcard. */
function eventStream(partitions: number): Settings {
  const partition = `{{partition(${partitions},2,3)}}`;
  const address = '{{wildcard(1)}}.{{wildcard(2)}}.{{wildcard(3)}}';
  return stream(EVENTS_STREAM, 'onceward.event.*.*.*.>', {
    max_age: 7 * DAY_NS,
    subject_transform: {
      src: 'onceward.event.*.*.*.>',
      dest: `onceward.mailbox.${partition}.${address}.>`,
    },
  });
}

/** The number of partitions in a stream's subject transform; null when it has none. */
export function partitionsOf(settings: Settings): number | null {
  const transform = settings['subject_transform'] as { dest?: string } | undefined;
  const found = /\{\{partition\((\d+),2,3\)\}\}/.exec(transform?.dest ?? '');
  return found ? Number(found[1]) : null;
}

function stream(name: string, subject: string, own: Settings): Settings {
  return { ...COMMON, name, subjects: [subject], ...own };
}

function bucket(name: string, own: Settings): Settings {
  return stream(`KV_${name}`, `$KV.${name}.>`, { ...BUCKET, ...own });
}
