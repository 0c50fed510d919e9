// The job queue: a durable consumer for each pool and project, so that one project's backlog cannot
// starve another's, and the server itself keeps each project's limit over all workers.
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from 'nats';
import type { Job, JobSource } from '../ports.ts';
import { JOBS_STREAM } from './topology-settings.ts';

const NS_PER_MS = 1_000_000;
const REQUEST_LIMIT_MS = 5_000;

export function createJobSource(nc: NatsConnection, options: { ackWaitMs: number }): JobSource {
  return {
    async open({ pool, project, maxConcurrentRuns }) {
      const { consumers } = await jetstreamManager(nc);
      const name = consumerOf({ pool, project });
      const limits = {
        ack_wait: options.ackWaitMs * NS_PER_MS,
        max_ack_pending: maxConcurrentRuns,
      };
      const existing = await consumers.info(JOBS_STREAM, name).catch(() => null);
      if (existing !== null) {
        await consumers.update(JOBS_STREAM, name, limits);
        return;
      }
      await consumers.add(JOBS_STREAM, {
        durable_name: name,
        filter_subject: `onceward.job.${pool}.*.${project}`,
        ack_policy: AckPolicy.Explicit,
        ...limits,
      });
    },
    async next(line) {
      const subject = `$JS.API.CONSUMER.MSG.NEXT.${JOBS_STREAM}.${consumerOf(line)}`;
      const request = JSON.stringify({ batch: 1, no_wait: true });
      // An inbox of its own: a job arrives under the subject it was published on, by which the shared
      // inbox of all requests would not know it.
      const options = { timeout: REQUEST_LIMIT_MS, noMux: true };
      const message = await nc.request(subject, request, options);
      return message.headers?.hasError || !message.reply ? null : jobOf(nc, message, message.reply);
    },
    onHint(pool, callback) {
      const subscription = nc.subscribe(`onceward.job.${pool}.>`, { callback: () => callback() });
      return () => subscription.unsubscribe();
    },
  };
}

function consumerOf({ pool, project }: { pool: string; project: string }): string {
  // Neither name can hold an equals sign, so no two lines share a consumer.
  return `${pool}=${project}`;
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
