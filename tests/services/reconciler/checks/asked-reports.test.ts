// The watcher and the machine of a run together: what one reports, the other keeps, until the run is claimed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { askedReports } from '../../../../services/reconciler/checks/asked-reports.ts';
import { createCheckWatcher } from '../../../../services/reconciler/checks/watcher.ts';
import type { Check } from '../../../../transport/forge/forge.ts';
import { OPENED_AT_MS, openRun } from '../../../support/machine-steps.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';
import { within } from '../../../support/within.ts';
import { check, RULES, SHA } from './check-facts.ts';
import { askerOf, runOf } from './recorded-run.ts';

const MINUTE_MS = 60_000;
const UNTOUCHED = { conclusion: 'failure', stepsEnded: 0 } as const;

function setup(rules: Partial<typeof RULES> = {}) {
  const clock = createVirtualClock({ startsAtMs: OPENED_AT_MS });
  const actor = openRun({ kind: 'checks' });
  const state: { found: Check[]; reruns: string[] } = { found: [], reruns: [] };
  const forge = {
    checks: async (sha: string) => ({ sha, checks: state.found }),
    requiredChecks: async () => null,
    rerun: async ({ id }: { id: string }) => {
      state.reruns.push(id);
    },
  };
  const reports = askedReports(askerOf(actor, clock.nowMs));
  const watcher = createCheckWatcher({ forge, reports, clock });
  const facts = { ...RULES, ...rules };
  /** Looks, and lets pass what the look says. */
  const look = async () => {
    const told = await watcher.look(runOf(actor, facts, SHA));
    await clock.advance(told.againInMs ?? 0);
    return told.outcome;
  };
  return { actor, state, clock, watcher, look, facts };
}

test(
  'a run is claimed with the verdict on its very commit',
  within(5_000, async () => {
    const { actor, state, look } = setup({ required: ['build'] });
    state.found = [check('build')];

    const outcomes = [await look(), await look()];

    assert.equal(outcomes, ['waiting', 'verdict']);
    assert.is(actor.state(), 'claimed');
    const { claimant, verdict } = actor.run().claim ?? {};
    assert.equal([claimant, verdict?.kind, verdict?.headSha], ['checks', 'pass', SHA]);
  }),
);

test(
  'two hosts that look at the same moment ask for one re-run',
  within(5_000, async () => {
    const { actor, state, watcher, facts } = setup({ required: ['build'] });
    state.found = [check('build', UNTOUCHED)];
    const run = runOf(actor, facts, SHA);

    const looks = await Promise.all([watcher.look(run), watcher.look(run)]);

    assert.equal(looks.map(({ outcome }) => outcome).sort(), ['rerun', 'waiting']);
    assert.equal(state.reruns, ['run-of-build']);
    assert.is(actor.run().checks?.reruns, 1);
  }),
);

test(
  'a job that no runner takes is run again twice, and then given up',
  within(5_000, async () => {
    const { actor, state, look } = setup({ required: ['build'] });
    state.found = [check('build', UNTOUCHED)];

    const first = await look();
    state.found = [check('build', { ...UNTOUCHED, id: 'second' })];
    const second = await look();
    state.found = [check('build', { ...UNTOUCHED, id: 'third' })];
    const rest = [await look(), await look()];

    assert.equal([first, second, ...rest], ['rerun', 'rerun', 'waiting', 'verdict']);
    assert.is(actor.run().claim?.verdict.cause, 'ci-infrastructure');
    assert.is(state.reruns.length, 2);
  }),
);

test(
  'a verdict on an older state of the run is refused',
  within(5_000, async () => {
    const { actor, state, look, watcher, facts } = setup({ required: ['build'] });
    state.found = [check('build')];
    await look();
    const old = { ...runOf(actor, facts, SHA), revision: 1 };

    const told = await watcher.look(old);

    assert.is(told.outcome, 'refused');
    assert.is(actor.state(), 'running.queued');
  }),
);

test(
  'checks that stand still for a day are given up after an hour without a change',
  within(5_000, async () => {
    const { actor, state, look, clock } = setup();
    state.found = [check('build', { conclusion: null })];
    await look();
    await clock.advance(50 * MINUTE_MS);
    state.found = [check('build', { conclusion: null, startedAtMs: 1 })];
    await look();
    await clock.advance(50 * MINUTE_MS);
    const early = await look();
    await clock.advance(10 * MINUTE_MS);

    const late = await look();

    assert.equal([early, late], ['waiting', 'verdict']);
    assert.is(actor.run().claim?.verdict.cause, 'ci-inactive');
  }),
);

test.run();
