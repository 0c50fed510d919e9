// Asks an actor and waits for the committed answer, repeating the same question under the same id
// until somebody answers. Repeating is safe: the record recognises the id.
import { randomInt } from 'node:crypto';
import { errors, type NatsConnection } from 'nats';
import { OncewardError } from '../errors.ts';
import { requestId } from '../identity.ts';
import type { Asker, Clock, Reply } from '../ports.ts';
import { deniedError } from './jetstream-api.ts';

const TIMEOUT_MS_DEFAULT = 30_000;
/** How long one answer is waited for before the question is repeated. */
const ATTEMPT_MS = 6_000;
const BACKOFF_MS = 50;
const BACKOFF_CAP_MS = 2_000;

export function createAsker(
  nc: NatsConnection,
  clock: Clock,
  partitionOf: (address: string) => number,
): Asker {
  return {
    async ask(request, { timeoutMs = TIMEOUT_MS_DEFAULT } = {}) {
      const body = JSON.stringify({ ...request, id: request.id ?? requestId() });
      const subject = `onceward.ask.${partitionOf(request.address)}`;
      const untilMs = clock.monotonicMs() + timeoutMs;
      let wasHeard = false;
      let cause: unknown;
      for (let tries = 0; clock.monotonicMs() < untilMs; tries += 1) {
        const leftMs = Math.max(1, untilMs - clock.monotonicMs());
        try {
          const reply = await nc.request(subject, body, { timeout: Math.min(ATTEMPT_MS, leftMs) });
          return reply.json<Reply>();
        } catch (error) {
          cause = error;
          // Unless an attempt before it was heard: then it may have happened.
          const denied = wasHeard ? null : deniedError(error);
          if (denied !== null) throw denied;
          if (error instanceof errors.ClosedConnectionError) break;
          wasHeard ||= !isUnheard(error);
        }
        await new Promise<void>((done) => void clock.after(Math.min(pauseMs(tries), leftMs), done));
      }
      const what = `${request.type} for ${request.address}`;
      throw wasHeard
        ? new OncewardError('OUTCOME_UNKNOWN', `no answer to ${what} within ${timeoutMs} ms`, {
            cause,
          })
        : new OncewardError(
            'BROKER_UNAVAILABLE',
            `no host answers for ${request.address}: is \`onceward up\` running?`,
            { cause },
          );
    },
  };
}

/** Longer each time, and never the same for many who were turned away together. */
function pauseMs(tries: number): number {
  const wholeMs = Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** Math.min(tries, 10));
  return randomInt(wholeMs / 2, wholeMs + 1);
}

function isUnheard(error: unknown): boolean {
  return (
    error instanceof errors.NoRespondersError ||
    (error instanceof errors.RequestError && error.isNoResponders())
  );
}
