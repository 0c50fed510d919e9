// One gapless stretch of a stream, from a consumer of its own that lasts as long as this session.
// It must never hand out what comes behind a gap: it ends there, and whoever reads opens the next.
import { AckPolicy, type ConsumerConfig, jetstreamManager } from '@nats-io/jetstream';
import type { Msg, MsgHdrs, NatsConnection } from 'nats';
import type { Clock } from '../ports.ts';
import { newInbox } from './connection.ts';
import type { ConnectionWatch } from './connection-watch.ts';
import { type Delivered, deliveryOf } from './delivery.ts';

/** What a session needs of the process it runs in. */
export interface FeedLink {
  nc: NatsConnection;
  watch: ConnectionWatch;
  clock: Pick<Clock, 'after'>;
}

export interface Pulled {
  message: Msg;
  delivered: Delivered;
}

export interface PullSession {
  /** How many messages were waiting when it was opened. */
  readonly waiting: number;
  /** Ends at a gap, with the connection, when the server falls silent, or when closed. */
  messages(): AsyncIterable<Pulled>;
  close(): void;
}

export interface PullRequest {
  stream: string;
  /** Where the consumer begins, and what it sees. */
  consumer: Partial<ConsumerConfig>;
  /** Called when the server has nothing more for now, and everything before has been taken. */
  onIdle?: (() => void) | undefined;
}

/**
 * Most messages that are asked for or unread at once. A hundred of the largest stay below the 64 MB that the
 * server lets wait for one client.
 */
const PAGE_MESSAGES = 100;
const NS_PER_MS = 1_000_000;
/** How long the server keeps a page open for what is still to come. */
const PAGE_LIFE_MS = 30_000;
const HEARTBEAT_MS = 5_000;
/** Silence for this long, although a page is open, ends the session. */
const MAX_SILENCE_MS = 12_000;
/** A consumer that nobody pulls from for so long is removed by the server. */
const INACTIVE_LIMIT_MS = 60_000;
const IDLE_HEARTBEAT = 100;
const PAGE_EXPIRED = 408;

/** @throws what the request for a consumer throws */
export async function openPullSession(link: FeedLink, request: PullRequest): Promise<PullSession> {
  const { consumers } = await jetstreamManager(link.nc, { checkAPI: false });
  const { name, num_pending: waiting } = await consumers.add(request.stream, {
    ...request.consumer,
    ack_policy: AckPolicy.None,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: INACTIVE_LIMIT_MS * NS_PER_MS,
  });
  const page = openPages(link, { ...request, name });
  return {
    waiting,
    messages: page.messages,
    close() {
      page.end({ isUnreadKept: false });
      // A login that only reads may not remove it; then it lapses.
      if (!link.nc.isClosed()) consumers.delete(request.stream, name).catch(() => false);
    },
  };
}

function openPages(link: FeedLink, request: PullRequest & { name: string }) {
  const { nc, watch, clock } = link;
  const queue = createQueue();
  const inbox = newInbox(nc);
  /** Asked for, and not received yet. */
  let asked = 0;
  let received = 0;

  const end = ({ isUnreadKept }: { isUnreadKept: boolean }) => {
    if (!queue.end({ isUnreadKept })) return;
    silence.stop();
    stopListening();
    if (!nc.isClosed()) subscription.unsubscribe();
  };
  const ask = () => {
    const batch = PAGE_MESSAGES - asked - queue.size();
    if (batch < PAGE_MESSAGES / 2 || nc.isClosed()) return;
    asked += batch;
    nc.publish(pageSubject(request), pageRequest(batch), { reply: inbox });
  };
  const receive = (error: Error | null, message: Msg) => {
    silence.hear();
    const delivered = error === null ? deliveryOf(message.reply) : null;
    if (delivered === null) return obey(error === null ? message.headers : undefined);
    asked -= 1;
    received += 1;
    if (delivered.number !== received) return end({ isUnreadKept: true });
    queue.add({ message, delivered });
  };
  const obey = (status: MsgHdrs | undefined) => {
    if (status?.code === IDLE_HEARTBEAT) {
      if (queue.size() === 0) request.onIdle?.();
      return;
    }
    const left = Number(status?.get('Nats-Pending-Messages') || Number.NaN);
    if (status?.code !== PAGE_EXPIRED || Number.isNaN(left)) return end({ isUnreadKept: true });
    asked -= left;
    ask();
  };

  const subscription = nc.subscribe(inbox, { callback: receive });
  const stopListening = watch.onLost(() => end({ isUnreadKept: true }));
  const silence = watchSilence(clock, {
    isAwaited: () => asked > 0,
    onSilence: () => end({ isUnreadKept: true }),
  });
  ask();
  return { messages: () => queue.taken(ask), end };
}

function pageSubject({ stream, name }: { stream: string; name: string }): string {
  return `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`;
}

function pageRequest(batch: number): string {
  const times = { expires: PAGE_LIFE_MS * NS_PER_MS, idle_heartbeat: HEARTBEAT_MS * NS_PER_MS };
  return JSON.stringify({ batch, ...times });
}

/** What was received and not handed out yet. */
function createQueue() {
  let unread: Pulled[] = [];
  let isEnded = false;
  let wake = () => {};
  return {
    size: () => unread.length,
    add(pulled: Pulled) {
      if (!isEnded) unread.push(pulled);
      wake();
    },
    /** False when it had ended before. */
    end({ isUnreadKept }: { isUnreadKept: boolean }): boolean {
      const isFirst = !isEnded;
      if (!isUnreadKept) unread = [];
      isEnded = true;
      wake();
      return isFirst;
    },
    async *taken(onTake: () => void): AsyncIterable<Pulled> {
      for (;;) {
        for (let next = unread.shift(); next !== undefined; next = unread.shift()) {
          if (!isEnded) onTake();
          yield next;
        }
        if (isEnded) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

function watchSilence(
  clock: Pick<Clock, 'after'>,
  { isAwaited, onSilence }: { isAwaited: () => boolean; onSilence: () => void },
) {
  let hasHeard = true;
  const check = () => {
    if (isAwaited() && !hasHeard) return onSilence();
    hasHeard = false;
    cancel = clock.after(MAX_SILENCE_MS, check);
  };
  let cancel = clock.after(MAX_SILENCE_MS, check);
  return {
    hear() {
      hasHeard = true;
    },
    stop: () => cancel(),
  };
}
