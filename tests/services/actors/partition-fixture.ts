// One partition of a host without a server: a mailbox the test fills, asks it makes, an audit it holds back.
// It must never reorder messages: whatever order the partition keeps is its own doing.
import type { ActorEvent } from '../../../machines/event.ts';
import type { Delivery } from '../../../services/actors/delivery.ts';
import { servePartition } from '../../../services/actors/partition.ts';
import type {
  AskRequest,
  HostWorld,
  MailboxMessage,
  MailboxSession,
  RefusalReason,
  Reply,
} from '../../../transport/ports.ts';
import { type ActorHostOptions, createActorHost, createActorWorld } from './actor-hosts.ts';

export interface PartitionFixtureOptions extends ActorHostOptions {
  /** Takes the place of the actors. */
  deliver?: (event: ActorEvent) => Promise<Delivery>;
  /** What opening the mailbox fails with, so many times. */
  openFailures?: number;
}

export function setup(options: PartitionFixtureOptions = {}) {
  const world = createActorWorld();
  const host = createActorHost(world, 'host-a', { isTelling: true, ...options });
  const mailbox = createMailbox(options.openFailures ?? 0);
  const reports: unknown[] = [];
  const refusals: { event: ActorEvent; reason: RefusalReason }[] = [];
  let isCaughtUp = false;
  let audit: Promise<void> = Promise.resolve();
  let answer: ((request: AskRequest) => Promise<Reply>) | null = null;

  const hostWorld = {
    clock: world.clock,
    openMailbox: mailbox.open,
    serveAsk(_partition, answering) {
      answer = answering;
      return async () => {
        answer = null;
      };
    },
  } as Partial<HostWorld> as HostWorld;

  const partition = servePartition({
    partition: 3,
    world: hostWorld,
    deliver: options.deliver ?? host.actors.deliver,
    async refuse(event, reason, message) {
      refusals.push({ event, reason });
      await audit;
      return { outcome: 'refused', reason, message, state: null };
    },
    drained: (project, subject) => host.outbox.drained(`item.${project}.${subject}`),
    audited: () => audit,
    onCaughtUp() {
      isCaughtUp = true;
    },
    report: (error) => void reports.push(error),
  });

  return {
    ...{ clock: world.clock, host, mailbox, partition, refusals, reports, world },
    ask(request: Partial<AskRequest>): Promise<Reply> {
      if (answer === null) throw new Error('nobody serves the asks');
      return answer({ address: '', type: '', id: 'ask-1', data: {}, ...request });
    },
    isServingAsks: () => answer !== null,
    isCaughtUp: () => isCaughtUp,
    /** Keeps the audit from being stored until the returned function is called. */
    holdAudit() {
      let release = () => {};
      audit = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
  };
}

/** A stream whose session begins with every unacknowledged message, as the real one does. */
function createMailbox(openFailures: number) {
  const unacked = new Map<number, MailboxMessage>();
  const acked: number[] = [];
  let sequence = 0;
  let opened = 0;
  let failuresLeft = openFailures;
  let neverComes = 0;
  let current: ReturnType<typeof createSession> | null = null;

  const open = async (): Promise<MailboxSession> => {
    opened += 1;
    failuresLeft -= 1;
    if (failuresLeft >= 0) throw new Error('the mailbox cannot be opened');
    const waiting = [...unacked.values()];
    current = createSession(waiting, waiting.at(-1)?.sequence ?? neverComes);
    return current;
  };

  return {
    open,
    acked,
    /** A message waits, by its sequence, that will never be delivered. */
    owe(unavailable: number) {
      neverComes = unavailable;
    },
    openedCount: () => opened,
    /** How many messages the session has handed on. */
    takenCount: () => current?.taken() ?? 0,
    interrupt: () => void current?.close(),
    /** Subject without its beginning: `item.shop.7.open`. */
    publish(subject: string, data: unknown = {}, messageId = `publisher-${sequence + 1}`) {
      sequence += 1;
      const own = sequence;
      const text = typeof data === 'string' ? data : JSON.stringify(data);
      const message = {
        subject: `onceward.mailbox.3.${subject}`,
        body: new TextEncoder().encode(text),
        ...{ messageId, sequence: own },
        ack() {
          acked.push(own);
          unacked.delete(own);
        },
      };
      unacked.set(own, message);
      current?.push(message);
      return own;
    },
  };
}

function createSession(first: MailboxMessage[], owedUpTo: number) {
  const queue = [...first];
  let taken = 0;
  let isClosed = false;
  let wake = () => {};

  async function* messages(): AsyncIterable<MailboxMessage> {
    while (!isClosed) {
      const next = queue.shift();
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      taken += 1;
      yield next;
    }
  }

  return {
    ...{ messages, owedUpTo },
    taken: () => taken,
    push(message: MailboxMessage) {
      queue.push(message);
      wake();
    },
    async close() {
      isClosed = true;
      wake();
    },
  };
}
