// The names of the queues of jobs: which kinds of jobs a lane holds, and what the consumer of a lane is called.
// Nothing here talks to a server.
import type { JobLane } from '../ports.ts';

export interface Line {
  pool: string;
  project: string;
}

/** Which kinds of jobs a lane holds: each kind stands in exactly one. */
export const KINDS: Record<JobLane, readonly string[]> = {
  work: ['work'],
  tend: ['evaluate', 'cleanup'],
  merge: ['merge'],
  deploy: ['deploy'],
};

/** A queue or an environment stands still until its job is taken; whoever takes a job that is another's is refused. */
const MAX_LEASED_ACK_WAIT_MS = 5_000;
const LANES = Object.keys(KINDS) as JobLane[];
/** Neither name can hold it, so no two lanes share a consumer. */
const SEPARATOR = '=';

export function consumerOf({ pool, project, lane }: Line & { lane: JobLane }): string {
  const parts = lane === 'work' ? [pool, project] : [pool, project, lane];
  return parts.join(SEPARATOR);
}

/** Null for a consumer that is none of ours. */
export function lineOfConsumer(name: string): (Line & { lane: JobLane }) | null {
  const [pool = '', project = '', lane = 'work', ...more] = name.split(SEPARATOR);
  if (pool === '' || project === '' || more.length > 0 || !isLane(lane)) return null;
  return { pool, project, lane };
}

/**
 * How long a delivered job of a lane may stay unacknowledged before another worker gets it, in milliseconds.
 * @param ackWaitMs the setting `jobAckWaitMs`
 */
export function ackWaitMsOf(lane: JobLane, ackWaitMs: number): number {
  const isLeased = lane === 'merge' || lane === 'deploy';
  return isLeased ? Math.min(ackWaitMs, MAX_LEASED_ACK_WAIT_MS) : ackWaitMs;
}

/** Null for a kind of job that this version does not know. */
export function laneOfKind(kind: string): JobLane | null {
  return LANES.find((lane) => KINDS[lane].includes(kind)) ?? null;
}

function isLane(text: string): text is JobLane {
  return Object.hasOwn(KINDS, text);
}
