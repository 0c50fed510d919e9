// The watcher on GitHub as a stranger has it: check runs, statuses, rulesets and workflow runs, up to the claim.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { askedReports } from '../../../../services/reconciler/checks/asked-reports.ts';
import { createCheckWatcher } from '../../../../services/reconciler/checks/watcher.ts';
import { githubForge } from '../../../../transport/forge/github-forge.ts';
import { openRun } from '../../../support/machine-steps.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';
import { within } from '../../../support/within.ts';
import { closeGitHub, openGitHub } from '../../../transport/github/github-fixture.ts';
import { RULES } from './check-facts.ts';
import { askerOf, runOf } from './recorded-run.ts';

const LIMIT_MS = 60_000;

test.after(closeGitHub);

async function setup(required: string[] = []) {
  const { github, repository, client, as } = await openGitHub();
  const { owner } = github.tokens;
  const clock = createVirtualClock();
  const actor = openRun({ kind: 'checks' });
  const forge = githubForge({ client: client(), repository });
  const reports = askedReports(askerOf(actor, clock.nowMs));
  const watcher = createCheckWatcher({ forge, reports, clock });
  const sha = (await forge.branchHead('main')) ?? '';
  const checkRun = (fields: object) =>
    as(owner, 'POST', '/check-runs', { name: 'build', head_sha: sha, ...fields });
  const update = (id: number, fields: object) =>
    as(owner, 'PATCH', `/check-runs/${id}`, { status: 'completed', ...fields });
  const status = (context: string, state: string) =>
    as(owner, 'POST', `/statuses/${sha}`, { context, state });
  const look = () => watcher.look(runOf(actor, { ...RULES, required }, sha));
  return { github, repository, actor, sha, checkRun, update, status, look };
}

test(
  'a job that no runner took runs again on GitHub, and passes when that one does',
  within(LIMIT_MS, async () => {
    const { github, repository, actor, sha, checkRun, update, look } = await setup(['build']);
    const failed = await checkRun({ status: 'completed', conclusion: 'failure' });
    const job = { checkRunId: failed.id, name: 'build', conclusion: 'failure', stepsEnded: 0 };
    const suite = { repository, sha, checkSuiteId: failed.check_suite.id };
    const workflow = github.plantWorkflowRun({ ...suite, jobs: [job] });

    const first = await look();
    const again = await look();
    await update(failed.id, { conclusion: 'success' });
    const seen = await look();
    const last = await look();

    const outcomes = [first, again, seen, last].map(({ outcome }) => outcome);
    assert.equal(outcomes, ['rerun', 'waiting', 'waiting', 'verdict']);
    assert.is(github.attemptOf(workflow), 2);
    assert.is(actor.run().claim?.verdict.kind, 'pass');
  }),
);

test(
  'what a ruleset requires is waited for, a status as well as a check',
  within(LIMIT_MS, async () => {
    const { github, repository, actor, checkRun, status, look } = await setup();
    github.requireByRuleset(repository, 'main', ['build', 'ci/unit']);
    await checkRun({ status: 'completed', conclusion: 'success' });

    const early = await look();
    await status('ci/unit', 'pending');
    const pending = await look();
    await status('ci/unit', 'success');
    await look();
    const last = await look();

    assert.match(early.reason, /not there yet: ci\/unit/);
    assert.match(pending.reason, /pending: ci\/unit/);
    assert.is(last.outcome, 'verdict');
    assert.is(actor.run().claim?.verdict.cause, 'checks-passed');
  }),
);

test(
  'a failure tells what GitHub has of it',
  within(LIMIT_MS, async () => {
    const { actor, checkRun, look } = await setup(['build']);
    const output = { title: '1 test failed', summary: 'total.ts:3 expected 2, found 3' };
    await checkRun({ status: 'completed', conclusion: 'failure', output });

    await look();
    await look();

    const { kind, summary = '' } = actor.run().claim?.verdict ?? {};
    assert.is(kind, 'product_fail');
    assert.match(
      summary,
      /build \(failure\): http.*\n1 test failed\ntotal\.ts:3 expected 2, found 3/,
    );
  }),
);

test.run();
