// What the checks of a commit are judged to be, case by case.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { judgeChecks } from '../../../../services/reconciler/checks/judgement.ts';
import type { Check } from '../../../../transport/forge/forge.ts';
import { check, checks, facts, inShort, judged, type Situation } from './check-facts.ts';

const LOST = 'The hosted runner: GitHub Actions 9 lost communication with the server.';

function one(fields: Partial<Check>, situation: Situation = {}): string {
  return inShort(judgeChecks(facts([check('build', fields)], situation)));
}

function summary(found: readonly Check[], situation: Situation = {}): string {
  const judgement = judgeChecks(facts(found, situation));
  return judgement.kind === 'verdict' ? judgement.verdict.summary : `no verdict: ${judgement.kind}`;
}

test('no check passes nothing before the dwell time is over', () => {
  assert.is(judged('', { pushedMsAgo: 89_999, quietMs: 89_999 }), 'wait');
  assert.is(judged('', { quietMs: null }), 'wait');
  assert.is(judged('', { wasOtherwise: true }), 'wait');
});

test('no check at all, looked at twice with the dwell time between, is not applicable', () => {
  assert.is(judged('', { pushedMsAgo: 90_000, quietMs: 90_000 }), 'not_applicable no-checks');
  assert.match(summary([], {}), /no check is declared or required/);
});

test('a declared check that has not appeared is waited for, however long ago the push was', () => {
  assert.is(judged('', { required: ['build'] }), 'wait');
  assert.is(judged('lint ok', { protection: ['build', 'lint'] }), 'wait');
});

test('a declared check that never appears is unobserved once nothing has changed for too long', () => {
  const verdict = 'unobserved checks-missing';

  assert.is(judged('lint ok', { required: ['build'], quietMs: 3_599_999 }), 'wait');
  assert.is(judged('lint ok', { required: ['build'], quietMs: 3_600_000 }), verdict);
  assert.match(summary([], { required: ['build'], quietMs: 3_600_000 }), /build must pass/);
});

test('declared checks decide as soon as all of them have passed', () => {
  const now = { required: ['build', 'lint'], pushedMsAgo: 1, quietMs: null };

  assert.is(judged('build ok, lint neutral', now), 'pass checks-passed');
  assert.is(judged('build ok, lint skipped', now), 'pass checks-passed');
});

test('what is declared replaces what branch protection requires', () => {
  const both = { required: ['build'], protection: ['e2e'] };

  assert.is(judged('build ok', both), 'pass checks-passed');
  assert.is(judged('e2e ok', both), 'wait');
});

test('beside declared checks the others only are mentioned', () => {
  const found = checks('build ok, flaky failure, slow pending');

  assert.is(inShort(judgeChecks(facts(found, { required: ['build'] }))), 'pass checks-passed');
  assert.match(summary(found, { required: ['build'] }), /failed and not required: flaky/);
});

test('without a list all checks must have ended', () => {
  assert.is(judged('build ok, lint pending'), 'wait');
  assert.is(judged('build ok, lint ok'), 'pass checks-passed');
  assert.is(judged('build ok, lint failure'), 'product_fail checks-failed');
});

test('without a list a check that registers late is not missed', () => {
  assert.is(judged('build ok', { pushedMsAgo: 89_999, quietMs: 60_000 }), 'wait');
  assert.is(judged('build ok', { quietMs: 29_999 }), 'wait');
  assert.is(judged('build ok', { quietMs: null }), 'wait');
  assert.is(judged('build ok', { quietMs: 30_000 }), 'pass checks-passed');
});

test('without a list checks that were all skipped prove nothing', () => {
  assert.is(judged('build skipped, lint skipped'), 'not_applicable all-skipped');
});

test('a check and a status of the same required name must both pass', () => {
  const pair = (conclusion: Check['conclusion']) =>
    facts([check('build'), check('build', { kind: 'status', id: '2', conclusion })], {
      required: ['build'],
    });

  assert.is(inShort(judgeChecks(pair('success'))), 'pass checks-passed');
  assert.is(inShort(judgeChecks(pair(null))), 'wait');
  assert.is(inShort(judgeChecks(pair('failure'))), 'product_fail checks-failed');
});

test('an ignored check decides nothing, unless it is declared', () => {
  assert.is(judged('build ok, bot/x failure', { ignore: ['bot*'] }), 'pass checks-passed');
  assert.is(judged('bot/x failure', { ignore: ['*'] }), 'not_applicable no-checks');
  assert.is(judged('build ok', { protection: ['bot/x'], ignore: ['bot/*'] }), 'pass checks-passed');
  assert.is(
    judged('bot/x failure', { required: ['bot/x'], ignore: ['bot/x'] }),
    'product_fail checks-failed',
  );
});

test('a failure waits for the others only as long as something changes', () => {
  assert.is(judged('build failure, e2e pending', { quietMs: 89_999 }), 'wait');
  assert.is(
    judged('build failure, e2e pending', { quietMs: 90_000 }),
    'product_fail checks-failed',
  );
  assert.is(
    judged('build failure, e2e ok', { required: ['build', 'e2e'], quietMs: null }),
    'product_fail checks-failed',
  );
});

test('a failure of the work is not excused by a lost runner beside it', () => {
  const found = [
    check('build', { conclusion: 'failure' }),
    check('lint', { conclusion: 'failure', summary: LOST }),
  ];

  assert.is(inShort(judgeChecks(facts(found))), 'product_fail checks-failed');
});

