// A KV bucket spoken to directly, because every write must carry its own expected revision: the client's
// batch drops it from the second message on. Nothing here writes without an expectation.

import { jetstreamManager } from '@nats-io/jetstream';
import { nanoid } from 'nanoid';
import { headers, type Msg, type MsgHdrs, type NatsConnection } from 'nats';
import { OncewardError } from '../errors.ts';
import type { BatchOutcome, Bucket, Entry, Write, WriteOutcome } from '../ports.ts';
import { isRemoval } from './delivery.ts';
import { apiRequest, requestError } from './jetstream-api.ts';
import { scan } from './scan.ts';

/** Wrong last sequence, with and without the number: somebody else was first. */
const LOST_CODES: readonly number[] = [10071, 10164];
const NO_MESSAGE_FOUND = 10037;
/** Of a direct reading, which answers with a status instead. */
const NOT_FOUND = 404;
const WRITE_LIMIT_MS = 5_000;
const MAX_HISTORY = 64;
/**
 * How long a removal leaves its marker. Longer than a message may wait in the mailbox (7 days), so that
 * a late event still meets it.
 */
const MARKER_TTL = '240h';

export function createBucket(nc: NatsConnection, name: string): Bucket {
  const stream = `KV_${name}`;
  const prefix = `$KV.${name}.`;

  return {
    name,
    async read(key) {
      const answer = await apiRequest<{ message: ApiMessage }>(nc, `STREAM.MSG.GET.${stream}`, {
        last_by_subj: prefix + key,
      });
      if (answer.ok) return entryOf(key, answer.value.message);
      if (answer.error.err_code === NO_MESSAGE_FOUND) return null;
      throw new OncewardError(
        'BROKER_UNAVAILABLE',
        `cannot read ${name}/${key}: ${answer.error.description}`,
      );
    },
    async write(write) {
      try {
        const reply = await nc.request(prefix + write.key, write.value ?? '', {
          headers: headersOf(write),
          timeout: WRITE_LIMIT_MS,
        });
        return outcomeOf(reply);
      } catch (cause) {
        return { outcome: 'unknown', cause };
      }
    },
    writeBatch: (writes) => writeBatch(nc, prefix, writes),
    scan: (visit, filter = '>') => scan(nc, { stream, prefix, filter, visit }),
    history: (key) => history(nc, { stream, prefix, key }),
  };
}

interface ApiMessage {
  seq: number;
  time: string;
  data?: string;
  hdrs?: string;
}

interface PubAck {
  seq?: number;
  error?: { err_code: number; description: string };
}

function headersOf(write: Write): MsgHdrs {
  const fields = headers();
  fields.set('Nats-Expected-Last-Subject-Sequence', String(write.expectedRevision));
  if (write.value === null) {
    fields.set('KV-Operation', 'PURGE');
    fields.set('Nats-Rollup', 'sub');
    fields.set('Nats-TTL', MARKER_TTL);
  }
  return fields;
}

function outcomeOf(reply: Msg): WriteOutcome {
  const ack = reply.json<PubAck>();
  if (ack.error === undefined && ack.seq !== undefined)
    return { outcome: 'won', revision: ack.seq };
  if (ack.error !== undefined && LOST_CODES.includes(ack.error.err_code))
    return { outcome: 'lost' };
  return { outcome: 'unknown', cause: ack.error };
}

/**
 * All but the last message go out without waiting; the answer to the last holds the last sequence,
 * and the others count back from it.
 * @see https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-50.md
 */
async function writeBatch(
  nc: NatsConnection,
  prefix: string,
  writes: readonly Write[],
): Promise<BatchOutcome> {
  const id = nanoid();
  const last = writes.length - 1;
  try {
    for (const [index, write] of writes.entries()) {
      const fields = headersOf(write);
      fields.set('Nats-Batch-Id', id);
      fields.set('Nats-Batch-Sequence', String(index + 1));
      const subject = prefix + write.key;
      if (index < last) {
        nc.publish(subject, write.value ?? '', { headers: fields });
        continue;
      }
      fields.set('Nats-Batch-Commit', '1');
      const options = { headers: fields, timeout: WRITE_LIMIT_MS };
      const outcome = outcomeOf(await nc.request(subject, write.value ?? '', options));
      if (outcome.outcome === 'lost') return { outcome: 'rejected' };
      if (outcome.outcome === 'unknown') return rejectedOr(outcome.cause);
      const first = outcome.revision - last;
      return { outcome: 'won', revisions: writes.map((_, n) => first + n) };
    }
    return { outcome: 'rejected' };
  } catch (cause) {
    return { outcome: 'unknown', cause };
  }
}

/** An answer that carries an error is certain: nothing of the batch was written. */
function rejectedOr(cause: unknown): BatchOutcome {
  return cause === undefined ? { outcome: 'unknown', cause } : { outcome: 'rejected' };
}

/** One request for all revisions of a key; a consumer for each would cost far more. */
async function history(
  nc: NatsConnection,
  { stream, prefix, key }: { stream: string; prefix: string; key: string },
): Promise<Entry[]> {
  const { direct } = await jetstreamManager(nc, { checkAPI: false });
  const request = { seq: 1, batch: MAX_HISTORY, next_by_subj: prefix + key };
  const entries: Entry[] = [];
  try {
    for await (const message of await direct.getBatch(stream, request)) {
      const value = isRemoval(message.header) ? null : message.string();
      entries.push({ key, value, revision: message.seq, storedAtMs: message.time.getTime() });
    }
  } catch (error) {
    if (!isNotFound(error)) throw requestError(`the history of ${key}`, error);
  }
  return entries;
}

function isNotFound(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === NOT_FOUND;
}

function entryOf(key: string, message: ApiMessage): Entry {
  const head = message.hdrs === undefined ? '' : Buffer.from(message.hdrs, 'base64').toString();
  const isMarker = /^(KV-Operation: ?(DEL|PURGE)|Nats-Marker-Reason:)/m.test(head);
  const value = Buffer.from(message.data ?? '', 'base64').toString();
  return {
    key,
    value: isMarker ? null : value,
    revision: message.seq,
    storedAtMs: Date.parse(message.time),
  };
}
