// Goal: whoever asks again is told the same as by a reading of the whole, at the cost of what is new. Method: a stream
// in memory that grows between the readings, and while they are under way.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAuditMemory } from '../../../services/queries/audit-memory.ts';
import { type RangeSource, readRange } from '../../../services/queries/audit-range.ts';
import type { AuditMessage } from '../../../transport/nats/audit-reader.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 5_000;

/** A stream of so many messages, and what was asked of it. */
function setup() {
  const clock = createVirtualClock();
  /** `isSlow` lets the time of a reading run out before its first message. */
  const stream = { count: 0, comingNext: 0, isSlow: false };
  const opened: unknown[] = [];
  const openAudit: RangeSource['openAudit'] = async ({ sinceMs, afterSequence } = {}) => {
    opened.push(afterSequence === undefined ? { sinceMs } : { afterSequence });
    const lastSequence = stream.count;
    stream.count += stream.comingNext;
    stream.comingNext = 0;
    return feedOf(clock, {
      from: (afterSequence ?? 0) + 1,
      to: stream.count,
      lastSequence,
      stream,
    });
  };
  const source: RangeSource = { clock, partitions: 1, openAudit, auditMemory: createAuditMemory() };
  const read = async (more: Partial<RangeSource> = {}) => {
    const pick = (body: string) => [Number(body)];
    const { found } = await readRange({ ...source, ...more }, { name: 'all', sinceMs: 0, pick });
    return found;
  };
  return { stream, opened, read };
}

function feedOf(
  clock: ReturnType<typeof createVirtualClock>,
  about: { from: number; to: number; lastSequence: number; stream: { isSlow: boolean } },
) {
  const { from, to, lastSequence, stream } = about;
  let catchUp = () => {};
  const caughtUp = new Promise<void>((resolve) => {
    catchUp = resolve;
  });
  async function* messages(): AsyncIterable<AuditMessage> {
    if (stream.isSlow) await clock.advance(3_000);
    for (let n = from; n <= to && !stream.isSlow; n += 1) {
      yield { body: String(n), sequence: n, storedAtMs: n };
    }
    catchUp();
  }
  const close = async () => {};
  return { firstSequence: 1, lastSequence, caughtUp, messages, async *bodies() {}, close };
}

test(
  'who asks again is told all of it, and only what is new is read',
  within(LIMIT_MS, async () => {
    const { stream, opened, read } = setup();
    stream.count = 3;
    const first = await read();
    stream.count = 5;
    const second = await read();

    assert.equal(
      [first, second, await read()],
      [
        [1, 2, 3],
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5],
      ],
    );
    assert.equal(opened, [{ sinceMs: 0 }, { afterSequence: 3 }, { afterSequence: 5 }]);
  }),
);

test(
  'what comes while it is read is found once',
  within(LIMIT_MS, async () => {
    const { stream, read } = setup();
    stream.count = 2;
    stream.comingNext = 2;
    const first = await read();
    stream.comingNext = 1;
    const second = await read();

    assert.equal(
      [first, second, await read()],
      [
        [1, 2, 3, 4],
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5],
      ],
    );
  }),
);

test(
  'a stream that has become shorter is read anew',
  within(LIMIT_MS, async () => {
    const { stream, opened, read } = setup();
    stream.count = 9;
    await read();
    stream.count = 4;

    assert.equal(await read(), [1, 2, 3, 4]);
    assert.equal(opened.at(-1), { sinceMs: 0 });
  }),
);

test(
  'a reading whose time has run out is not remembered',
  within(LIMIT_MS, async () => {
    const { stream, opened, read } = setup();
    stream.count = 3;
    stream.isSlow = true;
    const cut = await read();
    stream.isSlow = false;

    assert.equal([cut, await read()], [[], [1, 2, 3]]);
    assert.equal(opened, [{ sinceMs: 0 }, { sinceMs: 0 }]);
  }),
);

test(
  'whoever shares the thread has a turn after every 200 messages',
  within(LIMIT_MS, async () => {
    const { stream, read } = setup();
    stream.count = 1_000;
    let turns = 0;
    const pause = async () => {
      turns += 1;
    };
    await read({ pause });

    assert.is(turns, 5);
  }),
);

test('where all together is too much, what was not asked for the longest goes first', () => {
  const memory = createAuditMemory(10);
  const stretch = { found: [1, 2, 3, 4], notes: [], upToSequence: 4 };
  memory.keep('a', stretch);
  memory.keep('b', stretch);
  memory.recall('a');
  memory.keep('c', stretch);
  memory.keep('large', { ...stretch, found: Array(11).fill(0) });

  assert.equal(['a', 'b', 'c', 'large'].map(memory.recall), [stretch, null, stretch, null]);
});

test.run();
