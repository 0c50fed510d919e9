// What reaches a command is listed; whatever else the worker knows does not.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  agentEnvironment,
  cutToBytes,
  gateEnvironment,
  worktreeMarkOf,
} from '../../../services/workers/agent-environment.ts';
import { runPaths } from '../../../services/workers/run-paths.ts';
import { carryOut } from '../../../services/workers/stage-run.ts';
import { within } from '../../support/within.ts';
import { createWorker, jobOf } from './worker-fixture.ts';

const remote = { url: '/remote.git' } as Parameters<typeof jobOf>[0];
const worktree = '/state/worktrees/shop/7';

function environmentOf(
  host: Record<string, string>,
  overrides: { stage?: Parameters<typeof jobOf>[1]; job?: Parameters<typeof jobOf>[2] } = {},
) {
  const job = jobOf(remote, overrides.stage ?? {}, overrides.job);
  return agentEnvironment(job, { paths: runPaths('/state', job), worktree, host });
}

test('only the allow-list of the worker is taken over', () => {
  const host = {
    PATH: '/bin',
    LANG: 'C.UTF-8',
    LC_TIME: 'C',
    TZ: 'UTC',
    HOME: '/root',
    SSH_AUTH_SOCK: '/tmp/agent',
    GITHUB_TOKEN: 'hunter2',
    NATS_URL: 'nats://user:hunter2@host',
    GIT_ASKPASS: '/bin/ask',
    LC_SECRET_2: 'hunter2',
  };

  const environment = environmentOf(host);

  const others = Object.keys(environment).filter((name) => !/^(ONCEWARD|GIT)_/.test(name));
  assert.equal(others.sort(), ['HOME', 'LANG', 'LC_TIME', 'PATH', 'TZ']);
  assert.is(environment['HOME'], '/state/runs/shop/7/home');
  assert.not.match(JSON.stringify(environment), 'hunter2');
  assert.is(environment['GIT_ASKPASS'], undefined);
});

test('a stage may add variables, but not pass for another run', () => {
  const environment = environmentOf({}, { stage: { env: { MODE: 'fast', ONCEWARD_ITEM: '8' } } });

  assert.is(environment['MODE'], 'fast');
  assert.is(environment['ONCEWARD_ITEM'], '7');
});

test('a command carries the mark of its worktree, and the gates that judge it do not', () => {
  const job = jobOf(remote, {});
  const folders = { homeFolder: '/state/home', checkout: '/state/checkouts/checkout-1' };
  const marksOf = (environment: Record<string, string>) =>
    Object.entries(environment).map(([name, value]) => `${name}=${value}`);

  const gate = gateEnvironment(job, { ...folders, sha: 'abc', host: {} });

  assert.ok(marksOf(environmentOf({})).includes(worktreeMarkOf(worktree)));
  assert.not(marksOf(gate).includes(worktreeMarkOf(worktree)));
});

test('a command continues the trace of its item, and without one gets none', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const environment = environmentOf({}, { job: { traceparent } });

  assert.match(
    environment['TRACEPARENT'] ?? '',
    /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
  );
  assert.is(environmentOf({ TRACEPARENT: traceparent })['TRACEPARENT'], undefined);
});

test('a body is cut to 32 KiB at a whole character', () => {
  const environment = environmentOf({}, { job: { body: 'é'.repeat(20_000) } });

  assert.is(environment['ONCEWARD_BODY'], 'é'.repeat(16_384));
  assert.is(cutToBytes('aé', 2), 'a');
});

test('a zero byte cannot keep a command from starting', () => {
  assert.is(environmentOf({}, { job: { title: 'a\0b' } })['ONCEWARD_TITLE'], 'ab');
});

test(
  'a secret in the environment of the worker does not reach the command',
  within(20_000, async () => {
    process.env['ONCEWARD_TEST_SECRET'] = 'hunter2';
    const { job, deps, run } = await createWorker({
      stage: { command: 'env; cat "$ONCEWARD_CONTEXT_FILE" "$ONCEWARD_BODY_FILE"' },
      deps: { environment: { ...process.env, GITHUB_TOKEN: 'hunter2' } },
    });

    await carryOut(job, deps);

    delete process.env['ONCEWARD_TEST_SECRET'];
    const log = readFileSync(runPaths(deps.stateDir, job).logPath, 'utf8');
    assert.match(log, 'ONCEWARD_TITLE=Sums are wrong');
    assert.match(log, '"branch": "onceward/7"');
    assert.match(log, 'They are off by one.');
    assert.not.match(log, 'hunter2');
    assert.not.match(JSON.stringify(run.requests), 'hunter2');
  }),
);

test.run();
