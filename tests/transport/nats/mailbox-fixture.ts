// The mailbox of one partition on a real server, and the hosts that open it. Each test has its own partition.
// It must never acknowledge by itself: what comes again is what the tests look at.
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { partitionOf } from '../../../machines/partition.ts';
import { createHostWorld } from '../../../transport/nats/host-world.ts';
import { EVENTS_STREAM, OWNER_GROUP } from '../../../transport/nats/topology-settings.ts';
import type { MailboxMessage, MailboxSession } from '../../../transport/ports.ts';
import { localClock } from '../../support/local-clock.ts';
import { openNats } from '../../support/nats-fixture.ts';

const PARTITIONS = 16;
const MAX_PUBLISH_TRIES = 8;
let partitions = 0;

export async function setup() {
  const { close, connect, nc, server } = await openNats({ partitions: PARTITIONS });
  const partition = partitions;
  partitions += 1;
  const item = itemIn(partition);
  return {
    ...{ close, item, nc, partition, server },
    /** Publishes events for the item of this partition, whose types and ids are given. */
    async publish(...ids: string[]): Promise<number[]> {
      const sequences: number[] = [];
      for (const id of ids) {
        sequences.push(await publishOnce(nc, `onceward.event.item.shop.${item}.pause`, id));
      }
      return sequences;
    },
    /** A host on a connection of its own opens the mailbox, and goes on reading as a host does. */
    async open(name = 'host'): Promise<TestSession> {
      const connection = await connect(name);
      const session = await createHostWorld(connection, localClock).openMailbox(partition);
      return { ...session, ...readAll(session), connection };
    },
  };
}

/** Repeats under the same id until it is stored: a server that is just coming back may leave one unanswered. */
async function publishOnce(nc: NatsConnection, subject: string, msgID: string): Promise<number> {
  const body = `{"reason":"${msgID}"}`;
  for (let tries = 1; ; tries += 1) {
    try {
      return (await jetstream(nc).publish(subject, body, { msgID, timeout: 1_000 })).seq;
    } catch (error) {
      if (tries === MAX_PUBLISH_TRIES) throw error;
    }
  }
}

export interface TestSession extends MailboxSession {
  connection: NatsConnection;
  /** Everything that has come so far. */
  received: MailboxMessage[];
  /** The first so many messages, or fewer when the session ends before. */
  first(count: number): Promise<MailboxMessage[]>;
  /** All messages up to the one with this id. */
  upTo(id: string): Promise<MailboxMessage[]>;
  /** Resolves when the session has ended. */
  ended: Promise<void>;
}

function readAll(
  session: MailboxSession,
): Pick<TestSession, 'received' | 'first' | 'upTo' | 'ended'> {
  const received: MailboxMessage[] = [];
  let isEnded = false;
  let check = () => {};
  const read = async () => {
    for await (const message of session.messages()) {
      received.push(message);
      check();
    }
    isEnded = true;
    check();
  };
  const ended = read();
  const until = (isEnough: () => boolean) =>
    new Promise<MailboxMessage[]>((resolve) => {
      check = () => void ((isEnded || isEnough()) && resolve([...received]));
      check();
    });
  return {
    received,
    ended,
    first: async (count) => (await until(() => received.length >= count)).slice(0, count),
    upTo: (id) => until(() => received.some(({ messageId }) => messageId === id)),
  };
}

/**
 * Takes one delivery out of an owner's session, under the owner's own pin: to the session it is one that
 * never arrived. `stolen` is the id of the message that was taken; publish on the same connection.
 */
export async function stealDelivery(
  nc: NatsConnection,
  partition: number,
): Promise<{ stolen: Promise<string> }> {
  const { consumers } = await jetstreamManager(nc);
  const info = await consumers.info(EVENTS_STREAM, `mailbox-${partition}`);
  const groups = (info as { priority_groups?: { pinned_client_id: string }[] }).priority_groups;
  const id = groups?.[0]?.pinned_client_id;
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.mailbox-${partition}`;
  const pull = JSON.stringify({ batch: 1, expires: 10_000_000_000, group: OWNER_GROUP, id });
  const options = { timeout: 10_000, noMux: true };
  const stolen = nc.request(subject, pull, options);
  return { stolen: stolen.then((message) => message.headers?.get('Nats-Msg-Id') ?? 'no message') };
}

export function idsOf(messages: readonly MailboxMessage[]): (string | undefined)[] {
  return messages.map(({ messageId }) => messageId);
}

/** Ids that no other test uses: JetStream would take them for repeats. */
export function idsFor(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${name}-${n}`);
}

/** The name of an item whose events fall into this partition. */
function itemIn(partition: number): string {
  for (let n = 0; ; n += 1) {
    const subject = `i${n}`;
    if (partitionOf({ project: 'shop', subject }, PARTITIONS) === partition) return subject;
  }
}
