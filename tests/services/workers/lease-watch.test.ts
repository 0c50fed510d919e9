// The signs of life of a command, and the lease that their answers keep alive. On a clock that is told what passes.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type SignOfLifeAnswer, startHeartbeat } from '../../../services/workers/heartbeat.ts';
import { watchLease } from '../../../services/workers/lease-watch.ts';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const LEASE_MS = 60_000;
const PROGRESS_MS = 10_000;

type Answering = (clock: VirtualClock) => Promise<SignOfLifeAnswer>;

/** Answers after so many milliseconds. */
const after =
  (delayMs: number): Answering =>
  (clock) =>
    new Promise((resolve) => void clock.after(delayMs, () => resolve('ours')));
/** As a question that nobody answers is given up. */
const givenUp: Answering = (clock) =>
  new Promise((_, reject) => {
    clock.after(PROGRESS_MS, () => reject(new Error('no answer')));
  });

function setup(answering: Answering) {
  const clock = createVirtualClock();
  const fences: { atMs: number; evidence: string }[] = [];
  const askedAtMs: number[] = [];
  const answers: SignOfLifeAnswer[] = [];
  let answer = answering;
  const heartbeat = startHeartbeat({
    ...{ clock, progressMs: PROGRESS_MS, onAnswer: (given) => answers.push(given) },
    say() {
      askedAtMs.push(clock.monotonicMs());
      return answer(clock);
    },
  });
  const stop = watchLease({
    ...{ clock, leaseMs: LEASE_MS, progressMs: PROGRESS_MS, heartbeat },
    fence: (evidence) => fences.push({ atMs: clock.monotonicMs(), evidence }),
  });
  const answerBy = (next: Answering) => {
    answer = next;
  };
  return { clock, heartbeat, stop, answerBy, fences, askedAtMs, answers };
}

/** Time passes, and nothing runs meanwhile: what fell due is called back only afterwards. */
async function oversleep(clock: VirtualClock, byMs: number): Promise<void> {
  const { monotonicMs } = clock;
  const heldMs = monotonicMs();
  clock.monotonicMs = () => Math.max(monotonicMs(), heldMs + byMs);
  await clock.advance(byMs);
  clock.monotonicMs = monotonicMs;
}

test(
  'an answer is worth what it was when it was asked for, however late it comes',
  within(5_000, async () => {
    const { clock, heartbeat, answers } = setup(after(7_000));

    await clock.advance(7_000);
    assert.equal([answers, heartbeat.answeredMs()], [['ours'], 0]);
    await clock.advance(17_000);

    assert.is(heartbeat.answeredMs(), 17_000);
  }),
);

test(
  'one sign of life is under way at a time, and one that is asked for waits its turn',
  within(5_000, async () => {
    const { clock, heartbeat, askedAtMs } = setup(after(4_000));

    await clock.advance(1_000);
    void heartbeat.beatNow();
    await clock.advance(3_500);

    assert.equal(askedAtMs, [0, 4_000]);
    await clock.advance(13_400);
    assert.equal(askedAtMs, [0, 4_000]);
    await clock.advance(200);
    assert.equal(askedAtMs, [0, 4_000, 18_000]);
  }),
);

test(
  'a heart that has ended beats no more, and has no timer',
  within(5_000, async () => {
    const { clock, heartbeat, stop, askedAtMs } = setup(after(0));

    await clock.advance(1_000);
    stop();
    await heartbeat.end();
    await heartbeat.beatNow();

    assert.equal([askedAtMs.length, clock.waiting()], [1, 0]);
  }),
);

test(
  'slow answers keep the lease as long as each comes before it is over',
  within(5_000, async () => {
    const { clock, fences } = setup(after(PROGRESS_MS - 1));

    await clock.advance(10 * LEASE_MS);

    assert.equal(fences, []);
  }),
);

test(
  'without an answer the command is ended when the lease is over, and not before',
  within(5_000, async () => {
    const { clock, fences } = setup(givenUp);

    await clock.advance(LEASE_MS - 1);
    assert.equal(fences, []);
    await clock.advance(1);

    const evidence = 'no sign of life was answered for 60 s';
    assert.equal(fences, [{ atMs: LEASE_MS, evidence }]);
  }),
);

test(
  'an answer to the last question saves the command',
  within(5_000, async () => {
    const { clock, answerBy, fences } = setup(givenUp);

    await clock.advance(LEASE_MS - 8_000);
    answerBy(after(100));
    await clock.advance(LEASE_MS / 2);

    assert.equal(fences, []);
  }),
);

test(
  'a worker that has slept for longer than its lease asks before it ends anything',
  within(5_000, async () => {
    const { clock, fences, answers } = setup(after(500));
    await clock.advance(5_000);

    await oversleep(clock, 5 * LEASE_MS);
    await clock.advance(1_000);

    assert.equal(fences, []);
    assert.ok(answers.length >= 2, String(answers.length));
  }),
);

test(
  'a worker that has slept and is not answered ends its command soon, not after another lease',
  within(5_000, async () => {
    const { clock, answerBy, fences } = setup(after(500));
    await clock.advance(5_000);
    answerBy(givenUp);

    await oversleep(clock, 5 * LEASE_MS);
    await clock.advance(LEASE_MS / 10);

    assert.is(fences.length, 1);
  }),
);

test(
  'a watch that is stopped while it waits for its last answer ends nothing',
  within(5_000, async () => {
    const { clock, stop, heartbeat, fences } = setup(givenUp);

    await clock.advance(LEASE_MS - 1_000);
    stop();
    await clock.advance(2 * LEASE_MS);
    await Promise.all([heartbeat.end(), clock.advance(PROGRESS_MS)]);

    assert.equal([fences, clock.waiting()], [[], 0]);
  }),
);

test.run();
