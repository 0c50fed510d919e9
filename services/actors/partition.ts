// One partition while this host owns it: its asks are answered and its mailbox is read, in order.
// Owning is for order and speed only; every write is fenced by its revision all the same.
import { parseAddress } from '../../machines/address.ts';
import type { AskRequest, MailboxMessage, Reply } from '../../transport/ports.ts';
import { type AskDoorOptions, openAskDoor } from './ask-door.ts';
import { type Admitted, admitMessage, isBarred } from './doors.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { startMailboxReader } from './mailbox-reader.ts';

export interface PartitionOptions extends AskDoorOptions {
  /** Resolves once the audit of everything recorded so far is stored. */
  audited: () => Promise<void>;
  /** Called once the mailbox has been read up to where it stood when it was first opened. */
  onCaughtUp: () => void;
  report: (error: unknown) => void;
}

export interface Partition {
  /** Decides a request as it is answered at the ask door: committed, and all that follows from it done. */
  answer(request: AskRequest): Promise<Reply>;
  stop(): Promise<void>;
}

export function servePartition(options: PartitionOptions): Partition {
  const { partition, world } = options;
  const turns = createKeyedQueue();
  /** Items with a message that could not be handled, which happens to a host that is stopping. */
  const stranded = new Set<string>();

  /**
   * Messages for one item and its runs are handled one after the other, each with all that follows
   * from it: a publisher may send `open` and the first event of the run it opens without waiting.
   */
  const handleInTurn = (message: MailboxMessage): Promise<void> => {
    const admitted = admitMessage(message, world.clock.nowMs());
    const address = parseAddress(admitted.event.address);
    if (address === null) return handle(message, admitted);
    const family = `${address.project}.${address.subject}`;
    return turns.run(family, async () => {
      // Left unacknowledged, like the one before it: overtaken, that one would be taken for a repeat.
      if (stranded.has(family)) return;
      await handle(message, admitted).catch((error: unknown) => {
        stranded.add(family);
        throw error;
      });
      await options.drained(address.project, address.subject);
    });
  };

  const handle = async (message: MailboxMessage, admitted: Admitted): Promise<void> => {
    if (isBarred(admitted)) {
      await options.refuse(admitted.event, admitted.reason, admitted.message);
    } else {
      const { reply, performed } = await options.deliver(admitted.event);
      await performed;
      // The record keeps what was applied; what was refused stands in the audit alone.
      if (reply.outcome === 'refused') await options.audited();
    }
    message.ack();
  };

  const door = openAskDoor(options);
  const mailbox = startMailboxReader({
    ...{ partition, world, handle: handleInTurn, report: options.report },
    onCaughtUp: options.onCaughtUp,
  });

  return {
    answer: door.answer,
    async stop() {
      await door.close();
      await mailbox.stop();
    },
  };
}
