// The reaper: a lost worker's runs are reaped, but not at the start, and not while half the fleet seems dead.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LiveRun } from '../../../services/actors/live-run.ts';
import { judgeSweep, type Lost, startReaper } from '../../../services/sweeps/reaper.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const TTL_MS = 10_000;
const UNSEEN_MS = 12_345;
const SWEEP_MS = 5_000;
const BOOT_GRACE_MS = 30_000;
const OUTAGE_HOLD_MS = 60_000;
/** By then the boot grace is over, and so is the time everybody gets to be seen again. */
const READY_MS = BOOT_GRACE_MS + TTL_MS;

function liveRuns(count: number): LiveRun[] {
  return Array.from({ length: count }, (_, n) => ({
    address: `run.shop.${n}.build.1`,
    worker: `worker-${n}`,
    epoch: 1,
    revision: n + 1,
  }));
}

/** What comes of a sweep over so many runs when the first so many workers are gone. */
function judged(live: number, lost: number): string {
  const unseenMs = (worker: string) => (Number(worker.split('-')[1]) < lost ? TTL_MS : 0);
  const sweep = judgeSweep(liveRuns(live), unseenMs, TTL_MS);
  return 'lost' in sweep ? `${sweep.kind} of ${sweep.lost.length}` : sweep.kind;
}

test('no loss is quiet', () => {
  assert.is(judged(0, 0), 'quiet');
  assert.is(judged(100, 0), 'quiet');
});

test('fewer than five losses are never taken for an outage, even if they are all there is', () => {
  assert.is(judged(1, 1), 'reap of 1');
  assert.is(judged(4, 4), 'reap of 4');
});

test('the holder of a merge lease is lost as soon as its presence has lapsed', () => {
  const run = { address: 'merge.shop.main', worker: 'worker-1', epoch: 7, revision: 8 };
  const after = (unseenMs: number) => judgeSweep([run], () => unseenMs, TTL_MS).kind;

  assert.equal([after(0), after(999), after(1_000)], ['quiet', 'quiet', 'reap']);
});

test('five or more losses are an outage when they are at least half of the live runs', () => {
  assert.is(judged(5, 5), 'outage of 5');
  assert.is(judged(10, 5), 'outage of 5');
  assert.is(judged(11, 5), 'reap of 5');
  assert.is(judged(100, 50), 'outage of 50');
  assert.is(judged(100, 49), 'reap of 49');
});

test('a worker counts as lost when it has been unseen for the whole time to live, and not before', () => {
  const runs = liveRuns(1);

  assert.is(judgeSweep(runs, () => TTL_MS - 1, TTL_MS).kind, 'quiet');
  assert.is(judgeSweep(runs, () => TTL_MS, TTL_MS).kind, 'reap');
});

interface Situation {
  live?: number;
  /** Workers below this number are gone. */
  gone?: number;
  failsFor?: string;
  isPresenceTrusted?: () => boolean;
}

function setup(situation: Situation = {}) {
  const clock = createVirtualClock();
  const now = { live: 3, gone: 0, ...situation };
  const lost: Lost[] = [];
  const alarms: string[] = [];
  const reaper = startReaper({
    clock,
    sweepMs: SWEEP_MS,
    ttlMs: TTL_MS,
    bootGraceMs: BOOT_GRACE_MS,
    outageHoldMs: OUTAGE_HOLD_MS,
    liveRuns: () => liveRuns(now.live),
    unseenMs: (worker) => (Number(worker.split('-')[1]) < now.gone ? UNSEEN_MS : 0),
    isPresenceTrusted: situation.isPresenceTrusted ?? (() => true),
    alarm: (message) => void alarms.push(message),
    async reportLost(run) {
      lost.push(run);
      if (run.worker === situation.failsFor) throw new Error('no answer');
    },
  });
  return { alarms, clock, lost, now, reaper };
}

/** Everybody reported so far, once each. */
function workersOf(lost: Lost[]): string {
  return [...new Set(lost.map(({ worker }) => worker))].join(' ');
}

