// A command runs in a group of its own, and the whole group is gone when it is said to be.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isGroupAlive } from '../../../transport/process/group-termination.ts';
import { readProcess } from '../../../transport/process/process-table.ts';
import { lingeringMembers } from '../../support/process-group.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { startGroup } from './group-fixture.ts';

const HEEDFUL = 'trap "exit 7" TERM; echo ready; while :; do sleep 0.01; done';
// The leader ends only after the other has really left its group.
const ESCAPING =
  "mkfifo left; setsid sh -c 'echo $$; echo > left; exec sleep 60' & read line < left";
// Ignored signals are inherited: neither the leader nor its children heed SIGTERM.
const STUBBORN = 'trap "" TERM; sleep 60 & sleep 61 & echo "ready $!"; wait';

test(
  'the exit code and the output of a command are reported',
  within(10_000, async () => {
    const { group, output } = await startGroup('echo out; echo err >&2; exit 3');

    const exit = await group.exit;

    assert.equal(exit, { code: 3, signal: null });
    assert.match(output(), 'out\n');
    assert.match(output(), 'err\n');
  }),
);

test(
  'a command sees the given environment and nothing of its parent',
  within(10_000, async () => {
    process.env['ONCEWARD_TEST_SECRET'] = 'hunter2';
    const { group, output } = await startGroup('env', {
      environment: { PATH: '/usr/bin:/bin', GIVEN: 'yes' },
    });

    await group.exit;
    delete process.env['ONCEWARD_TEST_SECRET'];

    const names = output()
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    assert.equal(names.filter((name) => name !== 'PWD' && name !== '_').sort(), ['GIVEN', 'PATH']);
  }),
);

test(
  'what is given is all of standard input, and a command that does not read it is no failure',
  within(10_000, async () => {
    const input = 'x'.repeat(200_000);
    const [reading, deaf, empty] = await Promise.all([
      startGroup('wc -c', { input }),
      startGroup('exit 0', { input }),
      startGroup('wc -c'),
    ]);

    const exits = await Promise.all([reading, deaf, empty].map(({ group }) => group.exit));

    assert.equal(
      exits.map(({ code }) => code),
      [0, 0, 0],
    );
    assert.is(reading.output().trim(), '200000');
    assert.is(empty.output().trim(), '0');
  }),
);

test(
  'a group that ignores SIGTERM is killed with its children and proven gone',
  within(10_000, async () => {
    const { group, saying } = await startGroup(STUBBORN);
    const child = Number(/ready (\d+)/.exec(await saying(/ready \d+\n/))?.[1]);

    await group.terminate();

    assert.equal(await lingeringMembers(group.pid, 0), []);
    assert.ok(readProcess(child)?.isZombie ?? true, 'the child is dead');
    assert.equal(await group.exit, { code: null, signal: 'SIGKILL' });
  }),
);

test(
  'a group that heeds SIGTERM is not waited for longer than it takes',
  within(10_000, async () => {
    const { group, saying } = await startGroup(HEEDFUL, { killGraceMs: 60_000 });
    await saying(/ready/);

    await group.terminate();

    assert.equal(await group.exit, { code: 7, signal: null });
  }),
);

test(
  'what a leader leaves running is ended before its exit is reported',
  within(10_000, async () => {
    const { group } = await startGroup('(trap "" TERM; exec sleep 60) & echo done');

    const exit = await group.exit;

    assert.equal(exit, { code: 0, signal: null });
    assert.equal(await lingeringMembers(group.pid, 0), []);
  }),
);

test(
  'a process that left the group does not hold up the exit by its hold on the output',
  within(10_000, async () => {
    const { group, output } = await startGroup(ESCAPING);

    await group.exit;

    const escaped = Number(output());
    assert.not.ok(readProcess(escaped)?.isZombie ?? true, 'it lives on, as documented');
    process.kill(escaped, 'SIGKILL');
  }),
);

test(
  'terminating twice, or after the end, is harmless',
  within(10_000, async () => {
    const { group } = await startGroup('exit 0');

    await Promise.all([group.terminate(), group.terminate()]);
    await group.exit;
    await group.terminate();

    assert.not.ok(isGroupAlive(group.pid));
  }),
);

test(
  'a command that cannot be started is PROCESS_FAILED',
  within(10_000, async () => {
    const error = await rejects(startGroup('true', { cwd: '/nonexistent' }), 'PROCESS_FAILED');

    assert.is(error.details['reason'], 'ENOENT');
  }),
);

test(
  'a program that is not there is named, without its arguments, whoever looks for it',
  within(10_000, async () => {
    const argv = ['no-such-program', '--key', 'hunter2'];

    const plain = await rejects(startGroup(argv), 'PROCESS_FAILED');
    const masked = await rejects(startGroup(argv, { umask: 0o077 }), 'PROCESS_FAILED');

    const words = [plain, masked].map(({ message }) => message.replace(/ in \S+:/, ':'));
    const expected = 'cannot start no-such-program: ENOENT';
    assert.equal(words, [expected, expected]);
  }),
);

test(
  'a group of nothing but zombies is not alive',
  within(10_000, async () => {
    // The leader becomes `sleep` and never reaps the process that left its group and ended.
    const { group, saying } = await startGroup('setsid true & echo "pid $!"; exec sleep 60');
    const zombie = Number(/pid (\d+)/.exec(await saying(/pid \d+\n/))?.[1]);
    await untilZombie(zombie);

    assert.not.throws(() => process.kill(-zombie, 0), 'it can still be signalled');
    assert.not.ok(isGroupAlive(zombie));
    await group.terminate();
  }),
);

async function untilZombie(pid: number): Promise<void> {
  while (readProcess(pid)?.isZombie !== true || readProcess(pid)?.groupId !== pid) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test.run();
