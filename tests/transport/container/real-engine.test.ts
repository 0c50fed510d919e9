// What the command line of a container promises holds, wherever an engine can be made to run one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ContainerOptions,
  containerArgv,
} from '../../../transport/container/container-command.ts';
import { containersWith, endContainer } from '../../../transport/container/container-end.ts';
import { type Engine, hasImage } from '../../../transport/container/engine.ts';
import { localClock } from '../../support/local-clock.ts';
import { findRealEngine, TEST_IMAGE } from '../../support/real-engine.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { startGroup } from '../process/group-fixture.ts';

const found = await findRealEngine();
if (found.reason !== null)
  process.stdout.write(`skipped: for real, no engine here: ${found.reason}\n`);
const testForReal = found.engine === null ? test.skip : test;
const environment = Object.fromEntries(
  Object.entries(found.environment).filter((entry): entry is [string, string] => !!entry[1]),
);

/** The command line of a container with one writable folder, open to anybody. */
function setup(command: string, options: Partial<ContainerOptions> = {}) {
  const { kind, program, isRootless } = found.engine as Engine;
  const folder = temporaryDirectory();
  chmodSync(folder, 0o777);
  const name = `onceward-test-${process.pid}-${Math.abs(folder.length)}-${folder.slice(-6)}`;
  const argv = containerArgv({
    ...{ engine: kind, program, isRootless, name, image: TEST_IMAGE, network: 'none' },
    labels: { 'onceward.test': folder },
    user: { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 },
    ...{ memoryMb: 64, cpus: 1, pids: 32 },
    mounts: [{ source: folder, isReadOnly: false }],
    ...{ variableNames: [], variables: { HOME: folder }, workingFolder: folder },
    argv: ['sh', '-c', command],
    ...options,
  });
  const start = (extra: Record<string, string> = {}) =>
    startGroup(argv, { cwd: '/', environment: { ...environment, ...extra } });
  return { folder, name, argv, start };
}

testForReal(
  'a file that it writes belongs to the user and group it was given',
  within(60_000, async () => {
    const isRoot = process.geteuid?.() === 0;
    const user = isRoot
      ? { uid: 1_234, gid: 1_235 }
      : { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
    const { folder, start } = setup('echo mine > file', { user });

    const { group, output } = await start();
    const exit = await group.exit;

    assert.equal(exit, { code: 0, signal: null }, output());
    const { uid, gid } = statSync(join(folder, 'file'));
    assert.equal({ uid, gid }, user);
  }),
);

testForReal(
  'it writes nowhere but in its folder and /tmp',
  within(60_000, async () => {
    const { start } = setup(
      'echo x > /etc/planted; echo x > /tmp/own && echo x > here && echo both',
    );

    const { group, output } = await start();
    await group.exit;

    assert.match(output('stderr'), /Read-only file system/);
    assert.match(output('stdout'), 'both');
  }),
);

testForReal(
  'what lies read-only over a writable folder stays as it is',
  within(60_000, async () => {
    const outer = temporaryDirectory();
    writeFileSync(join(outer, 'config'), 'kept\n');
    const mounts = [
      { source: outer, isReadOnly: false },
      { source: join(outer, 'config'), isReadOnly: true },
    ];
    const tricks = 'echo x > config; rm -f config; echo x > other; cat config';
    const { start } = setup(tricks, { mounts, workingFolder: outer });

    const { group, output } = await start();
    await group.exit;

    assert.is(output('stdout'), 'kept\n');
    assert.is(readFileSync(join(outer, 'config'), 'utf8'), 'kept\n');
    assert.is(readFileSync(join(outer, 'other'), 'utf8'), 'x\n');
  }),
);

testForReal(
  'it has no capability, can gain none, and has no network but its own',
  within(60_000, async () => {
    const { start } = setup('cat /proc/self/status /proc/net/dev');

    const { group, output } = await start();
    await group.exit;

    assert.match(output('stdout'), /CapEff:\t0+\n/);
    assert.match(output('stdout'), /NoNewPrivs:\t1\n/);
    const interfaces = output('stdout').match(/^ *\w+:(?= +\d+ +\d+ +\d+)/gm);
    assert.equal(
      interfaces?.map((name) => name.trim()),
      ['lo:'],
    );
  }),
);

testForReal(
  'a variable that was named has the value of the client, and no other comes through',
  within(60_000, async () => {
    const { argv, start } = setup('env', { variableNames: ['API_TOKEN'] });

    const { group, output } = await start({ API_TOKEN: 'hunter2', OTHER: 'not to be seen' });
    await group.exit;

    assert.match(output('stdout'), 'API_TOKEN=hunter2\n');
    assert.not.match(output('stdout'), 'OTHER');
    assert.not.match(argv.join(' '), 'hunter2');
  }),
);

testForReal(
  'its client’s standard input and exit code are its own',
  within(60_000, async () => {
    const { argv } = setup('cat; exit 7');
    const { group, output } = await startGroup(argv, { cwd: '/', environment, input: 'a prompt' });

    const exit = await group.exit;

    assert.equal(exit, { code: 7, signal: null });
    assert.is(output('stdout'), 'a prompt');
  }),
);

testForReal(
  'one whose client was killed goes on, is found by its label, and is gone once it is ended by its name',
  within(60_000, async () => {
    const engine = found.engine as Engine;
    const { folder, name, argv } = setup('trap "" INT TERM; echo ready; while :; do sleep 1; done');
    const client = spawn(argv[0] ?? '', argv.slice(1), {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(client.stdout, 'data');
    client.kill('SIGKILL');
    await once(client, 'exit');
    const label = { name: 'onceward.test', value: folder };
    const before = await containersWith(engine, label);

    const isEnded = await endContainer(engine, name, localClock);

    assert.equal(
      before.map(({ labels }) => labels['onceward.test']),
      [folder],
    );
    assert.is(isEnded, true);
    assert.equal(await containersWith(engine, label), []);
    assert.is(await endContainer(engine, name, localClock), false);
  }),
);

testForReal(
  'an image is known to be there, or not',
  within(60_000, async () => {
    const engine = found.engine as Engine;

    assert.is(await hasImage(engine, TEST_IMAGE), true);
    assert.is(await hasImage(engine, 'localhost/onceward-nowhere:1'), false);
  }),
);

test('an engine runs containers here, or each of them says why it does not', () => {
  assert.match(found.reason ?? 'docker: it runs; podman: not asked', /^docker: .+; podman: .+/);
});

test.run();
