// What holds for a run whatever happens to it: random events, in any order.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Effect } from '../../../machines/effect.ts';
import type { RunContext } from '../../../machines/run/context.ts';
import { runSteps } from '../../support/event-sequences.ts';
import { openRun, type TestActor } from '../../support/machine-steps.ts';

interface Moment {
  state: string;
  run: RunContext;
  /** Empty when the step was refused. */
  effects: Effect[];
  isApplied: boolean;
}

/** Checks each moment of random lives, with the moment before it. */
function always(check: (now: Moment, before: Moment) => void): void {
  fc.assert(
    fc.property(runSteps, (steps) => {
      const actor = openRun();
      let before = momentOf(actor, true);
      for (const step of steps) {
        const now = momentOf(actor, actor.send(step).outcome === 'applied');
        check(now, before);
        before = now;
      }
    }),
    { numRuns: 200 },
  );
}

function momentOf(actor: TestActor, isApplied: boolean): Moment {
  const effects = isApplied ? actor.effects() : [];
  return { state: actor.state(), run: actor.run(), effects, isApplied };
}

const isAdvance = (effect: Effect) => effect.type === 'tell' && effect.event === 'advance';

test('no item is told to advance by a run that is not claimed', () => {
  always(({ state, effects }) => {
    assert.is(effects.some(isAdvance) && state !== 'claimed', false);
  });
});

test('a claim, once made, is never replaced', () => {
  always(({ run }, before) => {
    assert.is(
      before.run.claim !== null && run.claim?.claimant !== before.run.claim.claimant,
      false,
    );
  });
});

test('an exit, once recorded, is never replaced', () => {
  always(({ run }, before) => {
    assert.is(before.run.exit !== null && run.exit?.atMs !== before.run.exit.atMs, false);
  });
});

test('epochs only ever rise, one at a time', () => {
  always(({ run }, before) => {
    assert.ok([0, 1].includes(run.epoch - before.run.epoch));
  });
});

test('a run that is not finished always has exactly one deadline', () => {
  always(({ state, run }) => {
    const isFinished = state === 'advanced' || state === 'cancelled';
    assert.is(Object.keys(run.deadlines).length, isFinished ? 0 : 1);
  });
});

test('a run whose process may be alive is never cancelled without proof', () => {
  always(({ state }, before) => {
    const mayBeAlive = before.run.worker !== null || before.run.leftover !== null;
    assert.is(mayBeAlive && state === 'cancelled' && !isEnding(before.state), false);
  });
});

test('a step that is not applied changes nothing', () => {
  always((now, before) => {
    assert.equal(now.isApplied || now.run === before.run, true);
  });
});

function isEnding(state: string): boolean {
  return state === 'cancelling' || state === 'cancelled';
}

test.run();