test(
  'a run whose worker is gone is reported with its epoch and how long the worker was unseen',
  within(5_000, async () => {
    const { clock, lost } = setup({ gone: 1 });

    await clock.advance(READY_MS);

    const [run] = liveRuns(1);
    assert.equal(lost[0], { ...run, unseenMs: UNSEEN_MS });
  }),
);

test(
  'a run whose worker is alive is never reported, however long it takes',
  within(5_000, async () => {
    const { clock, lost, alarms } = setup();

    await clock.advance(86_400_000);

    assert.equal([lost, alarms], [[], []]);
  }),
);

test(
  'within the boot grace nothing is reaped, and right after it everything that is lost',
  within(5_000, async () => {
    const { clock, lost } = setup({ gone: 3 });

    await clock.advance(BOOT_GRACE_MS - 1);
    const early = lost.length;
    await clock.advance(1);

    assert.is(early, 0);
    assert.is(workersOf(lost), 'worker-0 worker-1 worker-2');
  }),
);

test(
  'nothing is reaped while this host does not see even itself, nor for a time to live after',
  within(5_000, async () => {
    let isTrusted = false;
    const { clock, lost } = setup({ gone: 3, isPresenceTrusted: () => isTrusted });

    await clock.advance(10 * BOOT_GRACE_MS);
    const early = lost.length;
    isTrusted = true;
    await clock.advance(SWEEP_MS + TTL_MS - 1);
    const whileTheyComeBack = lost.length;
    await clock.advance(SWEEP_MS);

    assert.equal([early, whileTheyComeBack], [0, 0]);
    assert.is(workersOf(lost), 'worker-0 worker-1 worker-2');
  }),
);

test(
  'an outage is alarmed once and reaps nothing, until it has lasted the whole hold',
  within(5_000, async () => {
    const { alarms, clock, lost } = setup({ live: 10, gone: 5 });

    await clock.advance(BOOT_GRACE_MS + OUTAGE_HOLD_MS - 1);
    const held = lost.length;
    await clock.advance(TTL_MS + 1);

    assert.is(held, 0);
    assert.equal(alarms, ['5 of 10 live runs seem lost at once: nothing is reaped']);
    assert.is(workersOf(lost), 'worker-0 worker-1 worker-2 worker-3 worker-4');
  }),
);

test(
  'an outage that passes is forgotten: the next one is held for the whole time again',
  within(5_000, async () => {
    const { alarms, clock, lost, now } = setup({ live: 10, gone: 5 });
    await clock.advance(BOOT_GRACE_MS + OUTAGE_HOLD_MS - SWEEP_MS);
    const first = alarms.length;
    now.gone = 0;
    await clock.advance(SWEEP_MS);
    now.gone = 6;

    await clock.advance(OUTAGE_HOLD_MS);

    assert.equal([first, alarms.length], [1, 2]);
    assert.equal(lost, []);
  }),
);

test(
  'a run that cannot be reported is alarmed, and does not keep the others waiting',
  within(5_000, async () => {
    const { alarms, clock, lost } = setup({ gone: 3, failsFor: 'worker-0' });

    await clock.advance(READY_MS);

    assert.is(workersOf(lost), 'worker-0 worker-1 worker-2');
    assert.is(alarms[0], 'run.shop.0.build.1 could not be reaped: Error: no answer');
  }),
);

test(
  'a run that is still there is reported again at the next sweep',
  within(5_000, async () => {
    const { clock, lost } = setup({ gone: 1 });

    await clock.advance(READY_MS);
    const before = lost.length;
    await clock.advance(SWEEP_MS);

    assert.is(lost.length - before, 1);
  }),
);

test(
  'after the stop nothing is reaped',
  within(5_000, async () => {
    const { clock, lost, reaper } = setup({ gone: 3 });
    reaper.stop();

    await clock.advance(2 * READY_MS);

    assert.equal(lost, []);
    assert.is(clock.waiting(), 0);
  }),
);

test.run();
