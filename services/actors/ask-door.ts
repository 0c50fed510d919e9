// The ask door of one partition: requests are admitted, delivered, and answered once all that follows from them
// is done. Nothing is acknowledged here, so nothing waits for the audit.
import { parseAddress } from '../../machines/address.ts';
import type { ActorEvent } from '../../machines/event.ts';
import { OncewardError } from '../../transport/errors.ts';
import type { AskRequest, HostWorld, RefusalReason, Reply } from '../../transport/ports.ts';
import type { Delivery } from './delivery.ts';
import { admit, isBarred } from './doors.ts';

export interface AskDoor {
  /** @throws BROKER_UNAVAILABLE once the door is closed */
  answer(request: AskRequest): Promise<Reply>;
  /** Lets nobody in any more, and waits for those who are inside, whichever way they came. */
  close(): Promise<void>;
}

export interface AskDoorOptions {
  partition: number;
  world: HostWorld;
  deliver: (event: ActorEvent) => Promise<Delivery>;
  /** Records a refusal that no actor has seen; resolves once it is stored. */
  refuse: (event: ActorEvent, reason: RefusalReason, message: string) => Promise<Reply>;
  /** Resolves once every effect of the item's actors that is known now has been performed. */
  drained: (project: string, subject: string) => Promise<void>;
}

export function openAskDoor(options: AskDoorOptions): AskDoor {
  const { partition, world } = options;
  const asks = new Set<Promise<Reply>>();
  let isClosed = false;

  const decide = async (request: AskRequest): Promise<Reply> => {
    const { address, type, id, data } = request;
    const atMs = world.clock.nowMs();
    const admitted = admit({ address, type, id, data, atMs, door: 'ask' });
    if (isBarred(admitted)) {
      const { event, reason, message } = admitted;
      // Not waited for: an audit that is away must not keep the places of this door taken.
      void options.refuse(event, reason, message);
      return { outcome: 'refused', reason, message, state: null };
    }
    const { reply, performed } = await options.deliver(admitted.event);
    await performed;
    // The answer to a claim comes when the next run is open: nobody has to guess when to go on.
    const about = parseAddress(address);
    if (about !== null) await options.drained(about.project, about.subject);
    return reply;
  };

  const answer = (request: AskRequest): Promise<Reply> => {
    if (isClosed) {
      const message = `this host has let partition ${partition} go`;
      return Promise.reject(new OncewardError('BROKER_UNAVAILABLE', message));
    }
    const asked = decide(request).finally(() => asks.delete(asked));
    asks.add(asked);
    return asked;
  };

  const stopServing = world.serveAsk(partition, answer);

  return {
    answer,
    async close() {
      isClosed = true;
      await stopServing();
      await Promise.allSettled(asks);
    },
  };
}