test('an end that is not known is the fault of the work', () => {
  assert.is(one({ conclusion: 'error' }), 'product_fail checks-failed');
  assert.is(one({ conclusion: 'odd' as never }), 'product_fail checks-failed');
  assert.is(one({ conclusion: 'failure', summary: 'runner lost' }), 'product_fail checks-failed');
});

test('a job of which no step ever ended is run again, and then a fault of the infrastructure', () => {
  const untouched = { conclusion: 'failure', stepsEnded: 0 } as const;

  assert.is(one(untouched), 'rerun');
  assert.is(one({ ...untouched, stepsEnded: 1 }), 'product_fail checks-failed');
  assert.is(one(untouched, { rerun: 2 }), 'infra_error ci-infrastructure');
  assert.is(one(untouched, { reruns: 0 }), 'infra_error ci-infrastructure');
});

test('a time limit that was reached is the fault of the work once a step has ended', () => {
  assert.is(one({ conclusion: 'timed_out' }), 'product_fail checks-failed');
  assert.is(one({ conclusion: 'timed_out', stepsEnded: 0 }), 'rerun');
});

test('a workflow that could not start is a fault of the infrastructure', () => {
  assert.is(one({ conclusion: 'startup_failure' }), 'rerun');
  assert.is(one({ conclusion: 'startup_failure' }, { rerun: 2 }), 'infra_error ci-infrastructure');
});

test('a check that was cancelled is run again, and then for a person to judge', () => {
  assert.is(judged('build cancelled'), 'rerun');
  assert.is(judged('build stale', { rerun: 1 }), 'rerun');
  assert.is(judged('build cancelled', { rerun: 2 }), 'inconclusive ci-cancelled');
});

test('a check that asks for a person is for a person', () => {
  assert.is(judged('build action_required'), 'inconclusive action-required');
  assert.is(judged('build action_required, lint failure'), 'product_fail checks-failed');
});

test('what cannot be run again is not asked to', () => {
  assert.is(
    one({ conclusion: 'failure', stepsEnded: 0, rerun: null }),
    'infra_error ci-infrastructure',
  );
  assert.is(one({ conclusion: 'cancelled', rerun: null }), 'inconclusive ci-cancelled');
});

test('jobs of one workflow are asked for once', () => {
  const rerun = { kind: 'workflow-run', id: '7', attempt: 1 } as const;
  const found = checks('build cancelled, lint cancelled').map((one) => ({ ...one, rerun }));
  const judgement = judgeChecks(facts(found));

  assert.equal(judgement.kind === 'rerun' && judgement.targets, [rerun]);
});

test('nothing is run again while another check is under way', () => {
  assert.is(judged('build cancelled, lint pending'), 'wait');
});

test('a re-run that has not begun is given time, and then counts as not heard', () => {
  const asked = { rerun: 1, isAsked: true };

  assert.is(judged('build cancelled', { ...asked, quietMs: 119_999 }), 'wait');
  assert.is(judged('build cancelled', { ...asked, quietMs: 120_000 }), 'rerun');
  assert.is(judged('build cancelled', { ...asked, rerun: 2, quietMs: 119_999 }), 'wait');
  assert.is(judged('build cancelled', { rerun: 1, quietMs: 1 }), 'rerun');
});

test('a check that never ends is inactive an hour after the last change, not after the start', () => {
  const found = [check('build', { conclusion: null })];
  const moved = [check('build', { conclusion: null, changedAtMs: facts([]).nowMs - 1_000 })];

  assert.is(inShort(judgeChecks(facts(found, { quietMs: 3_599_999 }))), 'wait');
  assert.is(inShort(judgeChecks(facts(found, { quietMs: 3_600_000 }))), 'infra_error ci-inactive');
  assert.is(inShort(judgeChecks(facts(found, { quietMs: 3_600_000, wasOtherwise: true }))), 'wait');
  assert.is(inShort(judgeChecks(facts(moved, { quietMs: 3_600_000 }))), 'wait');
});

test('a clock of the forge that is ahead holds nothing up', () => {
  const ahead = check('build', { changedAtMs: facts([]).nowMs + 86_400_000 });

  assert.is(inShort(judgeChecks(facts([ahead]))), 'pass checks-passed');
});

test('whoever waits is told when time alone will change the answer', () => {
  const waitOf = (sentence: string, situation: Situation) => {
    const given = facts(checks(sentence), situation);
    const judgement = judgeChecks(given);
    return judgement.kind === 'wait' ? judgement.againAtMs - given.nowMs : null;
  };

  assert.is(waitOf('', { pushedMsAgo: 10_000, quietMs: 10_000 }), 80_000);
  assert.is(waitOf('build ok', { quietMs: 10_000 }), 20_000);
  assert.is(waitOf('build pending', { quietMs: 600_000 }), 3_000_000);
  assert.is(waitOf('build failure, e2e pending', { quietMs: 30_000 }), 60_000);
  assert.is(waitOf('build cancelled', { rerun: 1, isAsked: true, quietMs: 20_000 }), 100_000);
});

test('a failure tells the next attempt where to read and what was said', () => {
  const url = 'https://forge.example/run/1';
  const failed = check('build', { conclusion: 'failure', url, summary: 'total.ts:3 expected 2' });
  const told = summary([failed, check('lint')]);

  assert.is(told, `1 check failed: build\n- build (failure): ${url}\ntotal.ts:3 expected 2`);
});

test.run();
