// How much waits: in each partition's mailbox, and in each queue of jobs. A few requests, however many consumers.
// It must never take, acknowledge or create anything.
import type { NatsConnection } from 'nats';
import { OncewardError } from '../errors.ts';
import { API_CODES, type ApiFailure, apiRequest } from './jetstream-api.ts';
import { laneOfKind, lineOfConsumer } from './job-lanes.ts';
import { EVENTS_STREAM, JOBS_STREAM } from './topology-settings.ts';

export interface PartitionFact {
  partition: number;
  /** Mailbox messages not handled yet. */
  waiting: number;
  /** Whether some host is pinned to it. */
  isHeld: boolean;
}

export interface QueueFact {
  pool: string;
  project: string;
  lane: string;
  /** Jobs nobody has taken. */
  waiting: number;
  /** Jobs a worker has. */
  underWay: number;
}

export interface FleetFacts {
  /** By number. */
  partitions: PartitionFact[];
  /** By pool, project and lane; those that no worker has opened yet included, if jobs wait there. */
  queues: QueueFact[];
}

interface ConsumerFact {
  name: string;
  num_pending: number;
  num_ack_pending: number;
  priority_groups?: { pinned_client_id?: string }[];
}

interface ConsumerPage {
  total: number;
  consumers: ConsumerFact[] | null;
}

/** Of 256 consumers each; more are not looked at. */
const MAX_PAGES = 64;
const MAILBOX = /^mailbox-(\d+)$/;
const JOB_SUBJECT = /^onceward\.job\.([^.]+)\.([^.]+)\.([^.]+)$/;

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN, STREAM_MISMATCH when the streams are not there */
export async function readFleetFacts(nc: NatsConnection): Promise<FleetFacts> {
  const [mailboxes, lanes, stored] = await Promise.all([
    consumersOf(nc, EVENTS_STREAM),
    consumersOf(nc, JOBS_STREAM),
    storedJobs(nc),
  ]);
  return { partitions: partitionsIn(mailboxes), queues: queuesIn(lanes, stored) };
}

async function consumersOf(nc: NatsConnection, stream: string): Promise<ConsumerFact[]> {
  const found: ConsumerFact[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const from = { offset: found.length };
    const answer = await apiRequest<ConsumerPage>(nc, `CONSUMER.LIST.${stream}`, from);
    if (!answer.ok) throw refused(stream, answer.error);
    const consumers = answer.value.consumers ?? [];
    found.push(...consumers);
    if (consumers.length === 0 || found.length >= answer.value.total) break;
  }
  return found;
}

/** How many jobs are stored under each subject. */
async function storedJobs(nc: NatsConnection): Promise<Record<string, number>> {
  const answer = await apiRequest<{ state: { subjects?: Record<string, number> } }>(
    nc,
    `STREAM.INFO.${JOBS_STREAM}`,
    { subjects_filter: 'onceward.job.>' },
  );
  if (!answer.ok) throw refused(JOBS_STREAM, answer.error);
  return answer.value.state.subjects ?? {};
}

function partitionsIn(consumers: readonly ConsumerFact[]): PartitionFact[] {
  return consumers
    .flatMap(({ name, num_pending, num_ack_pending, priority_groups = [] }) => {
      const partition = MAILBOX.exec(name)?.[1];
      if (partition === undefined) return [];
      const isHeld = priority_groups.some((group) => Boolean(group.pinned_client_id));
      return [{ partition: Number(partition), waiting: num_pending + num_ack_pending, isHeld }];
    })
    .sort((a, b) => a.partition - b.partition);
}

function queuesIn(
  consumers: readonly ConsumerFact[],
  stored: Readonly<Record<string, number>>,
): QueueFact[] {
  const queues = new Map<string, QueueFact>();
  for (const { name, num_pending: waiting, num_ack_pending: underWay } of consumers) {
    const line = lineOfConsumer(name);
    if (line !== null) queues.set(nameOf(line), { ...line, waiting, underWay });
  }
  const open = new Set(queues.keys());
  for (const [subject, count] of Object.entries(stored)) {
    const [, pool = '', kind = '', project = ''] = JOB_SUBJECT.exec(subject) ?? [];
    const line = { pool, project, lane: laneOfKind(kind) ?? kind };
    if (pool === '' || open.has(nameOf(line))) continue;
    // No worker has ever served this pool and project: nobody but the stream itself knows of these.
    const waiting = (queues.get(nameOf(line))?.waiting ?? 0) + count;
    queues.set(nameOf(line), { ...line, waiting, underWay: 0 });
  }
  return [...queues.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ pool, project, lane }: Pick<QueueFact, 'pool' | 'project' | 'lane'>): string {
  return `${pool} ${project} ${lane}`;
}

function refused(stream: string, { err_code, description }: ApiFailure): OncewardError {
  const isMissing = err_code === API_CODES.streamNotFound;
  const code = isMissing ? 'STREAM_MISMATCH' : 'BROKER_UNAVAILABLE';
  return new OncewardError(code, `${stream}: ${description}`, { details: { stream } });
}
