// The loop that shows items in a tracker: when it looks again at what it has written.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { OutsideProject } from '../../../../services/reconciler/outside/outside-project.ts';
import type { Synced } from '../../../../services/reconciler/write-back/write-back.ts';
import { startWriteBackLoop } from '../../../../services/reconciler/write-back/write-back-loop.ts';
import { OncewardError } from '../../../../transport/errors.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';
import { within } from '../../../support/within.ts';

const LIMIT_MS = 10_000;
const MINUTE_MS = 60_000;
const WRITTEN: Synced = { againInMs: null, hasWritten: true };
const UNCHANGED: Synced = { againInMs: null, hasWritten: false };

/** Answers of the tracker in their order; when they have run out, nothing changes. */
function setup(answers: readonly (Synced | Error)[]) {
  const clock = createVirtualClock();
  const left = [...answers];
  const calls: string[] = [];
  const troubles: unknown[] = [];
  const loop = startWriteBackLoop({
    project: { name: 'shop', tracker: { kind: 'github' } } as OutsideProject,
    writeBack: {
      forgetMark() {},
      async sync(_, item, isDoubted = false) {
        calls.push(`${item} after ${clock.monotonicMs() / 1_000} s${isDoubted ? ', doubted' : ''}`);
        const answer = left.shift() ?? UNCHANGED;
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    clock,
    onTrouble: (_, __, error) => void troubles.push(error),
  });
  return { clock, loop, calls, troubles };
}

test(
  'what is written in the first two minutes is looked at once more, with doubt, two minutes later',
  within(LIMIT_MS, async () => {
    const { clock, loop, calls } = setup([WRITTEN]);
    loop.note('gh-1');

    await clock.advance(60 * MINUTE_MS);

    assert.equal(calls, ['gh-1 after 2 s', 'gh-1 after 122 s, doubted']);
  }),
);

test(
  'what was found as it should be is not doubted',
  within(LIMIT_MS, async () => {
    const { clock, loop, calls } = setup([UNCHANGED]);
    loop.note('gh-1');

    await clock.advance(60 * MINUTE_MS);

    assert.equal(calls, ['gh-1 after 2 s']);
  }),
);

test(
  'what is written later is overtaken by nobody, and not looked at again',
  within(LIMIT_MS, async () => {
    const { clock, loop, calls } = setup([WRITTEN]);
    await clock.advance(3 * MINUTE_MS);
    loop.note('gh-1');

    await clock.advance(60 * MINUTE_MS);

    assert.equal(calls, ['gh-1 after 182 s']);
  }),
);

test(
  'what is written after a request was given up is looked at again whenever that was',
  within(LIMIT_MS, async () => {
    const unanswered = new OncewardError('OUTSIDE_UNAVAILABLE', 'no answer');
    const { clock, loop, calls, troubles } = setup([unanswered, WRITTEN]);
    await clock.advance(10 * MINUTE_MS);
    loop.note('gh-1');

    await clock.advance(60 * MINUTE_MS);

    assert.equal(calls, ['gh-1 after 602 s', 'gh-1 after 604 s', 'gh-1 after 724 s, doubted']);
    assert.equal(troubles, [unanswered]);
  }),
);

test(
  'one item that fails holds up no other',
  within(LIMIT_MS, async () => {
    const { clock, loop, calls } = setup([new OncewardError('OUTSIDE_REFUSED', 'locked')]);
    loop.note('gh-1');
    loop.note('gh-2');

    await clock.advance(3_000);

    assert.equal(calls, ['gh-1 after 2 s', 'gh-2 after 2 s']);
  }),
);

test.run();
