// What a run remembers of the checks of its commit, and what of it a late report may not change.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, openRun, statesAfter } from '../../support/machine-steps.ts';

const [SHA, OTHER] = ['a'.repeat(40), 'b'.repeat(40)];

const seen = (digest: string, reruns: number, sha = SHA) =>
  ask('checks-seen', { epoch: 1, sha, digest, reruns, summary: '' });

test('a report that is older than a re-run does not give it back', () => {
  const actor = openRun({ kind: 'checks' });

  statesAfter(actor, seen('failed', 1), seen('pending', 0));

  const { digest, reruns } = actor.run().checks ?? {};
  assert.equal([digest, reruns], ['pending', 1]);
});

test('another commit begins with all of its re-runs', () => {
  const actor = openRun({ kind: 'checks' });

  statesAfter(actor, seen('failed', 2), seen('pending', 0, OTHER));

  assert.is(actor.run().checks?.reruns, 0);
});

test('the same once more is refused, a re-run of the same is not', () => {
  const states = statesAfter(
    openRun({ kind: 'checks' }),
    seen('failed', 0),
    seen('failed', 0),
    seen('failed', 1),
  );

  const refused = 'running.queued (not-now)';
  assert.equal(states, ['running.queued', refused, 'running.queued']);
});

test.run();
