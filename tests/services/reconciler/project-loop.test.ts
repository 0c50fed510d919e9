// When a project is looked at: from time to time, soon after a hint, later after trouble, and never once stopped.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Step, startProjectLoop } from '../../../services/reconciler/project-loop.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { within } from '../../support/within.ts';
import { createOutsideStandIns } from './outside-stand-ins.ts';

const LIMIT_MS = 10_000;
const OUTAGE = new OncewardError('OUTSIDE_UNAVAILABLE', 'github: 502');

/** Looks every minute, the first after half of five seconds. */
function setup(take: Step['take'] = async () => null, more: readonly Step[] = []) {
  const { clock, project, deps, lines } = createOutsideStandIns();
  const atMs: number[] = [];
  const outcomes: string[] = [];
  const told: (string | null)[] = [];
  const first: Step = {
    name: 'first',
    async take(given) {
      atMs.push(clock.monotonicMs());
      return take(given);
    },
  };
  const loop = startProjectLoop({
    ...{ project, clock, log: deps.log, reconcileMs: 60_000, random: () => 0.5 },
    steps: [first, ...more],
    onDegraded: (_, problem) => void told.push(problem),
    onLook: (_, outcome) => void outcomes.push(outcome),
  });
  return { clock, loop, atMs, outcomes, told, lines };
}

const failing = (error: unknown) => async () => {
  throw error;
};

test(
  'a project is looked at from time to time',
  within(LIMIT_MS, async () => {
    const { clock, atMs } = setup();

    await clock.advance(125_000);

    assert.equal(atMs, [2_500, 62_500, 122_500]);
  }),
);

test(
  'hints that come together are one look, and another follows for lists that are behind',
  within(LIMIT_MS, async () => {
    const { clock, loop, atMs } = setup();
    await clock.advance(10_000);

    loop.wake();
    loop.wake();
    await clock.advance(20_000);

    assert.equal(atMs, [2_500, 10_200, 15_200]);
  }),
);

test(
  'what is heard during a look leads to another one',
  within(LIMIT_MS, async () => {
    const { clock, loop, atMs } = setup(async () => {
      if (atMs.length === 1) loop.wake();
      return null;
    });

    await clock.advance(20_000);

    assert.equal(atMs, [2_500, 3_500, 8_500]);
  }),
);

test(
  'a step is taken again when it wishes to be, but not at once',
  within(LIMIT_MS, async () => {
    const { clock, atMs } = setup(async () => 0);

    await clock.advance(5_000);

    assert.equal(atMs, [2_500, 3_500, 4_500]);
  }),
);

test(
  'a step that fails keeps no other from being taken',
  within(LIMIT_MS, async () => {
    const taken: string[] = [];
    const take: Step['take'] = async () => void taken.push('second');
    const { clock, outcomes } = setup(failing(OUTAGE), [{ name: 'second', take }]);

    await clock.advance(3_000);

    assert.equal([taken, outcomes], [['second'], ['failed']]);
  }),
);

test(
  'after an outage the looks come further and further apart, whatever is heard',
  within(LIMIT_MS, async () => {
    const { clock, loop, atMs } = setup(failing(OUTAGE));
    await clock.advance(2_500);
    const hint = async () => {
      loop.wake();
      await clock.advance(4_000);
    };

    await hint();
    await hint();
    await hint();
    await hint();
    await clock.advance(3_600_000);

    assert.equal(atMs.slice(0, 3), [2_500, 7_750, 18_250]);
    assert.is((atMs.at(-1) ?? 0) - (atMs.at(-2) ?? 0), 630_000);
  }),
);

test(
  'what is only refused does not slow the rest down for more than a minute',
  within(LIMIT_MS, async () => {
    const { clock, atMs } = setup(failing(new OncewardError('OUTSIDE_REFUSED', '403')));

    await clock.advance(3_600_000);

    assert.is((atMs.at(-1) ?? 0) - (atMs.at(-2) ?? 0), 63_000);
  }),
);

test(
  'a used up rate limit ends the look, and nothing is asked before it is over',
  within(LIMIT_MS, async () => {
    const taken: string[] = [];
    const untilMs = 1_700_000_900_000;
    const limited = new OncewardError('RATE_LIMITED', 'later', { details: { untilMs } });
    const take: Step['take'] = async () => void taken.push('second');
    const { clock, loop, atMs } = setup(failing(limited), [{ name: 'second', take }]);
    await clock.advance(3_000);

    loop.wake();
    await clock.advance(800_000);
    const before = atMs.length;
    await clock.advance(200_000);

    assert.equal([before, atMs.length > 1, taken], [1, true, []]);
  }),
);

test(
  'a rate limit without an end, or with one in another year, is not waited for for ever',
  within(LIMIT_MS, async () => {
    const untilMs = 9_999_999_999_999;
    const far = setup(failing(new OncewardError('RATE_LIMITED', '', { details: { untilMs } })));
    const none = setup(failing(new OncewardError('RATE_LIMITED', '')));

    await far.clock.advance(4_000_000);
    await none.clock.advance(63_000);

    assert.equal([far.atMs.length, none.atMs.length], [2, 2]);
  }),
);

test(
  'people are told once when five looks have failed, and once when it has passed',
  within(LIMIT_MS, async () => {
    let isDown = true;
    const { clock, told, loop } = setup(async () => {
      if (isDown) throw OUTAGE;
      return null;
    });
    await clock.advance(3_600_000);
    const meanwhile = [...told];
    const { failedLooks, problem } = loop.status();
    isDown = false;
    await clock.advance(3_600_000);

    assert.equal(meanwhile, ['github: 502']);
    assert.ok(failedLooks > 5);
    assert.is(problem, 'github: 502');
    assert.equal(told, ['github: 502', null]);
    assert.is(loop.status().problem, null);
  }),
);

test(
  'a look that breaks off outside its steps is followed by another one',
  within(LIMIT_MS, async () => {
    const { clock, deps, project } = createOutsideStandIns();
    let looks = 0;
    startProjectLoop({
      ...{ project, clock, log: deps.log, reconcileMs: 60_000, random: () => 0.5, steps: [] },
      onDegraded: () => {},
      onLook() {
        looks += 1;
        throw new Error('nobody counts');
      },
    });

    await clock.advance(70_000);

    assert.is(looks, 2);
  }),
);

test(
  'a stop waits for the step under way, and begins nothing more',
  within(LIMIT_MS, async () => {
    let letGo = () => {};
    const held = new Promise<null>((resolve) => {
      letGo = () => resolve(null);
    });
    const taken: string[] = [];
    const take: Step['take'] = async () => void taken.push('second');
    const { clock, loop, atMs } = setup(() => held, [{ name: 'second', take }]);
    await clock.advance(3_000);

    const stopped = loop.stop();
    loop.wake();
    letGo();
    await stopped;
    await clock.advance(200_000);

    assert.equal([atMs.length, taken, clock.waiting()], [1, [], 0]);
  }),
);

test.run();
