// One partition while this host owns it: its asks are answered and its mailbox is read, in order.
// Owning is for order and speed only; every write is fenced by its revision all the same.
import { parseAddress } from '../../machines/address.ts';
import type { ActorEvent } from '../../machines/event.ts';
import type {
  AskRequest,
  HostWorld,
  MailboxMessage,
  MailboxSession,
  RefusalReason,
  Reply,
} from '../../transport/ports.ts';
import { type Admitted, admit, admitMessage } from './doors.ts';
import type { Delivery } from './actors.ts';

/** Most mailbox messages of one partition that are decided at the same time. */
const MAX_IN_FLIGHT = 256;
const REOPEN_AFTER_MS = 500;

export interface PartitionOptions {
  partition: number;
  world: HostWorld;
  deliver: (event: ActorEvent) => Promise<Delivery>;
  /** Records a refusal that no actor has seen; resolves once it is stored. */
  refuse: (event: ActorEvent, reason: RefusalReason, message: string) => Promise<Reply>;
  /** Resolves once every effect of the item's actors that is known now has been performed. */
  drained: (project: string, subject: string) => Promise<void>;
  /** Resolves once the audit of everything recorded so far is stored. */
  audited: () => Promise<void>;
  report: (error: unknown) => void;
}

export interface Partition {
  stop(): Promise<void>;
}

export function servePartition(options: PartitionOptions): Partition {
  const { partition, world } = options;
  const underWay = new Set<Promise<void>>();
  const turns = new Map<string, Promise<void>>();
  let session: MailboxSession | null = null;
  let isStopped = false;

  const answer = async (request: AskRequest): Promise<Reply> => {
    const { address, type, id, data } = request;
    const atMs = world.clock.nowMs();
    const admitted = admit({ address, type, id, data, atMs, door: 'ask' });
    if (isBarred(admitted)) {
      return options.refuse(admitted.event, admitted.reason, admitted.message);
    }
    const { reply, performed } = await options.deliver(admitted.event);
    await performed;
    // The answer to a claim comes when the next run is open: nobody has to guess when to go on.
    const about = parseAddress(address);
    if (about !== null) await options.drained(about.project, about.subject);
    return reply;
  };

  /**
   * Messages for one item and its runs are handled one after the other, each with all that follows
   * from it: a publisher may send `open` and the first event of the run it opens without waiting.
   */
  const handleInTurn = (message: MailboxMessage): Promise<void> => {
    const admitted = admitMessage(message);
    const address = parseAddress(admitted.event.address);
    if (address === null) return handle(message, admitted);
    const turn = `${address.project}.${address.subject}`;
    const mine = (turns.get(turn) ?? Promise.resolve()).then(async () => {
      await handle(message, admitted);
      await options.drained(address.project, address.subject);
    });
    const tail = mine.catch(() => undefined);
    turns.set(turn, tail);
    void tail.then(() => {
      if (turns.get(turn) === tail) turns.delete(turn);
    });
    return mine;
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

  const track = (work: Promise<void>) => {
    const tracked = work.catch(options.report).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  const read = async (): Promise<void> => {
    session = await world.openMailbox(partition);
    for await (const message of session.messages()) {
      if (isStopped) return;
      track(handleInTurn(message));
      while (underWay.size >= MAX_IN_FLIGHT) await Promise.race(underWay);
    }
  };

  const keepReading = async (): Promise<void> => {
    while (!isStopped) {
      await read().catch(options.report);
      await session?.close().catch(options.report);
      session = null;
      if (isStopped) return;
      await new Promise<void>((done) => void world.clock.after(REOPEN_AFTER_MS, done));
    }
  };

  const stopAsks = world.serveAsk(partition, answer);
  const reading = keepReading();

  return {
    async stop() {
      isStopped = true;
      await stopAsks();
      await session?.close();
      await reading;
      await Promise.all(underWay);
    },
  };
}

function isBarred(
  admitted: Admitted,
): admitted is Extract<Admitted, { reason: RefusalReason }> {
  return 'reason' in admitted;
}
