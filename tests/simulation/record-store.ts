// The stream below a simulated bucket: one sequence for all keys, and each key's newest entries.
// It must never be kinder than the real one: the bucket on top of it passes the same conformance suite.
import assert from 'node:assert';
import type { BatchOutcome, Entry, Write, WriteOutcome } from '../../transport/ports.ts';

const MAX_HISTORY = 64;
const MAX_BATCH_WRITES = 200;

export interface RecordStore {
  newest(key: string): Entry | null;
  /** Oldest first; with `asOfMs`, as it was at that time. */
  past(key: string, asOfMs?: number): Entry[];
  /** The newest entry of every live key, in the order of the stream; with `asOfMs`, as it was then. */
  live(asOfMs?: number): Entry[];
  append(write: Write): WriteOutcome;
  appendAll(writes: readonly Write[]): BatchOutcome;
  /** Forgets everything stored after this time, and says which keys that concerns. */
  forgetSince(ms: number): string[];
}

export interface RecordStoreOptions {
  nowMs: () => number;
  /** Told of every entry as it is stored. */
  onStored: (entry: Entry) => void;
}

export function createRecordStore({ nowMs, onStored }: RecordStoreOptions): RecordStore {
  const entries = new Map<string, Entry[]>();
  let sequence = 0;

  const newest = (key: string): Entry | null => entries.get(key)?.at(-1) ?? null;
  const isExpected = ({ key, expectedRevision }: Write): boolean =>
    (newest(key)?.revision ?? 0) === expectedRevision;
  const upTo = (past: Entry[], asOfMs: number | undefined): Entry[] =>
    asOfMs === undefined ? past : past.filter(({ storedAtMs }) => storedAtMs <= asOfMs);

  const store = ({ key, value }: Write): number => {
    sequence += 1;
    const entry = { key, value, revision: sequence, storedAtMs: nowMs() };
    const past = value === null ? [] : (entries.get(key) ?? []);
    past.push(entry);
    if (past.length > MAX_HISTORY) past.shift();
    entries.set(key, past);
    onStored(entry);
    return sequence;
  };

  return {
    newest,
    past: (key, asOfMs) => [...upTo(entries.get(key) ?? [], asOfMs)],
    live: (asOfMs) =>
      [...entries.values()]
        .flatMap((past) => upTo(past, asOfMs).slice(-1))
        .filter(({ value }) => value !== null)
        .sort((a, b) => a.revision - b.revision),
    append: (write) =>
      isExpected(write) ? { outcome: 'won', revision: store(write) } : { outcome: 'lost' },
    appendAll(writes) {
      const isWithinLimits = writes.length >= 2 && writes.length <= MAX_BATCH_WRITES;
      assert.ok(isWithinLimits, `a batch of ${writes.length}, not of 2 to ${MAX_BATCH_WRITES}`);
      const keys = new Set(writes.map(({ key }) => key));
      assert.equal(keys.size, writes.length, 'a batch holds each key once');
      if (!writes.every(isExpected)) return { outcome: 'rejected' };
      return { outcome: 'won', revisions: writes.map(store) };
    },
    forgetSince(ms) {
      const changed: string[] = [];
      for (const [key, past] of entries) {
        const kept = past.filter(({ storedAtMs }) => storedAtMs <= ms);
        if (kept.length === past.length) continue;
        changed.push(key);
        if (kept.length > 0) entries.set(key, kept);
        else entries.delete(key);
      }
      return changed;
    },
  };
}
