// Rights that are taken from a program are really gone, wherever this machine has the tools to take them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bubblewrapArgv,
  withoutNewPrivileges,
} from '../../../transport/process/sandbox-command.ts';
import { trialRun } from '../../../transport/process/trial-run.ts';
import { lingeringMembers } from '../../support/process-group.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { startGroup } from './group-fixture.ts';

const sandbox = { argv: ['true'], cwd: '/', writable: [], readOnly: [], hasNetwork: false };
const noBubblewrap = await trialRun(bubblewrapArgv(sandbox), process.env);
const noSetpriv = await trialRun(withoutNewPrivileges(['true']), process.env);
if (noBubblewrap !== null)
  process.stdout.write(`skipped: for real, no bubblewrap here: ${noBubblewrap}\n`);
if (noSetpriv !== null) process.stdout.write(`skipped: for real, no setpriv here: ${noSetpriv}\n`);
const testInSandbox = noBubblewrap === null ? test : test.skip;
const testPrivileges = noSetpriv === null ? test : test.skip;

/** Runs a command in a sandbox with one writable folder, in which one file is not. */
async function runInside(command: string, hasNetwork = false) {
  const folder = temporaryDirectory();
  const hidden = temporaryDirectory();
  await (await startGroup(`echo kept > "${folder}/settings"; echo seen > "${hidden}/file"`)).group
    .exit;
  const argv = bubblewrapArgv({
    argv: ['sh', '-c', command, 'sh', hidden],
    cwd: folder,
    writable: [folder],
    readOnly: [join(folder, 'settings')],
    hasNetwork,
  });
  const { group, output, saying } = await startGroup(argv, { interruptGraceMs: 10_000 });
  return { folder, hidden, group, output, saying };
}

test('bubblewrap is asked for everything that is promised', () => {
  const argv = bubblewrapArgv({
    argv: ['make', 'all'],
    cwd: '/w',
    writable: ['/w', '/home'],
    readOnly: ['/w/config'],
    hasNetwork: false,
  });

  assert.equal(argv, [
    ...['env', '--ignore-signal=INT,TERM', 'bwrap', '--die-with-parent'],
    ...['--unshare-user-try', '--unshare-pid', '--unshare-ipc', '--unshare-uts'],
    ...['--unshare-cgroup-try', '--unshare-net', '--ro-bind', '/', '/'],
    ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/run'],
    ...['--ro-bind-try', '/run/systemd/resolve', '/run/systemd/resolve'],
    ...['--bind', '/w', '/w', '--bind', '/home', '/home'],
    ...['--ro-bind-try', '/w/config', '/w/config', '--chdir', '/w', '--'],
    ...['env', '--default-signal=INT,TERM', 'make', 'all'],
  ]);
});

test('the network is shared only where it is allowed', () => {
  assert.not(bubblewrapArgv({ ...sandbox, hasNetwork: true }).includes('--unshare-net'));
});

testInSandbox(
  'only what is named can be written, and not what is taken out of it',
  within(20_000, async () => {
    const command = 'echo x > new; echo x > settings; echo x > /etc/planted; cat settings; exit 3';
    const { folder, group, output } = await runInside(command);

    const exit = await group.exit;

    assert.equal(exit, { code: 3, signal: null });
    assert.is(readFileSync(join(folder, 'new'), 'utf8'), 'x\n');
    assert.is(output('stdout'), 'kept\n');
    assert.not(existsSync('/etc/planted'));
    assert.match(output('stderr'), /Read-only file system/);
  }),
);

testInSandbox(
  'neither another process nor what others have in /tmp can be seen',
  within(20_000, async () => {
    const command = 'ls /proc | grep -c "^[0-9]"; cat "$1/file" || echo hidden';
    const { group, output } = await runInside(command);

    await group.exit;

    const [processes, file] = output('stdout').trim().split('\n');
    assert.ok(Number(processes) < 10, `${processes} processes`);
    assert.is(file, 'hidden');
  }),
);

testInSandbox(
  'there is no network but itself',
  within(20_000, async () => {
    const { group, output } = await runInside('tail -n +3 /proc/net/dev | cut -d: -f1');

    await group.exit;

    assert.is(output('stdout').trim(), 'lo');
  }),
);

testInSandbox(
  'SIGINT reaches what runs inside, which may save its work before the sandbox goes',
  within(20_000, async () => {
    const command =
      'trap "sleep 0.2; echo saved > work; exit 5" INT; echo ready; while :; do sleep 0.02; done';
    const { folder, group, saying } = await runInside(command);
    await saying(/ready/);

    await group.terminate();

    assert.equal(await group.exit, { code: 5, signal: null });
    assert.is(readFileSync(join(folder, 'work'), 'utf8'), 'saved\n');
  }),
);

testInSandbox(
  'nothing that runs inside outlives the sandbox, its escapees included',
  within(20_000, async () => {
    const command = 'setsid sh -c "trap \\"\\" INT TERM; while :; do sleep 1; done" & echo ready';
    const { group, saying, folder } = await runInside(command);
    await saying(/ready/);

    await group.exit;

    assert.equal(await lingeringMembers(group.pid, 0), []);
    const { group: search, output } = await startGroup(`ls -l /proc/[0-9]*/cwd 2>/dev/null`);
    await search.exit;
    assert.not.match(output(), folder);
  }),
);

testPrivileges(
  'a program without new privileges keeps its exit code and can gain none',
  within(20_000, async () => {
    const argv = withoutNewPrivileges(['sh', '-c', 'grep NoNewPrivs /proc/self/status; exit 4']);
    const { group, output } = await startGroup(argv);

    const exit = await group.exit;

    assert.equal(exit, { code: 4, signal: null });
    assert.match(output(), /NoNewPrivs:\t1/);
  }),
);

test.run();
