// A bucket in memory with the real one's semantics, faults planned by name, and counters.
// It must never be kinder than the real one: both pass the same conformance suite.
import assert from 'node:assert';
import { OncewardError } from '../../transport/errors.ts';
import type {
  BatchOutcome,
  Bucket,
  Clock,
  Entry,
  Write,
  WriteOutcome,
} from '../../transport/ports.ts';
import { matchesFilter } from './subject-filter.ts';

const MAX_HISTORY = 64;
const MAX_BATCH_WRITES = 200;

/**
 * What goes wrong with one operation:
 * - `error-before-write`: unknown, and it never lands;
 * - `error-after-write`: unknown, although it has landed;
 * - `late-write`: unknown now, and landing (or losing) when `land` is called;
 * - `lost-read`: a read or a history that is not answered.
 */
export type Fault = 'error-before-write' | 'error-after-write' | 'late-write' | 'lost-read';

export interface PlannedFault {
  fault: Fault;
  /** Only an operation on this key; any key without it. */
  key?: string;
}

export interface Counters {
  reads: number;
  writes: number;
  batches: number;
  /** Writes in each batch, in order. */
  batchSizes: number[];
  histories: number;
  scans: number;
  faults: number;
}

export interface MemoryBucket extends Bucket {
  /** Each fault strikes once: the next operation it fits. */
  plan(...faults: PlannedFault[]): void;
  /** Lets the late writes reach the stream now; says which of them won. */
  land(): ('won' | 'lost')[];
  /** Holds all operations back until the returned function is called. */
  hold(): () => void;
  counters(): Counters;
}

export interface MemoryBucketOptions {
  name?: string;
  /** Stamps entries. Defaults to a time that stands still. */
  clock?: Pick<Clock, 'nowMs'>;
}

export function createMemoryBucket(options: MemoryBucketOptions = {}): MemoryBucket {
  const stream = createStream(options.clock ?? { nowMs: () => 0 });
  const planned: PlannedFault[] = [];
  const late: (() => 'won' | 'lost')[] = [];
  const counters: Counters = {
    ...{ reads: 0, writes: 0, batches: 0, batchSizes: [], histories: 0, scans: 0, faults: 0 },
  };
  let gate: Promise<void> = Promise.resolve();

  const strike = (kinds: readonly Fault[], keys: readonly string[]): Fault | null => {
    const at = planned.findIndex(
      ({ fault, key }) => kinds.includes(fault) && (key === undefined || keys.includes(key)),
    );
    if (at < 0) return null;
    counters.faults += 1;
    return planned.splice(at, 1)[0]?.fault ?? null;
  };

  /** Reaches the stream as a request does: not at once, and answered not at once either. */
  const change = async <Outcome extends { outcome: string }>(
    writes: readonly Write[],
    apply: () => Outcome,
  ): Promise<Outcome | { outcome: 'unknown'; cause: unknown }> => {
    await gate;
    const keys = writes.map(({ key }) => key);
    const fault = strike(['error-before-write', 'error-after-write', 'late-write'], keys);
    if (fault === null) return apply();
    if (fault === 'error-after-write') apply();
    if (fault === 'late-write') late.push(() => (apply().outcome === 'won' ? 'won' : 'lost'));
    return { outcome: 'unknown', cause: new Error(`planned: ${fault}`) };
  };

  const look = async <Found>(key: string, find: () => Found): Promise<Found> => {
    await gate;
    if (strike(['lost-read'], [key]) === null) return find();
    throw new OncewardError('OUTCOME_UNKNOWN', `planned: lost-read of ${key}`);
  };

  return {
    name: options.name ?? 'memory',
    async read(key) {
      counters.reads += 1;
      return look(key, () => stream.newest(key));
    },
    async write(write) {
      counters.writes += 1;
      return change<WriteOutcome>([write], () => stream.append(write));
    },
    async writeBatch(writes) {
      counters.batches += 1;
      counters.batchSizes.push(writes.length);
      return change<BatchOutcome>(writes, () => stream.appendAll(writes));
    },
    async scan(visit, filter = '>') {
      counters.scans += 1;
      await gate;
      for (const entry of stream.live()) if (matchesFilter(entry.key, filter)) visit(entry);
    },
    async history(key) {
      counters.histories += 1;
      return look(key, () => stream.past(key));
    },
    plan: (...faults) => void planned.push(...faults),
    land: () => late.splice(0).map((apply) => apply()),
    hold() {
      let release = () => {};
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    counters: () => ({ ...counters, batchSizes: [...counters.batchSizes] }),
  };
}

/** The stream below: one sequence for all keys, and each key's newest entries, oldest first. */
function createStream(clock: Pick<Clock, 'nowMs'>) {
  const entries = new Map<string, Entry[]>();
  let sequence = 0;

  const newest = (key: string): Entry | null => entries.get(key)?.at(-1) ?? null;
  const isExpected = ({ key, expectedRevision }: Write): boolean =>
    (newest(key)?.revision ?? 0) === expectedRevision;

  const store = ({ key, value }: Write): number => {
    sequence += 1;
    const entry = { key, value, revision: sequence, storedAtMs: clock.nowMs() };
    const before = value === null ? [] : (entries.get(key) ?? []);
    entries.set(key, [...before, entry].slice(-MAX_HISTORY));
    return sequence;
  };

  return {
    newest,
    past: (key: string): Entry[] => [...(entries.get(key) ?? [])],
    /** In the order of the stream, as a consumer of the last entry of each key delivers them. */
    live: (): Entry[] =>
      [...entries.values()]
        .flatMap((past) => past.slice(-1))
        .filter(({ value }) => value !== null)
        .sort((a, b) => a.revision - b.revision),
    append: (write: Write): WriteOutcome =>
      isExpected(write) ? { outcome: 'won', revision: store(write) } : { outcome: 'lost' },
    appendAll(writes: readonly Write[]): BatchOutcome {
      const isWithinLimits = writes.length >= 2 && writes.length <= MAX_BATCH_WRITES;
      assert.ok(isWithinLimits, `a batch of ${writes.length}, not of 2 to ${MAX_BATCH_WRITES}`);
      const keys = new Set(writes.map(({ key }) => key));
      assert.equal(keys.size, writes.length, 'a batch holds each key once');
      if (!writes.every(isExpected)) return { outcome: 'rejected' };
      return { outcome: 'won', revisions: writes.map(store) };
    },
  };
}
