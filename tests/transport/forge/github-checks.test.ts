// Checks of a commit on GitHub: what they say, whether they can be run again, and how far their jobs came.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { githubForge } from '../../../transport/forge/github-forge.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { closeGitHub, openGitHub } from '../github/github-fixture.ts';

const LIMIT_MS = 30_000;
const STARTED = '2026-11-30T10:00:00Z';
const ENDED = '2026-11-30T10:05:00Z';

test.after(closeGitHub);

async function setup() {
  const fixture = await openGitHub();
  const { repository, github, as } = fixture;
  const { owner } = github.tokens;
  const forge = githubForge({ client: fixture.client(), repository });
  const sha = (await as(owner, 'GET', '/git/ref/heads/main')).object.sha as string;
  const check = (name: string, conclusion: string | null, output: object = {}) =>
    as(owner, 'POST', '/check-runs', {
      ...{ name, head_sha: sha, started_at: STARTED, output },
      ...(conclusion === null
        ? { status: 'in_progress' }
        : { status: 'completed', conclusion, completed_at: ENDED }),
    });
  const status = (context: string, state: string) =>
    as(owner, 'POST', `/statuses/${sha}`, { context, state, description: `${context} says` });
  fixture.seen();
  return { ...fixture, forge, sha, check, status };
}

test(
  'a commit without checks has none, and costs two requests',
  within(LIMIT_MS, async () => {
    const { forge, sha, seen } = await setup();
    assert.equal(await forge.checks(sha), { sha, checks: [] });
    assert.equal(seen(), [`GET /commits/${sha}/check-runs 200`, `GET /commits/${sha}/status 200`]);
  }),
);

test(
  'a commit that GitHub does not know yet has no checks',
  within(LIMIT_MS, async () => {
    const { forge } = await setup();
    const sha = 'a'.repeat(40);
    assert.equal(await forge.checks(sha), { sha, checks: [] });
  }),
);

test(
  'checks and statuses are told alike',
  within(LIMIT_MS, async () => {
    const { forge, sha, check, status } = await setup();
    await check('build', 'success', { title: 'Built', summary: 'in 5 min' });
    await check('deploy', null);
    await status('legacy', 'pending');
    await status('coverage', 'error');
    const { checks } = await forge.checks(sha);
    assert.equal(
      checks.map(({ name, kind, conclusion, summary }) => [name, kind, conclusion, summary]).sort(),
      [
        ['build', 'check-run', 'success', 'Built\nin 5 min'],
        ['coverage', 'status', 'error', 'coverage says'],
        ['deploy', 'check-run', null, ''],
        ['legacy', 'status', null, 'legacy says'],
      ],
    );
    const build = checks.find(({ name }) => name === 'build');
    assert.equal(
      [build?.startedAtMs, build?.changedAtMs],
      [Date.parse(STARTED), Date.parse(ENDED)],
    );
    assert.equal([build?.rerun, build?.stepsEnded], [null, null]);
  }),
);

test(
  'of several checks of a name the newest is told',
  within(LIMIT_MS, async () => {
    const { forge, sha, check } = await setup();
    await check('build', 'failure');
    await check('build', 'success');
    const { checks } = await forge.checks(sha);
    assert.equal(
      checks.map(({ conclusion }) => conclusion),
      ['success'],
    );
  }),
);

test(
  'a failed job of a workflow tells its run, its attempt and how many steps ended',
  within(LIMIT_MS, async () => {
    const { forge, sha, check, github, repository } = await setup();
    const build = await check('build', 'failure');
    const lint = await check('lint', 'failure');
    const run = github.plantWorkflowRun({
      ...{ repository, sha, checkSuiteId: build.check_suite.id },
      jobs: [
        { checkRunId: build.id, name: 'build', conclusion: 'failure', stepsEnded: 3 },
        { checkRunId: lint.id, name: 'lint', conclusion: 'failure', stepsEnded: 0 },
      ],
    });
    const { checks } = await forge.checks(sha);
    const told = checks.map(({ name, rerun, stepsEnded }) => [name, rerun, stepsEnded]);
    const rerun = { kind: 'workflow-run', id: String(run), attempt: 1 };
    assert.equal(told.sort(), [
      ['build', rerun, 3],
      ['lint', rerun, 0],
    ]);
  }),
);

test(
  'the failed jobs of a run are run again once, however often that is asked',
  within(LIMIT_MS, async () => {
    const { forge, sha, check, github, repository } = await setup();
    const { check_suite, id } = await check('build', 'timed_out');
    const jobs = [{ checkRunId: id, name: 'build', conclusion: 'timed_out', stepsEnded: 1 }];
    const run = github.plantWorkflowRun({ repository, sha, checkSuiteId: check_suite.id, jobs });
    const target = { kind: 'workflow-run', id: String(run), attempt: 1 } as const;
    github.breakNext('POST', /rerun-failed-jobs$/, { kind: 'lost-answer' });
    await rejects(forge.rerun(target), 'OUTSIDE_UNAVAILABLE');
    await forge.rerun(target);
    assert.is(github.attemptOf(run), 2);
  }),
);

test(
  'a check that no workflow has made is run again by itself',
  within(LIMIT_MS, async () => {
    const { forge, sha, check } = await setup();
    const { id } = await check('external', 'failure');
    const [found] = (await forge.checks(sha)).checks;
    assert.equal(found?.rerun, { kind: 'check-run', id: String(id), attempt: 1 });
    assert.is(found?.stepsEnded, null);
    await forge.rerun({ kind: 'check-run', id: String(id), attempt: 1 });
    assert.is((await forge.checks(sha)).checks[0]?.conclusion, null);
  }),
);

test(
  'a failed check says what it has noted at the lines, and no more than 2000 characters',
  within(LIMIT_MS, async () => {
    const { forge, sha, check } = await setup();
    const place = { path: 'total.js', start_line: 4, end_line: 4, annotation_level: 'failure' };
    const annotations = [{ ...place, message: 'expected 3, got 4' }];
    await check('build', 'failure', {
      title: 'Bad',
      summary: 'see',
      text: 'x'.repeat(9_000),
      annotations,
    });
    const [found] = (await forge.checks(sha)).checks;
    assert.match(found?.summary ?? '', /^Bad\nsee\ntotal\.js:4: expected 3, got 4\nx+…$/);
    assert.is(found?.summary.length, 2_000);
  }),
);

test(
  'where Actions may not be read, failed checks are told without their runs',
  within(LIMIT_MS, async () => {
    const { forge, sha, check, github } = await setup();
    await check('build', 'failure');
    github.breakNext('GET', /\/actions\/runs$/, { kind: 'status', status: 403 });
    const [found] = (await forge.checks(sha)).checks;
    assert.equal([found?.rerun?.kind, found?.stepsEnded], ['check-run', null]);
  }),
);

test.run();
