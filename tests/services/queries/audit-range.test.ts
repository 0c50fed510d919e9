// Goal: what explains the present is never left out of a reading that is cut short. Method: a stream in memory, with
// a clock that stands still unless it is moved.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type RangeSource, readRange } from '../../../services/queries/audit-range.ts';
import type { AuditFeed, AuditMessage } from '../../../transport/nats/audit-reader.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

interface Stream {
  /** How many messages there are, one each millisecond, under the sequences from 1. */
  count: number;
  partitions?: number;
  /** Sequence that never arrives, however long one waits. */
  stuckAt?: number;
}

/** What was opened, and a source to open it with. Message n is in partition n modulo their number. */
function setup({ count, partitions = 1, stuckAt }: Stream) {
  const clock = createVirtualClock();
  const opened: unknown[] = [];
  let closed = 0;
  const openAudit: RangeSource['openAudit'] = async (range = {}) => {
    const { sinceMs, afterSequence, partition } = range;
    opened.push({ ...(afterSequence === undefined ? { sinceMs } : { afterSequence }) });
    const isIn = (n: number) =>
      (partition === undefined || n % partitions === partition) &&
      (afterSequence === undefined ? n >= (sinceMs ?? 0) : n > afterSequence);
    const numbers = Array.from({ length: count }, (_, n) => n + 1).filter(isIn);
    return feedOf(numbers, { count, stuckAt, onStuck: () => clock.advance(3_000) }, () => {
      closed += 1;
    });
  };
  const source: RangeSource = { clock, partitions, openAudit };
  return { source, opened, closed: () => closed };
}

function feedOf(
  numbers: readonly number[],
  { count, stuckAt, onStuck }: { count: number; stuckAt: number | undefined; onStuck: () => void },
  onClose: () => void,
): AuditFeed {
  let close = () => {};
  let catchUp = () => {};
  const closing = new Promise<void>((resolve) => {
    close = resolve;
  });
  const caughtUp = new Promise<void>((resolve) => {
    catchUp = resolve;
  });
  async function* messages(): AsyncIterable<AuditMessage> {
    for (const n of numbers) {
      if (n === stuckAt) {
        onStuck();
        await closing;
        return;
      }
      yield { body: String(n), sequence: n, storedAtMs: n };
    }
    catchUp();
    await closing;
  }
  return {
    ...{ firstSequence: 1, lastSequence: count, caughtUp, messages },
    async *bodies() {},
    async close() {
      onClose();
      close();
    },
  };
}

const pick = (body: string) => [Number(body)];

/** `1000 to 1500 by 1`; where it has gaps, or is not in order, it says so. Whole lists are too long to compare. */
function spanOf(found: readonly number[]): string {
  const steps = new Set(found.slice(1).map((n, index) => n - (found[index] ?? 0)));
  return `${found[0]} to ${found.at(-1)} by ${[...steps].join(' and ')}`;
}

test(
  'a stretch that begins lately is read in one go, from its beginning',
  within(5_000, async () => {
    const { source, opened, closed } = setup({ count: 1_500 });
    const { found, notes } = await readRange(source, { sinceMs: 1_000, pick });
    assert.is(spanOf(found), '1000 to 1500 by 1');
    assert.equal([opened, notes], [[{ sinceMs: 1_000 }], []]);
    assert.ok(closed() > 0);
  }),
);

test(
  'nothing stored since then is an answer, not a wait',
  within(5_000, async () => {
    const { source } = setup({ count: 10 });
    assert.equal(await readRange(source, { sinceMs: 11, pick }), { found: [], notes: [] });
  }),
);

test(
  'a long stretch is read backwards, each message once, and told oldest first',
  within(10_000, async () => {
    const { source, opened } = setup({ count: 30_000 });
    const { found, notes } = await readRange(source, { sinceMs: 100, pick });
    assert.is(spanOf(found), '100 to 30000 by 1');
    assert.equal(notes, []);
    assert.equal(opened, [
      { sinceMs: 100 },
      { afterSequence: 28_000 },
      { afterSequence: 20_000 },
      { afterSequence: 99 },
    ]);
  }),
);

test(
  'of too many messages the oldest are left out, and that is said',
  within(10_000, async () => {
    const { source } = setup({ count: 60_000 });
    const { found, notes } = await readRange(source, { sinceMs: 1, pick });
    assert.is(spanOf(found), '10001 to 60000 by 1');
    assert.equal(notes, ['only the newest 50000 messages were read']);
  }),
);

test(
  'when time is up, what is nearest to the present has been read',
  within(10_000, async () => {
    const { source } = setup({ count: 30_000, stuckAt: 25_000 });
    const { found, notes } = await readRange(source, { sinceMs: 1, pick });
    assert.is(spanOf(found), '28001 to 30000 by 1');
    assert.equal(notes, ['only a part of the audit could be read within 3000 ms']);
  }),
);

test(
  'the messages of other partitions do not use up the reading of one',
  within(10_000, async () => {
    const { source } = setup({ count: 60_000, partitions: 4 });
    const { found, notes } = await readRange(source, { partition: 2, sinceMs: 1, pick });
    assert.is(spanOf(found), '2 to 59998 by 4');
    assert.equal(notes, []);
  }),
);

test.run();
