// The queue of jobs on a real server: two workers on connections of their own, and a line nobody has used.
// It must never end a job by itself: whether one comes again is what the tests look at.
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { createJobSource } from '../../../transport/nats/jobs.ts';
import { JOBS_STREAM } from '../../../transport/nats/topology-settings.ts';
import type { Job, JobSource } from '../../../transport/ports.ts';
import { openNats } from '../../support/nats-fixture.ts';

const ACK_WAIT_MS = 30_000;
type Lane = Parameters<JobSource['take']>[0];
let projects = 0;

/** Two workers on connections of their own, and a project nobody has used. */
export async function setup(ackWaitMs = ACK_WAIT_MS) {
  const { close, connect, nc } = await openNats();
  projects += 1;
  const line: Lane = { pool: 'default', project: `shop${projects}`, lane: 'work' };
  const publishAs = async (kind: string, project: string, bodies: readonly string[]) => {
    for (const body of bodies) {
      const subject = `onceward.job.${line.pool}.${kind}.${project}`;
      await jetstream(nc).publish(subject, body, { msgID: `${project}:${body}` });
    }
  };
  const publish = (project: string, ...bodies: string[]) => publishAs('work', project, bodies);
  const workers = await Promise.all(
    ['a', 'b'].map(async (name) => createJobSource(await connect(name), { ackWaitMs })),
  );
  const [first, second] = workers as [JobSource, JobSource];
  /** What the server knows of a lane, over all workers. */
  const pendingOf = async ({ pool, project }: typeof line) => {
    const { consumers } = await jetstreamManager(nc);
    const info = await consumers.info(JOBS_STREAM, `${pool}=${project}`);
    return { unfinished: info.num_ack_pending, waiting: info.num_pending };
  };
  return { close, first, line, nc, pendingOf, publish, publishAs, second };
}

export function bodies(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `job-${n}`);
}

export function bodiesOf(jobs: readonly (Job | null)[]): (string | undefined)[] {
  return jobs.map((job) => job?.body);
}

/** One job, or null when there is none to be had now. */
export async function takeOne(source: JobSource, line: Lane): Promise<Job | null> {
  const [job = null] = await source.take(line, 1);
  return job;
}

/** Asks until there is a job; the server decides when. */
export async function nextOf(source: JobSource, line: Lane): Promise<Job> {
  for (;;) {
    const job = await takeOne(source, line);
    if (job !== null) return job;
  }
}
