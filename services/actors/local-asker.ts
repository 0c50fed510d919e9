// Asks the host of this same process directly where it serves the actor's partition, and everybody else over
// the server. It never answers by itself: both ways end at the same door.
import { requestId } from '../../transport/identity.ts';
import type { Asker, Clock, Reply } from '../../transport/ports.ts';
import type { Host } from './host.ts';

const TIMEOUT_MS_DEFAULT = 30_000;
/** How long the own host is waited for before the question is repeated over the server. */
const LOCAL_ANSWER_MS = 6_000;

export interface LocalAskerOptions {
  host: Pick<Host, 'ask'>;
  remote: Asker;
  clock: Clock;
}

/** An asker that spares the way through the server; what fails here is repeated there under the same id. */
export function createLocalAsker({ host, remote, clock }: LocalAskerOptions): Asker {
  return {
    async ask(request, { timeoutMs = TIMEOUT_MS_DEFAULT } = {}) {
      const identified = { ...request, id: request.id ?? requestId() };
      const askedAtMs = clock.monotonicMs();
      const answer = host.ask(identified);
      if (answer !== null) {
        const reply = await orNull(answer, clock, Math.min(LOCAL_ANSWER_MS, timeoutMs));
        if (reply !== null) return reply;
      }
      const spentMs = clock.monotonicMs() - askedAtMs;
      return remote.ask(identified, { timeoutMs: Math.max(1, timeoutMs - spentMs) });
    },
  };
}

/** Null when there is no answer in time, or none at all: nobody knows then whether it was applied. */
function orNull(answer: Promise<Reply>, clock: Clock, limitMs: number): Promise<Reply | null> {
  return new Promise((resolve) => {
    const cancel = clock.after(limitMs, () => resolve(null));
    const settle = (reply: Reply | null) => {
      cancel();
      resolve(reply);
    };
    answer.then(settle, () => settle(null));
  });
}
