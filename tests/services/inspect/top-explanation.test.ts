// The open item of the live board: told anew while time passes, when it changes, and no longer than it is open.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BoardSources } from '../../../services/inspect/top/board.ts';
import { createLiveBoard } from '../../../services/inspect/top/live-board.ts';
import type { ItemRow } from '../../../services/queries/rows.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { fakeScreen } from './fake-screen.ts';

const ROW = { address: 'shop/1', title: 't', state: 'parked', parking: null } as ItemRow;
const MINUTE = { events: 0, refused: 0, claimsWon: 0, claimsLost: 0, takeovers: 0, advances: 0 };

/** A board with one item, which is open and has been told once. */
async function setup() {
  const clock = createVirtualClock();
  const screen = fakeScreen();
  const stop = new AbortController();
  const asked: string[] = [];
  const explained: { answer: (nth: number) => Promise<string[]> } = {
    answer: async (nth) => [`told ${nth}`],
  };
  const item = { row: ROW };
  const sources = (): BoardSources => ({
    ...{
      nowMs: 0,
      isComplete: true,
      isConnected: true,
      hosts: 0,
      workers: 0,
      queues: null,
      suspended: [],
      heldQueues: [],
    },
    ...{ alarms: [], minute: MINUTE, rows: [item.row], positions: new Map() },
    runOf: () => undefined,
  });
  const live = createLiveBoard({
    context: { style: (_, text) => text, timeStyle: undefined },
    ...{ screen, clock, sources, stop: stop.signal },
    explain: (address) => explained.answer(asked.push(address)),
    broken: new Promise<never>(() => {}),
  });
  const ended = live.run();
  screen.press('\r');
  await screen.shows('told 1');
  const leave = () => {
    stop.abort();
    return ended;
  };
  return { asked, clock, explained, item, leave, live, screen };
}

test(
  'an open item is told anew every 5 s, and no more once it is closed',
  within(10_000, async () => {
    const { asked, clock, leave, screen } = await setup();
    await clock.advance(5_000);
    await screen.shows('told 2');
    await clock.advance(5_000);
    await screen.shows('told 3');
    screen.press('\u001b');
    await clock.advance(20_000);

    assert.equal(asked, ['shop/1', 'shop/1', 'shop/1']);
    await leave();
    assert.is(clock.waiting(), 0);
  }),
);

test(
  'an open item is told anew as soon as it changes',
  within(10_000, async () => {
    const { clock, item, leave, live, screen } = await setup();
    item.row = { ...ROW, state: 'done' };
    live.change();
    await clock.advance(500);

    await screen.shows('told 2');
    await leave();
  }),
);

test(
  'while the board is paused, what was told stays',
  within(10_000, async () => {
    const { asked, clock, leave, screen } = await setup();
    screen.press('p');
    await clock.advance(20_000);
    assert.is(asked.length, 1);
    screen.press('p');
    await clock.advance(5_000);

    await screen.shows('told 2');
    await leave();
  }),
);

test(
  'one answer is waited for at a time, and a failure stands above what was told last',
  within(10_000, async () => {
    const { asked, clock, explained, leave, screen } = await setup();
    let fail = (_: Error) => {};
    explained.answer = () =>
      new Promise((_, reject) => {
        fail = reject;
      });
    await clock.advance(30_000);
    assert.is(asked.length, 2);
    fail(new Error('no answer'));

    await screen.shows('cannot be told now: no answer');
    assert.match(screen.frame().join('\n'), 'told 1');
    await leave();
  }),
);

test.run();
