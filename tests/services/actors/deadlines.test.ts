// Deadlines: each fires once, when its time has come and never before, and only while its record stands.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDeadlines, type DueDeadline } from '../../../services/actors/deadlines.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const RUN = 'run.shop.7.build.1';
const DAY_MS = 86_400_000;

function setup() {
  const clock = createVirtualClock();
  const startedMs = clock.nowMs();
  const fired: (DueDeadline & { afterMs: number })[] = [];
  const deadlines = createDeadlines(clock, (due) => {
    fired.push({ ...due, afterMs: clock.nowMs() - startedMs });
  });
  /** Times in milliseconds from the start. */
  const set = (address: string, revision: number, inMs: Record<string, number>) => {
    const times = Object.entries(inMs).map(([name, ms]) => [name, startedMs + ms]);
    deadlines.set(address, revision, Object.fromEntries(times));
  };
  const names = () => fired.map(({ name, afterMs }) => `${name} at ${afterMs}`);
  return { clock, deadlines, fired, names, set };
}

test(
  'a deadline fires once, at its time, with the revision it stands in',
  within(5_000, async () => {
    const { clock, fired, set } = setup();
    set(RUN, 3, { 'grace-elapsed': 1_000 });

    await clock.advance(999);
    const before = fired.length;
    await clock.advance(100_000);

    assert.is(before, 0);
    assert.is(fired.length, 1);
    const { address, name, revision, afterMs } = fired[0] ?? {};
    assert.equal([address, name, revision, afterMs], [RUN, 'grace-elapsed', 3, 1_000]);
  }),
);

test(
  'a deadline whose time has passed already fires at once',
  within(5_000, async () => {
    const { clock, names, set } = setup();
    set(RUN, 3, { 'grace-elapsed': -5_000 });

    await clock.advance(0);

    assert.equal(names(), ['grace-elapsed at 0']);
  }),
);

test(
  'a new revision replaces everything known of its actor, and of no other',
  within(5_000, async () => {
    const { clock, names, set } = setup();
    set(RUN, 3, { 'queue-stalled': 1_000, 'timed-out': 2_000 });
    set('run.shop.8.build.1', 4, { 'queue-stalled': 1_500 });
    set(RUN, 5, { 'timed-out': 3_000 });

    await clock.advance(10_000);

    assert.equal(names(), ['queue-stalled at 1500', 'timed-out at 3000']);
  }),
);

test(
  'the same revision set again, as a take-over does, fires once',
  within(5_000, async () => {
    const { clock, names, set } = setup();
    set(RUN, 3, { 'grace-elapsed': 1_000 });
    set(RUN, 3, { 'grace-elapsed': 1_000 });

    await clock.advance(10_000);

    assert.equal(names(), ['grace-elapsed at 1000']);
  }),
);

test(
  'a record without deadlines, and a forgotten actor, fire nothing',
  within(5_000, async () => {
    const { clock, deadlines, names, set } = setup();
    set(RUN, 3, { 'grace-elapsed': 1_000 });
    set('item.shop.7', 4, { reminder: 1_000 });
    set(RUN, 5, {});
    deadlines.forget('item.shop.7');

    await clock.advance(10_000);

    assert.equal(names(), []);
    assert.is(deadlines.size(), 0);
  }),
);

test(
  'deadlines of actors that are somebody else’s now fire no more, and all others do',
  within(5_000, async () => {
    const { clock, deadlines, names, set } = setup();
    set(RUN, 3, { 'grace-elapsed': 1_000 });
    set('item.shop.7', 4, { reminder: 1_000 });

    deadlines.forgetWhere((address) => address === RUN);
    await clock.advance(10_000);

    assert.equal(names(), ['reminder at 1000']);
  }),
);

test(
  'a deadline earlier than the one being waited for is not late',
  within(5_000, async () => {
    const { clock, names, set } = setup();
    set(RUN, 3, { late: 5_000 });
    set('item.shop.7', 4, { early: 1_000 });
    await clock.advance(2_000);
    set('item.shop.8', 5, { between: 3_000 });
    await clock.advance(10_000);

    assert.equal(names(), ['early at 1000', 'between at 3000', 'late at 5000']);
  }),
);

test(
  'a deadline that is set while another fires is waited for',
  within(5_000, async () => {
    const clock = createVirtualClock();
    const fired: string[] = [];
    const deadlines = createDeadlines(clock, ({ address, name, revision }) => {
      fired.push(name);
      const next = { second: clock.nowMs() + 500 };
      deadlines.set(address, revision + 1, name === 'first' ? next : {});
    });
    deadlines.set(RUN, 1, { first: clock.nowMs() + 100 });

    await clock.advance(10_000);

    assert.equal(fired, ['first', 'second']);
  }),
);

test(
  'a wait longer than the longest timer of Node is cut into pieces, none longer than a minute',
  within(5_000, async () => {
    const { clock, names, set } = setup();
    const delays: number[] = [];
    const { after } = clock;
    clock.after = (delayMs, callback) => {
      delays.push(delayMs);
      return after(delayMs, callback);
    };
    set('item.shop.7', 3, { reminder: 25 * DAY_MS });

    await clock.advance(25 * DAY_MS - 1);
    const early = names();
    await clock.advance(1);

    assert.equal(early, []);
    assert.equal(names(), [`reminder at ${25 * DAY_MS}`]);
    assert.is(Math.max(...delays), 60_000);
  }),
);

test(
  'a timer that fires too early, as those of Node may, fires no deadline',
  within(5_000, async () => {
    const { clock, names, set } = setup();
    const { after } = clock;
    clock.after = (delayMs, callback) => after(delayMs > 10 ? delayMs - 5 : delayMs, callback);
    set(RUN, 3, { 'grace-elapsed': 1_000 });

    await clock.advance(999);
    const early = names();
    await clock.advance(1);

    assert.equal(early, []);
    assert.equal(names(), ['grace-elapsed at 1000']);
  }),
);

test(
  'thousands of deadlines fire in the order of their times, by one timer at a time',
  within(10_000, async () => {
    const { clock, fired, set } = setup();
    const count = 5_000;
    for (let n = 0; n < count; n += 1) {
      set(`run.shop.${n}.build.1`, n + 1, { 'grace-elapsed': (n * 7_919) % 60_000 });
    }
    const waiting = clock.waiting();

    await clock.advance(60_000);

    assert.is(waiting, 1);
    assert.is(fired.length, count);
    assert.ok(fired.every(({ atMs }, n) => n === 0 || atMs >= (fired[n - 1]?.atMs ?? 0)));
    assert.is(new Set(fired.map(({ address }) => address)).size, count);
  }),
);

test(
  'deadlines that are replaced again and again take no memory until their time',
  within(20_000, async () => {
    const { deadlines, set } = setup();
    const before = usedBytes();

    for (let revision = 1; revision <= 300_000; revision += 1) {
      set(`run.shop.${revision % 10}.build.1`, revision, { 'timed-out': 3_600_000 });
    }

    assert.ok(usedBytes() - before < 5_000_000, `${usedBytes() - before} bytes more`);
    assert.is(deadlines.size(), 10);
  }),
);

test(
  'after the stop nothing fires',
  within(5_000, async () => {
    const { clock, deadlines, names, set } = setup();
    set(RUN, 3, { 'grace-elapsed': 1_000 });

    deadlines.stop();
    await clock.advance(10_000);

    assert.equal(names(), []);
    assert.is(clock.waiting(), 0);
  }),
);

test.run();

/** What is still reachable. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
