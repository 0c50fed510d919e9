// One look at the checks of a run: what is reported, and in which order things are done.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rerunDigest } from '../../../../services/reconciler/checks/digest.ts';
import { within } from '../../../support/within.ts';
import { checks, PUSHED_AT_MS, SHA } from './check-facts.ts';
import { ADDRESS, run, seenAs, setup } from './watched-world.ts';

const CANCELLED = checks('build cancelled, lint cancelled');

test(
  'a re-run is recorded before it is asked for',
  within(5_000, async () => {
    const { watcher, acts, told } = setup({ found: CANCELLED });

    const look = await watcher.look(run());

    const asked = ['rerun run-of-build', 'rerun run-of-lint'];
    assert.equal(acts, ['read 0123', 'seen, 1 re-runs', ...asked]);
    assert.equal([look.outcome, look.againInMs], ['rerun', 10_000]);
    assert.is(told.seen[0]?.id, `${ADDRESS}:rerun:0123456789ab:1`);
  }),
);

test(
  'a re-run that somebody else has recorded is not asked for',
  within(5_000, async () => {
    const { watcher, acts } = setup({ found: CANCELLED, answer: 'repeat' });

    const look = await watcher.look(run());

    assert.equal(acts, ['read 0123', 'seen, 1 re-runs']);
    assert.is(look.outcome, 'waiting');
  }),
);

test(
  'a re-run that the record refuses is not asked for',
  within(5_000, async () => {
    const { watcher, acts } = setup({ found: CANCELLED, answer: 'refused' });

    const look = await watcher.look(run());

    assert.equal(acts, ['read 0123', 'seen, 1 re-runs']);
    assert.equal([look.outcome, look.againInMs], ['refused', 10_000]);
  }),
);

test(
  'a re-run that fails is told, and does not keep the others from being asked for',
  within(5_000, async () => {
    const error = new Error('the forge is away');
    const { watcher, acts } = setup({ found: CANCELLED, rerunError: error });

    const look = await watcher.look(run());

    assert.equal(look.problems, [error, error]);
    assert.equal(acts.slice(2), ['rerun run-of-build', 'rerun run-of-lint']);
  }),
);

test(
  'a re-run that is recorded and not yet seen is not asked for again',
  within(5_000, async () => {
    const { watcher, acts, clock } = setup({ found: CANCELLED });
    const asked = seenAs(CANCELLED, clock.nowMs() - 60_000, 1);
    const seen = { ...asked, digest: rerunDigest(asked.digest, 1) };

    const look = await watcher.look(run({ seen }));

    assert.equal(acts, ['read 0123']);
    assert.is(look.againInMs, 60_000);
  }),
);

test(
  'what has changed is reported, what has not is not',
  within(5_000, async () => {
    const { watcher, told, state, clock } = setup({ found: checks('build pending') });
    const seen = seenAs(state.found, clock.nowMs() - 5_000);

    await watcher.look(run({ seen }));
    state.found = checks('build ok');
    await watcher.look(run({ seen }));

    assert.is(told.seen.length, 1);
    const { digest } = seenAs(state.found, 0);
    const summary = 'nothing has failed; not there yet: lint';
    const id = told.seen[0]?.id;
    assert.equal(told.seen[0], {
      ...{ id, address: ADDRESS, epoch: 1, sha: SHA, digest, reruns: 0, summary },
    });
  }),
);

test(
  'a verdict is given on what is on record, and on nothing else',
  within(5_000, async () => {
    const { watcher, acts, told, state, clock } = setup({ found: checks('build ok, lint ok') });

    const first = await watcher.look(run());
    const second = await watcher.look(run({ seen: seenAs(state.found, clock.nowMs()) }));

    const verdict = 'verdict checks-passed';
    assert.equal(acts, ['read 0123', 'seen, 0 re-runs', 'read 0123', verdict]);
    assert.equal([first.outcome, first.againInMs], ['waiting', 1_000]);
    assert.equal([second.outcome, second.againInMs], ['verdict', null]);
    assert.is(told.verdicts[0]?.id, `${ADDRESS}:verdict:0123456789ab`);
    assert.is(told.verdicts[0]?.evaluatedRevision, 9);
  }),
);

test(
  'a run that has moved on gets no verdict',
  within(5_000, async () => {
    const { watcher, acts } = setup({ found: checks('build ok, lint ok'), answer: 'refused' });

    const look = await watcher.look(run());

    assert.equal(acts, ['read 0123', 'seen, 0 re-runs']);
    assert.is(look.outcome, 'refused');
  }),
);

test(
  'what was seen of another commit counts for nothing',
  within(5_000, async () => {
    const { watcher, told } = setup({ found: CANCELLED });
    const seen = seenAs(CANCELLED, PUSHED_AT_MS, 2, 'f'.repeat(40));

    await watcher.look(run({ seen }));

    assert.is(told.seen[0]?.reruns, 1);
  }),
);

test(
  'two that look at the same record report the same under one id',
  within(5_000, async () => {
    const { watcher, told, clock } = setup({ found: checks('build pending') });

    await watcher.look(run());
    await clock.advance(1_000);
    await watcher.look(run());

    assert.is(told.seen[0]?.id, told.seen[1]?.id);
  }),
);

test(
  'a state that comes back is reported under another id',
  within(5_000, async () => {
    const { watcher, told, state } = setup({ found: checks('build pending') });
    const other = checks('build ok');

    await watcher.look(run({ seen: seenAs(other, 1) }));
    await watcher.look(run({ seen: seenAs(other, 2) }));

    assert.is(told.seen.length, 2);
    assert.is.not(told.seen[0]?.id, told.seen[1]?.id);
    assert.is(state.found.length, 1);
  }),
);

test.run();
