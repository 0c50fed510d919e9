// The live board: what it counts, and how it is drawn.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { displayWidth } from '../../../services/inspect/display-width.ts';
import { timesOf } from '../../../services/inspect/times.ts';
import { type Board, type BoardSources, boardOf } from '../../../services/inspect/top/board.ts';
import { type Canvas, drawBoard } from '../../../services/inspect/top/drawing.ts';
import { createMinute } from '../../../services/inspect/top/minute.ts';
import { createPacer } from '../../../services/inspect/top/pacer.ts';
import { FIRST_VIEW, type View } from '../../../services/inspect/top/view.ts';
import type { AuditLine } from '../../../services/queries/audit-entries.ts';
import type { ItemRow } from '../../../services/queries/rows.ts';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const NOW_MS = 1_700_000_000_000;
const QUIET = { events: 0, refused: 0, claimsWon: 0, claimsLost: 0, takeovers: 0, advances: 0 };

function row(item: string, more: Partial<ItemRow> = {}): ItemRow {
  return {
    ...{ address: `shop/${item}`, project: 'shop', item, title: `Title of ${item}` },
    ...{ state: 'active.working', sinceMs: NOW_MS - 5_000, revision: 1, isArchived: false },
    ...{ stage: 'build', attempt: 1, endedRuns: 0, openedAtMs: NOW_MS - 9_000, endedAtMs: null },
    ...{ parking: null, holder: null, usage: null },
    ...more,
  };
}

const PARKED = {
  state: 'parked',
  parking: { reason: 'paused', message: 'by hand', release: 'resume', atMs: NOW_MS },
} as const;

function board(rows: ItemRow[], more: Partial<BoardSources> = {}, filter = ''): Board {
  return boardOf(
    {
      ...{
        nowMs: NOW_MS,
        isComplete: true,
        isConnected: true,
        hosts: 1,
        workers: 2,
        queues: [],
        suspended: [],
        heldQueues: [],
        minute: QUIET,
      },
      ...{
        alarms: [],
        rows,
        positions: new Map([
          ['build', 0],
          ['ship', 1],
        ]),
        runOf: () => undefined,
      },
      ...more,
    },
    filter,
  );
}

function canvas(columns: number, rows: number): Canvas {
  const times = timesOf({ timeStyle: undefined }, NOW_MS);
  return { columns, rows, style: (_, text) => text, times };
}

function drawn(of: Board, view: Partial<View> = {}, size = canvas(100, 30)): string[] {
  return drawBoard(of, { ...FIRST_VIEW, ...view }, size).lines;
}

function entry(more: Partial<AuditLine>): AuditLine {
  return {
    ...{ atMs: NOW_MS, address: 'run.shop.7.build.1', id: 'x', type: 'exited', door: 'ask' },
    ...{ outcome: 'applied', from: null, to: null, revision: 2, claimant: null, reason: null },
    ...{ message: '', by: 'host' },
    ...more,
  };
}

test('an active item is counted in the state of its run, in the order of the pipeline', () => {
  const rows = [row('1', { stage: 'ship' }), row('2'), row('3', PARKED)];
  const runOf = ({ item }: ItemRow) =>
    item === '3' ? undefined : { state: 'finalizing', holder: 'worker-9', sinceMs: NOW_MS };
  const { stages, total, items } = board(rows, { runOf });
  assert.is(total, 3);
  assert.equal(
    stages.map(({ stage, states }) => [
      stage,
      ...states.map(({ state, count }) => `${state} ${count}`),
    ]),
    [
      ['build', 'finalizing 1', 'parked 1'],
      ['ship', 'finalizing 1'],
    ],
  );
  assert.equal(
    items.map(({ address, state, holder }) => [address, state, holder]),
    [
      ['shop/3', 'parked', null],
      ['shop/1', 'finalizing', 'worker-9'],
      ['shop/2', 'finalizing', 'worker-9'],
    ],
  );
});

test('suspended accounts and held merge queues stand above everything, with what ends that', () => {
  const one = {
    address: 'account.provider.claude',
    cause: 'usage-limit',
    untilMs: NOW_MS + 60_000,
  };
  const queue = { address: 'merge.shop.main', why: 'frozen by ada', release: 'resume releases it' };
  const suspended = [one, { ...one, cause: '\u001b[31mx' }];
  const lines = drawn(board([row('1')], { suspended, heldQueues: [queue] }));
  assert.is(lines[4], 'merge.shop.main is frozen by ada: resume releases it');
  assert.is(
    lines[2],
    'account.provider.claude is suspended (usage-limit), available in 1m00s; no run begins on it',
  );
  assert.not.match(lines.join(''), /\p{Cc}/u);
});

test('every word of a filter must be found, and the counts stay those of all items', () => {
  const rows = [row('1', { title: 'Blue shirt' }), row('2', { title: 'blue SHOES' }), row('3')];
  const { matching, total, items } = board(rows, {}, ' Blue  sho');
  assert.equal(
    [matching, total, items.map(({ address }) => address)],
    [2, 3, ['shop/1', 'shop/2']],
  );
  assert.is(board(rows, {}, 'blue shoes').matching, 1);
});

test('a hundred thousand items are counted, and the first thousand shown', () => {
  const rows = Array.from({ length: 100_000 }, (_, n) => row(`i${n}`));
  const { total, items } = board(rows, {}, 'title');
  assert.equal([total, items.length], [100_000, 1_000]);
});

