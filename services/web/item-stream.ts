// What happens to one item and its runs, as it happens: their records and their audit, as one stream that can be
// resumed. It must never send a record whole: who wants to see it reads it.
import { itemAddress } from '../../machines/address.ts';
import type { AuditFeed } from '../../transport/nats/audit-reader.ts';
import type { Inspector } from '../../transport/nats/inspector.ts';
import type { RecordFeed } from '../../transport/nats/record-feed.ts';
import type { Log } from '../actors/log.ts';
import { isBelow, parseAuditMessage } from '../queries/audit-entries.ts';
import { userAddress } from '../queries/user-address.ts';
import type { EventSink, Source } from './event-streams.ts';
import { recordOutline } from './record-outline.ts';

type Following = Pick<Inspector, 'openRecords' | 'openAudit' | 'partitionOf'>;

/** How far a reader has come: revisions of the two buckets, and the sequence of the audit where it may be read. */
interface Cursor {
  item: number;
  run: number;
  audit: number | null;
}

const CURSOR = /^(\d{1,15})\.(\d{1,15})\.(\d{0,15})$/;

/** `lastEventId` is what the reader has seen last; undefined begins with what is there. */
export function itemStream(
  { session, log }: { session: Following; log: Pick<Log, 'warn'> },
  { project, item }: { project: string; item: string },
  lastEventId: string | undefined,
): Source {
  const seen = readCursor(lastEventId);
  const key = `${project}.${item}`;
  const address = itemAddress(project, item);
  const partition = session.partitionOf(address);
  const records = { isPresentIncluded: true };

  return async (sink) => {
    const open: { close(): Promise<void> }[] = [];
    const keep = async <Feed extends { close(): Promise<void> }>(opening: Promise<Feed>) => {
      const feed = await opening;
      open.push(feed);
      return feed;
    };
    const closeAll = () => {
      for (const feed of open) void feed.close();
    };
    try {
      // The audit first: what happens while the rest is opened must not fall between.
      const since = seen?.audit == null ? {} : { afterSequence: seen.audit };
      const audit = await keep(session.openAudit({ partition, ...since })).catch((err: unknown) => {
        // A login may lack the permission. The records say most.
        log.warn({ err, address }, 'followed without the audit');
        return null;
      });
      const items = await keep(session.openRecords('onceward-items', { ...records, filter: key }));
      const runs = await keep(
        session.openRecords('onceward-runs', { ...records, filter: `${key}.>` }),
      );
      const place = { item: seen?.item ?? 0, run: seen?.run ?? 0 };
      const cursor = { ...place, audit: seen?.audit ?? audit?.lastSequence ?? null };
      const parts = { sink, cursor };
      until(sink, sendRecords(items, 'item', parts));
      until(sink, sendRecords(runs, 'run', parts));
      if (audit !== null) until(sink, sendAudit(audit, `${project}/${item}`, parts));
      return closeAll;
    } catch (error) {
      closeAll();
      throw error;
    }
  };
}

interface Parts {
  sink: EventSink;
  cursor: Cursor;
}

/** A feed that has ended ends the stream: the reader comes back and gets a new one. */
function until(sink: EventSink, sending: Promise<void>): void {
  void sending.catch(() => {}).then(() => sink.end());
}

async function sendRecords(
  feed: RecordFeed,
  kind: 'item' | 'run',
  { sink, cursor }: Parts,
): Promise<void> {
  const seenUpTo = cursor[kind];
  let isLive = false;
  void feed.caughtUp.then(() => {
    isLive = true;
  });
  for await (const entry of feed.entries()) {
    if (!isLive && entry.revision <= seenUpTo) continue;
    cursor[kind] = entry.revision;
    const address = userAddress(`${kind}.${entry.key}`);
    const { revision } = entry;
    if (entry.value === null) {
      sink.send({ event: 'removed', data: { address, revision }, id: idOf(cursor) });
    } else {
      const data = { address, revision, ...recordOutline(entry) };
      sink.send({ event: 'record', data, id: idOf(cursor) });
    }
  }
}

async function sendAudit(feed: AuditFeed, prefix: string, { sink, cursor }: Parts): Promise<void> {
  for await (const { body, sequence } of feed.messages()) {
    const lines = parseAuditMessage(body).filter((line) => isBelow(line, prefix));
    for (const [n, line] of lines.entries()) {
      // Only the last one of a message passes it: who comes back before gets the others again.
      if (n === lines.length - 1) cursor.audit = sequence;
      sink.send({ event: 'audit', data: line, id: idOf(cursor) });
    }
    cursor.audit = sequence;
    if (lines.length === 0) sink.pass(idOf(cursor));
  }
}

function idOf({ item, run, audit }: Cursor): string {
  return `${item}.${run}.${audit ?? ''}`;
}

function readCursor(id: string | undefined): Cursor | null {
  const [whole, item, run, audit] = CURSOR.exec(id ?? '') ?? [];
  if (whole === undefined) return null;
  return { item: Number(item), run: Number(run), audit: audit ? Number(audit) : null };
}
