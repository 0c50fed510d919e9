// The job queue: durable consumers for each pool and project, so that one project's backlog cannot
// starve another's, and the server itself keeps each project's limit over all workers. Work and tending
// have a consumer each: what is under way for hours must never count against what takes a moment.
import { AckPolicy, type ConsumerConfig, jetstreamManager } from '@nats-io/jetstream';
import { errors, type Msg, type NatsConnection, type Subscription } from 'nats';
import type { Job, JobLane, JobSource } from '../ports.ts';
import { newInbox } from './connection.ts';
import { requestError } from './jetstream-api.ts';
import { ackWaitMsOf, consumerOf, KINDS, type Line } from './job-lanes.ts';
import { JOBS_STREAM } from './topology-settings.ts';

const NS_PER_MS = 1_000_000;
const REQUEST_LIMIT_MS = 5_000;
const NO_RESPONDERS = 503;
const FIRST_ERROR_STATUS = 300;
/**
 * How long the server looks for a job. Asked only not to wait, it never answers for a lane at its limit,
 * and may hand a job to the request long after it was given up.
 */
const LOOK_MS = 20;
/** Unfinished jobs of tending, over all workers. */
const MAX_TENDING_JOBS = 16;
/** Unfinished jobs of the merge queues of one project, over all workers: one for each base branch. */
const MAX_MERGING_JOBS = 8;
/** Unfinished jobs of the deployments of one project, over all workers: one for each environment. */
const MAX_DEPLOYING_JOBS = 8;

export function createJobSource(nc: NatsConnection, options: { ackWaitMs: number }): JobSource {
  const { ackWaitMs } = options;
  const ack_wait = ackWaitMs * NS_PER_MS;
  return {
    async open({ pool, project, maxConcurrentRuns }) {
      const line = { pool, project };
      const work = { ack_wait, max_ack_pending: maxConcurrentRuns };
      const tend = { ack_wait, max_ack_pending: MAX_TENDING_JOBS };
      try {
        // Work first: a queue whose consumers overlap is refused, and only this one may have been wider.
        await openLane(nc, { ...line, lane: 'work' }, work);
        await openLane(nc, { ...line, lane: 'tend' }, tend);
        const merge = {
          ack_wait: ackWaitMsOf('merge', ackWaitMs) * NS_PER_MS,
          max_ack_pending: MAX_MERGING_JOBS,
        };
        await openLane(nc, { ...line, lane: 'merge' }, merge);
        const deploy = { ...merge, max_ack_pending: MAX_DEPLOYING_JOBS };
        await openLane(nc, { ...line, lane: 'deploy' }, deploy);
      } catch (cause) {
        throw requestError(`the jobs of ${project}`, cause);
      }
    },
    take: (line, max) => take(nc, consumerOf(line), max),
    onHint({ pool, lane }, callback) {
      // A subscription that is forbidden calls back with an error and no message: then there are no hints.
      const hint = (error: Error | null, { subject }: Msg) => {
        if (error === null) callback(projectOf(subject));
      };
      const subscriptions = KINDS[lane].map((kind) =>
        nc.subscribe(`onceward.job.${pool}.${kind}.*`, { callback: hint }),
      );
      return () => {
        for (const subscription of subscriptions) subscription.unsubscribe();
      };
    },
  };
}

/** One request for all of them: it ends with the last, or with the server saying that there are no more. */
function take(nc: NatsConnection, consumer: string, max: number): Promise<Job[]> {
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${JOBS_STREAM}.${consumer}`;
  const request = JSON.stringify({ batch: max, no_wait: true, expires: LOOK_MS * NS_PER_MS });
  const jobs: Job[] = [];
  return new Promise((resolve, reject) => {
    let limit: NodeJS.Timeout | undefined;
    let subscription: Subscription | undefined;
    const end = (failure: Error | null) => {
      clearTimeout(limit);
      // Without interest in its inbox the server drops what is left of the request.
      subscription?.unsubscribe();
      // What has arrived is ours, whatever became of the rest.
      if (failure === null || jobs.length > 0) resolve(jobs);
      else reject(requestError(subject, failure));
    };
    const receive = (error: Error | null, message: Msg) => {
      if (error !== null) return end(error);
      const status = message.headers?.code ?? 0;
      if (status === NO_RESPONDERS) return end(new errors.NoRespondersError(subject));
      if (status >= FIRST_ERROR_STATUS || !message.reply) return end(null);
      jobs.push(jobOf(nc, message, message.reply));
      if (jobs.length === max) end(null);
    };
    // An inbox of its own: a job arrives under the subject it was published on, by which a shared inbox
    // would not know it.
    const inbox = newInbox(nc);
    try {
      subscription = nc.subscribe(inbox, { callback: receive });
      limit = setTimeout(() => end(new errors.TimeoutError()), REQUEST_LIMIT_MS);
      nc.publish(subject, request, { reply: inbox });
    } catch (error) {
      end(error as Error);
    }
  });
}

function projectOf(subject: string): string {
  return subject.slice(subject.lastIndexOf('.') + 1);
}

/** Makes the consumer of a lane, or gives the one that is there these limits. */
async function openLane(
  nc: NatsConnection,
  line: Line & { lane: JobLane },
  limits: Pick<ConsumerConfig, 'ack_wait' | 'max_ack_pending'>,
): Promise<void> {
  const { consumers } = await jetstreamManager(nc);
  const durable_name = consumerOf(line);
  const wanted = { ...filterOf(line), ...limits };
  const existing = await consumers.info(JOBS_STREAM, durable_name).catch(() => null);
  if (existing !== null) {
    await consumers.update(JOBS_STREAM, durable_name, wanted);
    return;
  }
  const config = { durable_name, ack_policy: AckPolicy.Explicit, ...wanted };
  // Another worker may have made it meanwhile, with a limit of its own: the last one counts.
  await consumers
    .add(JOBS_STREAM, config)
    .catch(() => consumers.update(JOBS_STREAM, durable_name, wanted));
}

function filterOf({
  pool,
  project,
  lane,
}: Line & { lane: JobLane }): Pick<ConsumerConfig, 'filter_subject' | 'filter_subjects'> {
  const subjectOf = (kind: string) => `onceward.job.${pool}.${kind}.${project}`;
  return lane === 'work'
    ? { filter_subject: subjectOf('work') }
    : { filter_subjects: KINDS[lane].map(subjectOf) };
}

function jobOf(nc: NatsConnection, message: Msg, reply: string): Job {
  return {
    body: message.string(),
    deliveries: deliveriesOf(reply),
    working: () => nc.publish(reply, '+WPI'),
    done: () => nc.publish(reply, '+ACK'),
    retry: (delayMs) => nc.publish(reply, `-NAK ${JSON.stringify({ delay: delayMs * NS_PER_MS })}`),
  };
}

/** `$JS.ACK.<stream>.<consumer>.<delivered>…`, with two more tokens in front of the stream in a domain. */
function deliveriesOf(reply: string): number {
  const tokens = reply.split('.');
  return Number(tokens[tokens.length >= 11 ? 6 : 4] ?? 1);
}