test('the last minute counts claims, lost claims and takeovers, and forgets what is older', () => {
  const minute = createMinute();
  minute.note(entry({ atMs: NOW_MS - 61_000, type: 'claim' }));
  minute.note(entry({ type: 'claim', from: 'finalizing', to: 'claimed' }));
  minute.note(entry({ type: 'claim', from: 'graceExpired', to: 'claimed' }));
  minute.note(entry({ type: 'claim', outcome: 'refused', reason: 'not-now' }));
  minute.note(entry({ type: 'claim', outcome: 'refused', reason: 'schema' }));
  minute.note(entry({ type: 'worker-lost', from: 'running.working', to: 'running.queued' }));
  minute.note(entry({ type: 'advance-confirmed', to: 'advanced' }));
  minute.note(entry({ outcome: 'alarm' }));
  assert.equal(minute.counts(NOW_MS), {
    ...{ events: 6, refused: 2, claimsWon: 2, claimsLost: 1, takeovers: 2, advances: 1 },
  });
  assert.equal(minute.counts(NOW_MS + 60_000), QUIET);
});

test('a claim that came too early is refused, and no lost race', () => {
  const minute = createMinute();
  const early = { type: 'claim', outcome: 'refused', reason: 'not-now' };
  minute.note(entry({ ...early, from: 'running.working' }));
  minute.note(entry({ ...early, from: 'finalizing' }));
  minute.note(entry({ ...early, from: 'claimed' }));

  const { refused, claimsLost } = minute.counts(NOW_MS);
  assert.equal([refused, claimsLost], [3, 1]);
});

test('a frame fills the terminal exactly, whatever its size', () => {
  const rows = Array.from({ length: 50 }, (_, n) => row(`i${n}`, { title: '漢字'.repeat(60) }));
  const alarms = [{ atMs: NOW_MS, address: 'shop/1', reason: 'x', message: 'é'.repeat(300) }];
  const of = board(rows, { alarms });
  const detail = { address: 'shop/1', lines: ['漢'.repeat(200)], offset: 9 };
  const sizes = [20, 50, 80, 200].flatMap((columns) =>
    [2, 5, 12, 40].map((height) => [columns, height]),
  );
  const wrong = sizes.filter(([columns = 0, height = 0]) =>
    [{}, { detail }, { isTyping: true, filter: '漢'.repeat(99) }].some((view) => {
      const lines = drawn(of, view, canvas(columns, height));
      return lines.length !== height || lines.some((line) => displayWidth(line) > columns);
    }),
  );
  assert.equal(wrong, []);
});

test('text from outside cannot steer the terminal', () => {
  const hostile = '\u001b[2J\u001b]0;x\u0007\u202e\r\n\u0085';
  const rows = [row('1', { title: hostile, stage: hostile, ...PARKED })];
  const alarms = [{ atMs: NOW_MS, address: hostile, reason: hostile, message: hostile }];
  const queues = [{ pool: hostile, project: hostile, lane: hostile, waiting: 1, underWay: 1 }];
  const detail = { address: 'shop/1', lines: [hostile], offset: 0 };
  const of = board(rows, { alarms, queues });
  const text = [...drawn(of, { filter: hostile }), ...drawn(of, { detail })].join('');
  assert.not.match(text, /[\p{Cc}\p{Cf}]/u);
  assert.match(text, '[2J');
});

test('the selected item is marked without colours, and stays in sight', () => {
  const rows = Array.from({ length: 90 }, (_, n) => row(`i${n}`));
  const marked = drawn(board(rows), { selected: 'shop/i70' }).filter((line) =>
    line.startsWith('> '),
  );
  assert.is(marked.length, 1);
  assert.match(marked[0] ?? '', /^> shop\/i70 /);
});

test('what stands above the list gives way to the list', () => {
  const queues = [{ pool: 'default', project: 'shop', lane: 'work', waiting: 3, underWay: 1 }];
  const alarms = [{ atMs: NOW_MS, address: 'shop/1', reason: 'lost', message: 'x' }];
  const of = board([row('1')], { queues, alarms });
  assert.match(drawn(of).join('\n'), /STAGE.*QUEUE.*ALARMS.*ITEM/s);
  const small = drawn(of, {}, canvas(100, 12)).join('\n');
  assert.not.match(small, 'ALARMS');
  assert.match(small, 'shop/1');
});

test('an empty board says whether it is still being read', () => {
  assert.match(drawn(board([], { isComplete: false })).join('\n'), /reading ….*reading …/s);
  assert.match(drawn(board([])).join('\n'), 'no item matches');
});

test(
  'however much changes, it is drawn four times a second at most, and once without a change',
  within(5_000, async () => {
    const clock = createVirtualClock();
    let drawings = 0;
    const pacer = createPacer(clock, () => {
      drawings += 1;
    });
    pacer.start();
    await busy(clock, pacer.change);
    assert.is(drawings, 1 + 8);
    await clock.advance(4_000);
    assert.is(drawings, 1 + 8 + 4);
    pacer.stop();
    await clock.advance(4_000);
    assert.is(drawings, 1 + 8 + 4);
  }),
);

/** A change every ten milliseconds, for two seconds. */
async function busy(clock: VirtualClock, change: () => void): Promise<void> {
  for (let ms = 0; ms < 2_000; ms += 10) {
    change();
    await clock.advance(10);
  }
}

test.run();
