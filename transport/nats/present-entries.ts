// What is there in a bucket at one moment, read over lost connections.
// It must never take a reading that broke off for a whole one.
import type { Entry } from '../ports.ts';
import { canRetry } from './ordered-feed.ts';
import type { FeedLink } from './pull-session.ts';
import { type Scan, scan } from './scan.ts';
import type { Signal } from './signal.ts';

export interface PresentOptions {
  /** A revision of the bucket. */
  upTo: number;
  closing: Signal;
  /** Told of each key that is there, also of one that has a newer entry. */
  onKey: (key: string) => void;
}

/**
 * The newest entry of each key, if it is no newer than `upTo`, in the order of their revisions. Begins anew
 * when the connection breaks: a consumer of newest entries that meets removed ones does not go on by itself.
 */
export async function* presentEntries(
  link: FeedLink,
  where: Omit<Scan, 'visit'>,
  { upTo, closing, onKey }: PresentOptions,
): AsyncIterable<Entry> {
  let last = 0;
  do {
    const reading = readPresent(link, where, closing);
    for await (const entry of reading.entries()) {
      onKey(entry.key);
      if (entry.revision <= last || entry.revision > upTo) continue;
      last = entry.revision;
      yield entry;
    }
    if (reading.isWhole()) return;
  } while (await canRetry(link, closing));
}

/** One try to read them, which may break off. */
function readPresent({ nc, watch }: FeedLink, where: Omit<Scan, 'visit'>, closing: Signal) {
  let unread: Entry[] = [];
  let outcome: 'under way' | 'whole' | 'broken' = 'under way';
  let wake = () => {};
  let goOn = () => {};
  const visit = (entry: Entry) => {
    if (outcome !== 'under way' || closing.isGiven()) throw new Error('nobody reads it any more');
    unread.push(entry);
    wake();
  };
  const end = (how: 'whole' | 'broken') => {
    if (outcome === 'under way') outcome = how;
    stopListening();
    wake();
    goOn();
  };
  // One page waits while the one before is read: a slow reader must not gather them all.
  const turn = () =>
    new Promise<void>((resolve) => {
      if (unread.length === 0 || outcome !== 'under way' || closing.isGiven()) return resolve();
      goOn = resolve;
      void closing.given.then(resolve);
    });
  // A scan finds out by itself, but waits for its page first.
  const stopListening = watch.onLost(() => end('broken'));
  scan(nc, { ...where, visit, turn }).then(
    () => end('whole'),
    () => end('broken'),
  );
  async function* entries(): AsyncIterable<Entry> {
    for (;;) {
      const taken = unread;
      unread = [];
      goOn();
      for (const entry of taken) {
        if (closing.isGiven()) return;
        yield entry;
      }
      if (unread.length > 0) continue;
      if (outcome !== 'under way' || closing.isGiven()) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        void closing.given.then(resolve);
      });
    }
  }
  return { entries, isWhole: () => outcome === 'whole' };
}
