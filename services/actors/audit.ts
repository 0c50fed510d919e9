// What happened to every event, applied or refused. Entries of a few milliseconds share one message.
// The audit explains; it never decides: the record does.
import type { Clock, RefusalReason } from '../../transport/ports.ts';

export interface AuditEntry {
  atMs: number;
  address: string;
  id: string;
  type: string;
  door: string;
  outcome: 'applied' | 'refused' | 'repeated' | 'alarm';
  /** State before and after. */
  from: string | null;
  to: string | null;
  revision: number | null;
  /** Who claimed or tried to. */
  claimant: string | null;
  reason: RefusalReason | string | null;
  message: string;
  /** Host that decided. */
  by: string;
}

const FLUSH_AFTER_MS = 5;
const MAX_ENTRIES_PER_MESSAGE = 200;
/** Well below what nats-server accepts: a message it refuses would be sent for ever, and hold up its partition. */
const MAX_BYTES_PER_MESSAGE = 500_000;
/** Longest text of a field that comes from outside. */
const MAX_TEXT_CHARACTERS = 400;
const RETRY_AFTER_MS = 500;

export interface Audit {
  /** Resolves once the entry is stored. Nobody has to wait for it but who acknowledges on it. */
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
): Audit {
  const pages = new Map<number, Page>();
  const underWay = new Set<Promise<void>>();
  let isStopped = false;

  const send = (partition: number) => {
    const page = pages.get(partition);
    if (page === undefined) return;
    pages.delete(partition);
    const sent = deliver(partition, `{"v":1,"entries":[${page.entries.join(',')}]}`);
    underWay.add(sent);
    void sent.finally(() => {
      underWay.delete(sent);
      page.settle();
    });
  };

  const deliver = async (partition: number, body: string): Promise<void> => {
    // Ends with the host only: an entry must not be dropped because the server restarts.
    while (!isStopped) {
      try {
        return await publish(partition, body);
      } catch {
        await new Promise<void>((done) => void clock.after(RETRY_AFTER_MS, done));
      }
    }
  };

  return {
    append(partition, entry) {
      let page = pages.get(partition);
      if (page === undefined) {
        page = openPage();
        pages.set(partition, page);
        clock.after(FLUSH_AFTER_MS, () => send(partition));
      }
      const text = JSON.stringify(trimmed(entry));
      page.entries.push(text);
      page.sizeBytes += Buffer.byteLength(text);
      if (isFull(page)) send(partition);
      return page.done;
    },
    async flush() {
      for (const partition of [...pages.keys()]) send(partition);
      await Promise.all(underWay);
    },
    stop() {
      isStopped = true;
    },
  };
}

function isFull({ entries, sizeBytes }: Page): boolean {
  return entries.length >= MAX_ENTRIES_PER_MESSAGE || sizeBytes >= MAX_BYTES_PER_MESSAGE;
}

function openPage(): Page {
  let settle = () => {};
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
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
