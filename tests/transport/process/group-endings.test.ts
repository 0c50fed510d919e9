// A command is started with or without a shell, tells its two outputs apart, and is ended in three steps.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lingeringMembers } from '../../support/process-group.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { startGroup } from './group-fixture.ts';

const FAR_MS = 60_000;
const STEPS =
  'trap "echo got INT" INT; trap "echo got TERM" TERM; echo ready; while :; do sleep 0.02; done';
const SAVING = 'trap "echo saved; exit 0" INT; echo ready; while :; do sleep 0.02; done';

test(
  'the output of a command is told apart by its streams',
  within(10_000, async () => {
    const { group, output } = await startGroup('echo out; echo err >&2');

    await group.exit;

    assert.is(output('stdout'), 'out\n');
    assert.is(output('stderr'), 'err\n');
  }),
);

test(
  'a program started by its arguments sees them unread by any shell',
  within(10_000, async () => {
    const given = ['$HOME', '`id`', 'a  b', "it's; exit 9", '*'];
    const { group, output } = await startGroup(['printf', '[%s]', ...given]);

    const exit = await group.exit;

    assert.equal(exit, { code: 0, signal: null });
    assert.is(output('stdout'), given.map((text) => `[${text}]`).join(''));
  }),
);

test(
  'a program that is not there is PROCESS_FAILED, with a umask and without',
  within(10_000, async () => {
    const plain = await rejects(startGroup(['no-such-program']), 'PROCESS_FAILED');
    const masked = await rejects(
      startGroup(['no-such-program'], { umask: 0o022 }),
      'PROCESS_FAILED',
    );

    assert.is(plain.details['reason'], 'ENOENT');
    assert.is(masked.details['reason'], 'ENOENT');
  }),
);

test(
  'files get the permissions that the umask leaves, however the command is started',
  within(10_000, async () => {
    const cwd = temporaryDirectory();
    const groups = await Promise.all([
      startGroup('touch "by shell"', { cwd, umask: 0o077 }),
      startGroup(['touch', 'by arguments; exit 1'], { cwd, umask: 0o027 }),
    ]);

    await Promise.all(groups.map(({ group }) => group.exit));

    const modes = readdirSync(cwd).map((name) => [name, statSync(join(cwd, name)).mode & 0o777]);
    assert.equal(Object.fromEntries(modes), { 'by shell': 0o600, 'by arguments; exit 1': 0o640 });
  }),
);

test(
  'a command that heeds SIGINT saves its work and sees no SIGTERM',
  within(10_000, async () => {
    const { group, saying, output } = await startGroup(SAVING, { interruptGraceMs: FAR_MS });
    await saying(/ready/);

    await group.terminate();

    assert.equal(await group.exit, { code: 0, signal: null });
    assert.match(output(), 'saved');
  }),
);

test(
  'one that ignores SIGINT and SIGTERM gets both, in this order, and is killed',
  within(10_000, async () => {
    const { group, saying, output } = await startGroup(STEPS, {
      interruptGraceMs: 200,
      killGraceMs: 200,
    });
    await saying(/ready/);

    await group.terminate();

    assert.equal(await group.exit, { code: null, signal: 'SIGKILL' });
    assert.match(output(), /got INT\n(.*\n)*got TERM\n/);
    assert.equal(await lingeringMembers(group.pid, 0), []);
  }),
);

test(
  'without a time for it there is no SIGINT',
  within(10_000, async () => {
    const { group, saying, output } = await startGroup(STEPS);
    await saying(/ready/);

    await group.terminate();
    await group.exit;

    assert.not.match(output(), /got INT/);
    assert.match(output(), /got TERM/);
  }),
);

test(
  'what sh runs in the background, deaf to SIGINT, is ended by SIGTERM',
  within(10_000, async () => {
    const background = `sh -c 'trap "echo got TERM; exit" TERM; echo ready; while :; do sleep 0.02; done'`;
    const { group, saying, output } = await startGroup(`${background} & wait`, {
      interruptGraceMs: 200,
      killGraceMs: FAR_MS,
    });
    await saying(/ready/);

    await group.terminate();
    await group.exit;

    assert.match(output(), 'got TERM');
  }),
);

test(
  'an agent still saves its work when the program around it dies of SIGINT at once',
  within(20_000, async () => {
    const agent = `trap "sleep 0.3; echo saved; exit 0" INT; echo ready; while :; do sleep 0.02; done`;
    const wrapper = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(agent)}], { stdio: 'inherit' })`;
    const { group, saying, output } = await startGroup([process.execPath, '-e', wrapper], {
      interruptGraceMs: FAR_MS,
    });
    await saying(/ready/);

    await group.terminate();

    assert.equal(await group.exit, { code: null, signal: 'SIGINT' });
    assert.match(output(), 'saved');
  }),
);

test.run();
