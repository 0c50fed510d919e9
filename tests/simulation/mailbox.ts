// The simulated mailbox stream: messages in order for each partition, everything unacknowledged again in the
// next session, and a session that ends at the first gap.
import type { MailboxMessage, MailboxSession } from '../../transport/ports.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

/** After this long without an acknowledgement a message is delivered again. */
const ACK_WAIT_MS = 10_000;

export interface Mail {
  /** As a publisher names it: `onceward.event.run.<…>.<type>`. */
  subject: string;
  body: string;
  /** `Nats-Msg-Id`. */
  id: string;
  partition: number;
}

export interface StoredMail extends Mail {
  sequence: number;
  isAcked: boolean;
}

export interface Mailbox {
  /** Stores it once for each id. */
  store(mail: Mail): void;
  open(life: Life, partition: number): Promise<MailboxSession>;
  /** Messages that nobody has acknowledged. */
  owed(): StoredMail[];
  /** The server has forgotten the newest acknowledgements. */
  forgetAcks(count: number): void;
}

/** One partition's consumer: whom it delivers to, and how far it has got. */
interface Consumer {
  /** Open sessions; the newest is pinned, and only it gets anything. */
  sessions: Session[];
  undelivered: StoredMail[];
  /** Counts deliveries, repeated ones included. */
  delivered: number;
  /** Highest sequence that was ever delivered. */
  reachedSequence: number;
}

interface Session {
  deliver(mail: StoredMail, delivery: number): void;
}

export function createMailbox(world: World, onAcked: (mail: StoredMail) => void): Mailbox {
  const { faults, scheduler } = world;
  const stream: StoredMail[] = [];
  const known = new Set<string>();
  const consumers = new Map<number, Consumer>();
  const ackOrder: StoredMail[] = [];

  const consumerOf = (partition: number): Consumer => {
    const fresh = { sessions: [], undelivered: [], delivered: 0, reachedSequence: 0 };
    const consumer = consumers.get(partition) ?? fresh;
    consumers.set(partition, consumer);
    return consumer;
  };

  const acknowledge = (mail: StoredMail) => {
    onAcked(mail);
    if (mail.isAcked) return;
    mail.isAcked = true;
    ackOrder.push(mail);
  };

  const pump = (consumer: Consumer): void => {
    const pinned = consumer.sessions.at(-1);
    if (pinned === undefined) return;
    for (const mail of consumer.undelivered.splice(0)) {
      consumer.delivered += 1;
      consumer.reachedSequence = Math.max(consumer.reachedSequence, mail.sequence);
      pinned.deliver(mail, consumer.delivered);
      const again = faults.strikes('duplicate') ? faults.prng.fraction() : 1;
      scheduler.after(again * ACK_WAIT_MS, () => {
        if (mail.isAcked) return;
        consumer.undelivered.push(mail);
        pump(consumer);
      });
    }
  };

  const openFor = (life: Life, partition: number): MailboxSession => {
    const consumer = consumerOf(partition);
    const inbox = createInbox();
    // In the order of the stream, those that are to be delivered again included.
    const owed = stream.filter(
      (mail) =>
        mail.partition === partition && !mail.isAcked && mail.sequence <= consumer.reachedSequence,
    );
    const isOwed = owed.length + consumer.undelivered.length > 0;
    const last = stream.findLast((mail) => mail.partition === partition);
    let expected = consumer.delivered + 1;
    let lastArrivalMs = 0;
    const arrive = (put: () => void) => {
      // One connection: what is sent later does not arrive earlier.
      lastArrivalMs = Math.max(lastArrivalMs, scheduler.nowMs() + world.latencyMs()) + 0.001;
      life.receive(lastArrivalMs - scheduler.nowMs(), put);
    };
    const session: Session = {
      deliver(mail, delivery) {
        if (faults.strikes('mailbox-gap')) return;
        arrive(() => {
          if (delivery === expected) inbox.put(messageOf(life, mail));
          else inbox.end();
          expected += 1;
        });
      },
    };
    const close = () => {
      inbox.end();
      consumer.sessions = consumer.sessions.filter((one) => one !== session);
      pump(consumer);
    };
    // What was delivered before and never acknowledged is read first, in order.
    for (const mail of owed) arrive(() => inbox.put(messageOf(life, mail)));
    consumer.sessions.push(session);
    pump(consumer);
    const stopListening = life.onReconnect(close);
    life.onEnd(close);
    return {
      owedUpTo: isOwed ? (last?.sequence ?? 0) : 0,
      messages: () => inbox.messages(),
      async close() {
        stopListening();
        close();
      },
    };
  };

  const messageOf = (life: Life, mail: StoredMail): MailboxMessage => ({
    subject: mail.subject.replace('onceward.event.', `onceward.mailbox.${mail.partition}.`),
    body: new TextEncoder().encode(mail.body),
    messageId: mail.id,
    sequence: mail.sequence,
    ack: () => life.send({ verb: 'ack', about: mail.id, land: () => acknowledge(mail) }),
  });

  return {
    store(mail) {
      if (known.has(mail.id)) return;
      known.add(mail.id);
      const stored = { ...mail, sequence: stream.length + 1, isAcked: false };
      stream.push(stored);
      const consumer = consumerOf(mail.partition);
      consumer.undelivered.push(stored);
      pump(consumer);
    },
    async open(life, partition) {
      let session: MailboxSession | null = null;
      let isGivenUp = false;
      const perform = () => {
        session = openFor(life, partition);
        if (isGivenUp) void session.close();
        return session;
      };
      try {
        return await life.request({ verb: 'open mailbox', about: String(partition), perform });
      } catch (error) {
        // The client ends what it does not know to be open; nothing stays pinned to nobody.
        isGivenUp = true;
        await (session as MailboxSession | null)?.close();
        throw error;
      }
    },
    owed: () => stream.filter(({ isAcked }) => !isAcked),
    forgetAcks(count) {
      for (const mail of ackOrder.splice(-count)) {
        mail.isAcked = false;
        consumerOf(mail.partition).undelivered.push(mail);
      }
    },
  };
}

/** What has arrived and was not read yet; an end is read after everything before it. */
function createInbox() {
  const waiting: MailboxMessage[] = [];
  let isEnded = false;
  let wake = () => {};
  return {
    put(message: MailboxMessage) {
      if (isEnded) return;
      waiting.push(message);
      wake();
    },
    end() {
      isEnded = true;
      wake();
    },
    async *messages(): AsyncIterable<MailboxMessage> {
      for (;;) {
        if (isEnded) return;
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
