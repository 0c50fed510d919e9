// The commands that need no server: init, validate and doctor.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { doctor } from '../../../services/inspect/commands/doctor.ts';
import { init } from '../../../services/inspect/commands/init.ts';
import { validate } from '../../../services/inspect/commands/validate.ts';
import { natsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { startTestHost } from '../../support/test-host.ts';
import { within } from '../../support/within.ts';
import { testContext } from './command-fixture.ts';

test(
  'init writes a configuration that validates, for the remote of the folder without its login',
  within(20_000, async () => {
    const { context, out } = testContext();
    const { directory: cwd } = context;
    execFileSync('git', ['init', '-q'], { cwd });
    const origin = 'https://someone:hunter2@example.org/team/shop.git';
    execFileSync('git', ['remote', 'add', 'origin', origin], { cwd });
    assert.is(await init(context, { folder: undefined }), 0);
    const text = readFileSync(context.configurationFile, 'utf8');
    assert.match(text, 'https://example.org/team/shop.git');
    assert.not.match(text, 'hunter2');
    assert.match(out(), `wrote ${context.configurationFile}\n`);
    assert.is(await validate(context, { file: undefined }), 0);
  }),
);

test(
  'init overwrites only when told to',
  within(20_000, async () => {
    const { context } = testContext();
    writeFileSync(context.configurationFile, 'mine');
    await rejects(init(context, { folder: undefined }), 'USAGE');
    assert.is(readFileSync(context.configurationFile, 'utf8'), 'mine');
    const input = { folder: '.', repository: './repo.git', isForced: true };
    assert.is(await init(context, input), 0);
  }),
);

test(
  'validate lists every problem and ends with 2',
  within(20_000, async () => {
    const { context, documents } = testContext({ output: 'json' });
    writeFileSync(context.configurationFile, 'version: 1\nsettings: { graceMs: 1, odd: 1 }\n');
    assert.is(await validate(context, { file: undefined }), 2);
    const [{ v, isValid, problems }] = documents();
    assert.equal([v, isValid, problems.length >= 2], [1, false, true]);
    assert.ok(problems.every(({ line }: { line: number }) => line === 2));
    const absent = testContext();
    assert.is(await validate(absent.context, { file: 'absent.yaml' }), 2);
    assert.match(absent.out(), 'there is no such file');
  }),
);

test(
  'doctor prints one line per check and ends with 1 when one fails',
  within(30_000, async () => {
    const { context, out } = testContext();
    assert.is(await doctor(context), 1);
    assert.match(
      out(),
      /^ok {3}node .*\nok {3}git .*\nok {3}container .*\nFAIL nats .*onceward up/,
    );
    assert.not(existsSync(`${context.stateDirectory}/nats`));
  }),
);

test(
  'doctor looks for the agents that the configuration names, and for what their accounts name',
  within(30_000, async () => {
    const { context, out } = testContext();
    const yaml = `version: 1
accounts: { team: { env: [ABSENT_TOKEN] } }
projects: { shop: { repository: /remote.git, pipeline: standard } }
pipelines:
  standard:
    stages:
      - { name: build, kind: agent, agent: { adapter: codex, account: team, executable: /no/codex } }
`;
    writeFileSync(context.configurationFile, yaml);
    assert.is(await doctor(context), 1);
    assert.match(out(), /FAIL agent \/no\/codex .*\nFAIL account team .*ABSENT_TOKEN/);
  }),
);

test(
  'doctor is content with a healthy server',
  within(30_000, async () => {
    const { url, monitorUrl } = await natsServer();
    const host = await startTestHost({ url });
    const { context, documents } = testContext({ natsUrl: url, output: 'json' });
    const environment = { ...context.environment, natsMonitorUrl: monitorUrl };
    assert.is(await doctor({ ...context, environment }), 0);
    const [{ v, isHealthy, checks }] = documents();
    assert.equal([v, isHealthy, checks.length > 10], [1, true, true]);
    await host.stop();
  }),
);

test.run();
