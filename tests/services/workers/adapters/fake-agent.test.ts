// The fake agent behaves as the agents do where it matters: through a real process, with real signals.
import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ADAPTERS } from '../../../../services/workers/adapters/registry.ts';
import { readProcess } from '../../../../transport/process/process-table.ts';
import { FAKE_AGENT, startAgent } from '../../../support/agents/agent-process.ts';
import { lingeringMembers } from '../../../support/process-group.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { within } from '../../../support/within.ts';
import { replay, SESSION, transcriptNames, transcriptOf, transcriptText } from './replay.ts';

const { claude, codex } = ADAPTERS;

/** The demo's sample in a repository of its own. */
async function demoCheckout() {
  const cwd = temporaryDirectory();
  cpSync(new URL('../../../../services/demo/sample', import.meta.url), cwd, { recursive: true });
  const person = { NAME: 'a', EMAIL: 'a@b.example' };
  const identity = Object.entries(person).flatMap(([name, value]) => [
    [`GIT_AUTHOR_${name}`, value],
    [`GIT_COMMITTER_${name}`, value],
  ]);
  const environment = {
    ...{ HOME: temporaryDirectory(), GIT_CONFIG_NOSYSTEM: '1', ...Object.fromEntries(identity) },
    ...{ ONCEWARD_ITEM: '7', ONCEWARD_TITLE: 'Totals are wrong', ONCEWARD_BODY: 'By a cent.' },
  };
  const env = { PATH: process.env['PATH'], ...environment };
  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd, env });
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'the sample');
  return { cwd, environment, git };
}

function adapterOf(name: string) {
  return name.startsWith('codex') ? codex : claude;
}

test(
  'every transcript ends through a real process as it does without one',
  within(60_000, async () => {
    const names = transcriptNames();
    const expected = names.map((name) => replay(adapterOf(name), transcriptOf(name)));

    const played = await Promise.all(
      names.map((name) => startAgent(adapterOf(name), { TRANSCRIPT: name }).ended),
    );

    assert.equal(
      played.map(({ outcome, exit }) => [outcome.cause, exit.code]),
      names.map((name, index) => [expected[index]?.outcome.cause, transcriptOf(name).exit.code]),
    );
    assert.equal(
      played.map(({ progress }) => progress.usage),
      expected.map(({ progress }) => progress.usage),
    );
  }),
);

test('every transcript names the page it follows', () => {
  const unnamed = transcriptNames().filter(
    (name) => !/^# Follows .*(?:https:\/\/|codex-rs\/)/.test(transcriptText(name)),
  );

  assert.equal(unnamed, []);
});

test(
  'it is given its prompt on standard input and nothing it was not given',
  within(20_000, async () => {
    const record = join(temporaryDirectory(), 'given.json');
    const prompt = 'line one\n"$(touch pwned)" `id`\n';

    await startAgent(codex, { RECORD: record }, { prompt, model: 'gpt-5' }).ended;

    const { environment, cwd: _, session: __, ...given } = JSON.parse(readFileSync(record, 'utf8'));
    assert.equal(given, {
      ...{ kind: 'codex', argv: ['exec', '--json', '--model', 'gpt-5', '-'], prompt },
    });
    assert.equal(environment, ['FAKE_AGENT_RECORD', 'PATH']);
  }),
);

test(
  'a new session has an id of its own, a resumed one keeps the id',
  within(20_000, async () => {
    const runs = [null, null, SESSION].map((resume) => startAgent(claude, {}, { resume }).ended);

    const sessions = (await Promise.all(runs)).map(({ progress }) => progress.session);

    assert.is(new Set(sessions).size, 3);
    assert.is(sessions[2], SESSION);
  }),
);

test(
  'its work is done in the middle, and work that fails leaves no result',
  within(20_000, async () => {
    const [done, failed] = await Promise.all([
      startAgent(claude, { WORK: 'echo the work' }).ended,
      startAgent(claude, { WORK: 'exit 9' }).ended,
    ]);

    assert.match(done.log, /npm test[\s\S]*the work[\s\S]*rounded twice/);
    assert.is(done.outcome.cause, 'exit-code');
    assert.equal([failed.exit.code, failed.outcome.cause], [9, 'agent-crashed']);
  }),
);

test(
  'the agents of the demo do their work through it, as either agent',
  within(60_000, async () => {
    const results = await Promise.all(
      [claude, codex].map(async (adapter) => {
        const { cwd, environment, git } = await demoCheckout();
        const stages = ['analyse', 'develop'];
        const causes: string[] = [];
        for (const stage of stages) {
          const options = { WORK: `sh agents/${stage}.sh` };
          const { outcome } = await startAgent(adapter, options, { cwd, environment }).ended;
          causes.push(outcome.cause);
        }
        const { stdout } = await git('log', '--format=%s');
        return { causes, commits: stdout.trim().split('\n') };
      }),
    );

    const done = {
      causes: ['exit-code', 'exit-code'],
      commits: [
        'fix: take the discount as a share of the price',
        'docs: analyse work item 7',
        'the sample',
      ],
    };
    assert.equal(results, [done, done]);
  }),
);

test(
  'it ends with the exit code or the signal it is told to',
  within(20_000, async () => {
    const [coded, killed] = await Promise.all([
      startAgent(codex, { EXIT: '7' }).ended,
      startAgent(codex, { SIGNAL: 'SIGSEGV' }).ended,
    ]);

    assert.equal(coded.exit, { code: 7, signal: null });
    assert.equal(killed.exit, { code: null, signal: 'SIGSEGV' });
    assert.is(killed.outcome.cause, 'agent-crashed');
  }),
);

test(
  'one that ignores SIGINT and SIGTERM ends by SIGKILL, and its tokens so far are known',
  within(20_000, async () => {
    const agent = startAgent(claude, { IGNORE: 'SIGINT,SIGTERM', HANG: '3' });
    await agent.said('npm test');
    agent.signal('SIGINT');
    agent.signal('SIGTERM');
    const isAlive = (await lingeringMembers(agent.pid, 300)).length > 0;

    agent.kill();
    const { exit, outcome, progress } = await agent.ended;

    assert.ok(isAlive);
    assert.equal([exit.signal, outcome.cause], ['SIGKILL', 'agent-crashed']);
    assert.is(progress.usage?.inputTokens, 2_012);
  }),
);

test(
  'one that hangs without a word, and heeds SIGTERM, is gone with it',
  within(20_000, async () => {
    const agent = startAgent(claude, { HANG: '1' });
    await agent.said('[claude] session');

    agent.signal('SIGTERM');

    assert.is((await agent.ended).exit.signal, 'SIGTERM');
  }),
);

test(
  'its escapee has left the group, and outlives it',
  within(20_000, async () => {
    const pidFile = join(temporaryDirectory(), 'escapee');
    const agent = startAgent(claude, { ESCAPEE: pidFile });
    await agent.ended;
    const escapee = Number(readFileSync(pidFile, 'utf8'));

    const left = await lingeringMembers(agent.pid, 2_000);
    const found = readProcess(escapee);
    process.kill(escapee, 'SIGKILL');

    assert.equal(left, []);
    assert.is(found?.groupId, escapee);
    assert.equal(await lingeringMembers(escapee, 5_000), []);
  }),
);

test('it starts without anything of this project', () => {
  const imports = readFileSync(FAKE_AGENT, 'utf8').match(/from '[^']+'/g) ?? [];

  assert.ok(imports.length > 0);
  assert.equal(
    imports.filter((place) => !place.startsWith("from 'node:")),
    [],
  );
});

test.run();
