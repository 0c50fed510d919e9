// `top` on a real fleet: on a screen that is given back on every way out, and as one snapshot elsewhere.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { top } from '../../../services/inspect/commands/top.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { boardOf } from '../../../services/inspect/top/board.ts';
import { openBoardFeed } from '../../../services/inspect/top/board-feed.ts';
import { lookAtFleet } from '../../../services/inspect/top/fleet-look.ts';
import { createLiveBoard } from '../../../services/inspect/top/live-board.ts';
import { type Session, withSession } from '../../../services/queries/session.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { natsServer } from '../../support/nats-server.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet } from './command-fixture.ts';
import { fakeScreen } from './fake-screen.ts';

const fleet = await startFleet();
const timeoutMs = 10_000;

async function setup(id: string): Promise<void> {
  const { context } = fleet.at();
  await submit(context, { project: 'shop', title: `Title of ${id}`, id, timeoutMs });
}

function emptyBoard() {
  const minute = { events: 0, refused: 0, claimsWon: 0, claimsLost: 0, takeovers: 0, advances: 0 };
  const link = { isComplete: true, isConnected: true };
  const fixed = {
    nowMs: 0,
    ...link,
    hosts: 0,
    workers: 0,
    queues: null,
    suspended: [],
    heldQueues: [],
    alarms: [],
  };
  return { ...fixed, minute, rows: [], positions: new Map(), runOf: () => undefined };
}

test(
  'the board follows what happens, explains an item, and gives the screen back',
  within(30_000, async () => {
    await setup('1');
    const screen = fakeScreen();
    const { context } = fleet.at({ screen });
    const ended = top(context);
    await screen.shows('shop/1');
    assert.ok(screen.isEntered());
    await setup('2');
    await screen.shows('shop/2');
    screen.press('\r');
    await screen.shows('waits for:');
    screen.press('\u001b');
    screen.press('q');
    assert.is(await ended, 0);
    assert.equal([screen.isEntered(), screen.listeners()], [false, 0]);
  }),
);

test(
  'an interruption gives the screen back, by key or by signal',
  within(30_000, async () => {
    const first = fakeScreen();
    const byKey = top(fleet.at({ screen: first }).context);
    await first.shows('onceward');
    first.press('\u0003');
    assert.equal([await byKey, first.isEntered()], [130, false]);
    const second = fakeScreen();
    const { context, stop } = fleet.at({ screen: second });
    const bySignal = top(context);
    await second.shows('onceward');
    stop();
    assert.equal([await bySignal, second.isEntered()], [130, false]);
  }),
);

test(
  'a feed that breaks, and a drawing that fails, give the screen back, too',
  within(10_000, async () => {
    const screen = fakeScreen();
    const clock = createVirtualClock();
    const style = (_: unknown, text: string) => text;
    const options = {
      context: { style, timeStyle: undefined },
      screen,
      clock,
      sources: emptyBoard,
    };
    const fixed = { ...options, explain: async () => [], stop: new AbortController().signal };
    const broken = Promise.reject<never>(new Error('the feed has broken'));
    const ended = createLiveBoard({ ...fixed, broken }).run();
    assert.is(await ended.catch(String), 'Error: the feed has broken');
    assert.not(screen.isEntered());
    let calls = 0;
    const sources = () => {
      calls += 1;
      if (calls > 1) throw new Error('nothing to draw');
      return emptyBoard();
    };
    const never = new Promise<never>(() => {});
    const failing = createLiveBoard({ ...fixed, sources, broken: never }).run();
    assert.is(await failing.catch(String), 'Error: nothing to draw');
    assert.not(screen.isEntered());
  }),
);

test(
  'a snapshot counts items by stage and state, and follows the schema',
  within(30_000, async () => {
    await setup('3');
    await finishRun(fleet.host, 'shop/3/build/1');
    await fleet.audited('run.shop.3.build.1', '"type":"claim"');
    const { context, documents } = fleet.at({ output: 'json' });
    assert.is(await top(context), 0);
    const [document] = documents();
    const { isComplete, stages, minute } = DOCUMENTS.board.parse(document);
    assert.ok(isComplete);
    assert.equal(
      stages.map(({ stage }) => stage),
      ['build', 'ship'],
    );
    assert.ok(minute.claimsWon >= 1);
    const plain = fleet.at();
    await top(plain.context);
    assert.match(
      plain.out(),
      /^Stages\n {2}STAGE +STATE +ITEMS\n {2}build +running\.queued +\d+$/m,
    );
  }),
);

test(
  'the board knows who holds an item, and when it is gone',
  within(30_000, async () => {
    await setup('4');
    const { asker } = fleet.host;
    await withSession(fleet.at().context, async (session) => {
      let look = () => {};
      const feed = await openBoardFeed(session, () => look());
      const item = () => boardOf(feed.sources(), 'shop/4').items[0];
      const until = (isSo: () => boolean) =>
        new Promise<void>((resolve) => {
          look = () => void (isSo() && resolve());
          look();
        });
      await feed.caughtUp;
      const address = 'run.shop.4.build.1';
      await asker.ask({ address, type: 'started', data: { worker: 'worker-7' } });
      await until(() => item()?.holder === 'worker-7' && item()?.state === 'running.starting');
      await finishRun(fleet.host, 'shop/4/build/1');
      await finishRun(fleet.host, 'shop/4/ship/1');
      await until(() => item() === undefined);
      await feed.close();
    });
  }),
);

test(
  'the board says that its connection is lost, and goes on when it is back',
  within(60_000, async () => {
    const screen = fakeScreen();
    const ended = top(fleet.at({ screen }).context);
    await screen.shows('shop/2');
    const server = await natsServer();
    const lost = screen.shows('CONNECTION LOST');
    await server.restart();
    await lost;
    await setup('5');
    await screen.shows('shop/5');

    assert.not.match(screen.frame().join('\n'), 'CONNECTION LOST');
    screen.press('q');
    assert.is(await ended, 0);
  }),
);

test(
  'processes that cannot be read are counted as they were last seen',
  within(10_000, async () => {
    const clock = createVirtualClock();
    const host = { identity: 'h', role: 'host', machine: 'm', pid: 1, startedAtMs: 0 };
    let isLost = false;
    const scan = async (visit: (entry: { value: string }) => void) => {
      if (isLost) throw new OncewardError('BROKER_UNAVAILABLE', 'gone');
      visit({ value: JSON.stringify(host) });
    };
    const session = { clock, bucket: () => ({ scan }), fleetFacts: async () => null };
    const look = lookAtFleet(session as unknown as Session, () => {});
    await look.first;
    assert.is(look.seen().hosts, 1);
    isLost = true;
    await clock.advance(10_000);
    assert.is(look.seen().hosts, 1);
    look.stop();
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
