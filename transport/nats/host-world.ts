// The real outside of a host: buckets, mailbox, asks, jobs and audit on one NATS connection.
import { jetstream } from '@nats-io/jetstream';
import { headers, type Msg, type NatsConnection } from 'nats';
import type { AskRequest, Bucket, BucketName, Clock, HostWorld, Reply } from '../ports.ts';
import { type Admission, createAdmission } from './admission.ts';
import { createBucket } from './bucket.ts';
import { requestError } from './jetstream-api.ts';
import { openMailbox } from './mailbox.ts';

/** Asks that one host answers at the same time, over all partitions. */
const MAX_ASKS_IN_FLIGHT = 2_000;
const MAX_ASK_BYTES_IN_FLIGHT = 64 * 1_024 * 1_024;
const NO_RESPONDERS = 503;

export function createHostWorld(nc: NatsConnection, clock: Clock): HostWorld {
  const js = jetstream(nc);
  const buckets = new Map<BucketName, Bucket>();
  const onReconnect = listenForReconnects(nc);
  const admission = createAdmission({
    maxCount: MAX_ASKS_IN_FLIGHT,
    maxBytes: MAX_ASK_BYTES_IN_FLIGHT,
  });

  return {
    clock,
    onReconnect,
    bucket(name) {
      const bucket = buckets.get(name) ?? createBucket(nc, name);
      buckets.set(name, bucket);
      return bucket;
    },
    openMailbox: (partition) => openMailbox(nc, partition, onReconnect),
    serveAsk: (partition, answer) => serveAsk(nc, { partition, admission }, answer),
    async publishJob({ pool, kind, project, body, id }) {
      const subject = `onceward.job.${pool}.${kind}.${project}`;
      await stored(subject, js.publish(subject, body, { msgID: id }));
    },
    async publishAudit(partition, body) {
      const subject = `onceward.audit.${partition}`;
      await stored(subject, js.publish(subject, body));
    },
  };
}

async function stored(subject: string, publication: Promise<unknown>): Promise<void> {
  try {
    await publication;
  } catch (cause) {
    throw requestError(subject, cause);
  }
}

/**
 * An answer that fails is left out: whoever asked repeats the question under the same id. Where too many are
 * being answered the asker is told what the server says when nobody serves the subject: ask again in a moment.
 */
function serveAsk(
  nc: NatsConnection,
  { partition, admission }: { partition: number; admission: Admission },
  answer: (request: AskRequest) => Promise<Reply>,
): () => Promise<void> {
  const underWay = new Set<Promise<void>>();
  const respond = async (message: Msg): Promise<void> => {
    const request = parseAsk(message);
    if (request === null) {
      const refusal = {
        outcome: 'refused',
        reason: 'not-json',
        message: 'expected an object with address, type, id and data',
        state: null,
      };
      message.respond(JSON.stringify(refusal satisfies Reply | object));
      return;
    }
    message.respond(JSON.stringify(await answer(request)));
  };
  const subscription = nc.subscribe(`onceward.ask.${partition}`, {
    callback: (error, message) => {
      if (error !== null) return;
      const leave = admission.enter(message.data.length);
      const work = (leave === null ? turnAway(message) : respond(message))
        .catch(() => {})
        .finally(() => {
          leave?.();
          underWay.delete(work);
        });
      underWay.add(work);
    },
  });
  return async () => {
    if (!nc.isClosed()) await subscription.drain();
    await Promise.all(underWay);
  };
}

async function turnAway(message: Msg): Promise<void> {
  message.respond('', { headers: headers(NO_RESPONDERS, 'Busy') });
}

function parseAsk(message: Msg): AskRequest | null {
  try {
    const { address, type, id, data = {} } = message.json<Partial<AskRequest>>();
    const isComplete =
      typeof address === 'string' && typeof type === 'string' && typeof id === 'string';
    return isComplete ? { address, type, id, data } : null;
  } catch {
    return null;
  }
}

function listenForReconnects(nc: NatsConnection): (callback: () => void) => () => void {
  const callbacks = new Set<() => void>();
  const watch = async () => {
    for await (const status of nc.status()) {
      if (status.type === 'reconnect') for (const callback of [...callbacks]) callback();
    }
  };
  void watch();
  return (callback) => {
    callbacks.add(callback);
    return () => void callbacks.delete(callback);
  };
}
