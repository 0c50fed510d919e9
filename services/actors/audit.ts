// What happened to every event, applied or refused. Entries of a few milliseconds share one message.
// The audit explains; it never decides: the record does.
import type { Clock } from '../../transport/ports.ts';
import type { AuditEntry } from './audit-entry.ts';
import { createAuditGap, createSettlement } from './audit-gap.ts';

const FLUSH_AFTER_MS = 20;
const MAX_ENTRIES_PER_MESSAGE = 200;
/** Well below what nats-server accepts: a message it refuses would be sent for ever, and hold up its partition. */
const MAX_BYTES_PER_MESSAGE = 500_000;
/**
 * Most that waits to be stored while the stream does not take it, in bytes. Beyond that entries are counted
 * instead of kept: the audit explains, and must not take the host down with it.
 */
const MAX_UNSENT_BYTES = 32 * 1_024 * 1_024;
/** Messages under way from which on an entry waits until its message is full: a stream that is away gets few. */
const MAX_HURRIED_MESSAGES = 64;
/** Longest text of a field that comes from outside. */
const MAX_TEXT_CHARACTERS = 400;
const RETRY_AFTER_MS = 500;

export interface Audit {
  /**
   * Resolves once the entry is stored. Nobody has to wait for it but who acknowledges on it. Where too much is
   * waiting it is not kept; then this resolves once an alarm is stored that says how many were not.
   */
  append(partition: number, entry: AuditEntry): Promise<void>;
  /** Sends what is waiting. */
  flush(): Promise<void>;
  /** Gives up what could not be sent. */
  stop(): void;
}

interface Page {
  /** Each an entry as JSON. */
  entries: string[];
  sizeBytes: number;
  done: Promise<void>;
  settle: () => void;
}

export function createAudit(
  clock: Clock,
  publish: (partition: number, body: string) => Promise<void>,
  onAlarm: (entry: AuditEntry) => void = () => {},
): Audit {
  const pages = new Map<number, Page>();
  const underWay = new Set<Promise<void>>();
  let isStopped = false;
  let unsentBytes = 0;
  const gap = createAuditGap();
  /** Partitions whose message is due, and waits for others to be stored. */
  const due = new Set<number>();

  const send = (partition: number) => {
    const page = pages.get(partition);
    if (page === undefined) return;
    pages.delete(partition);
    const body = `{"v":1,"entries":[${page.entries.join(',')}]}`;
    const sent = deliver(clock, () => isStopped || publish(partition, body));
    underWay.add(sent);
    void sent.finally(() => {
      underWay.delete(sent);
      unsentBytes -= page.sizeBytes;
      page.settle();
      gap.tell(raise);
      for (const waiting of [...due]) sendWhenDue(waiting);
    });
  };

  const sendWhenDue = (partition: number) => {
    due.delete(partition);
    if (underWay.size < MAX_HURRIED_MESSAGES) send(partition);
    else due.add(partition);
  };

  const add = (partition: number, entry: AuditEntry): Promise<void> => {
    let page = pages.get(partition);
    if (page === undefined) {
      page = openPage();
      pages.set(partition, page);
      clock.after(FLUSH_AFTER_MS, () => sendWhenDue(partition));
    }
    const text = JSON.stringify(trimmed(entry));
    const sizeBytes = Buffer.byteLength(text);
    page.entries.push(text);
    page.sizeBytes += sizeBytes;
    unsentBytes += sizeBytes;
    if (isFull(page)) send(partition);
    return page.done;
  };

  /** An alarm of its own, which nobody else would hear of. */
  const raise = (partition: number, entry: AuditEntry): Promise<void> => {
    onAlarm(entry);
    return add(partition, entry);
  };

  const flush = async (): Promise<void> => {
    for (const partition of [...pages.keys()]) send(partition);
    await Promise.all(underWay);
  };

  return {
    flush,
    append(partition, entry) {
      if (unsentBytes < MAX_UNSENT_BYTES) return add(partition, entry);
      return gap.widen(partition, entry);
    },
    stop() {
      isStopped = true;
    },
  };
}

function isFull({ entries, sizeBytes }: Page): boolean {
  return entries.length >= MAX_ENTRIES_PER_MESSAGE || sizeBytes >= MAX_BYTES_PER_MESSAGE;
}

/** Ends with the host only: an entry must not be dropped because the server restarts. */
async function deliver(clock: Clock, attempt: () => Promise<void> | true): Promise<void> {
  for (;;) {
    try {
      await attempt();
      return;
    } catch {
      await new Promise<void>((done) => void clock.after(RETRY_AFTER_MS, done));
    }
  }
}

function openPage(): Page {
  const { done, settle } = createSettlement();
  return { entries: [], sizeBytes: 0, done, settle };
}

function trimmed(entry: AuditEntry): AuditEntry {
  const cut = (text: string) => text.slice(0, MAX_TEXT_CHARACTERS);
  return {
    ...entry,
    address: cut(entry.address),
    id: cut(entry.id),
    type: cut(entry.type),
    claimant: entry.claimant && cut(entry.claimant),
    reason: entry.reason && cut(entry.reason),
    message: cut(entry.message),
  };
}
