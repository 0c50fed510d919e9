// A container is given what it needs and nothing else, and its command line holds no value that came from elsewhere.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ContainerOptions,
  containerArgv,
} from '../../../transport/container/container-command.ts';
import { hasCode } from '../../../transport/errors.ts';

const OPTIONS: ContainerOptions = {
  engine: 'docker',
  program: '/usr/bin/docker',
  isRootless: false,
  name: 'onceward-shop-7',
  labels: { 'onceward.folder': '/state/worktrees/shop/7' },
  image: 'agents:1',
  user: { uid: 1_000, gid: 1_001 },
  network: 'none',
  memoryMb: 512,
  cpus: 1.5,
  pids: 64,
  mounts: [
    { source: '/state/worktrees/shop/7', isReadOnly: false },
    { source: '/state/repositories/shop.git/config', isReadOnly: true },
    { source: '/opt/cache', target: '/cache', isReadOnly: true },
  ],
  variableNames: ['API_TOKEN', 'LANG'],
  variables: { HOME: '/state/home' },
  workingFolder: '/state/worktrees/shop/7',
  argv: ['sh', '-c', 'make && echo "$HOME"'],
};

function argvOf(options: Partial<ContainerOptions> = {}): string[] {
  return containerArgv({ ...OPTIONS, ...options });
}

/** The values of every occurrence of an option. */
function valuesOf(argv: readonly string[], option: string): (string | undefined)[] {
  return argv.flatMap((part, index) => (part === option ? [argv[index + 1]] : []));
}

test('the whole command line for docker', () => {
  assert.equal(argvOf(), [
    ...['/usr/bin/docker', 'run', '--rm', '--init', '--interactive', '--pull=never'],
    ...['--name', 'onceward-shop-7', '--label', 'onceward.folder=/state/worktrees/shop/7'],
    ...['--user', '1000:1001', '--network', 'none'],
    ...['--memory', '512m', '--memory-swap', '512m', '--cpus', '1.5', '--pids-limit', '64'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--read-only'],
    ...['--tmpfs', '/tmp:rw,nosuid,nodev,mode=1777'],
    ...['--mount', 'type=bind,source=/state/worktrees/shop/7,target=/state/worktrees/shop/7'],
    '--mount',
    'type=bind,source=/state/repositories/shop.git/config,target=/state/repositories/shop.git/config,readonly',
    ...['--mount', 'type=bind,source=/opt/cache,target=/cache,readonly'],
    ...['--env', 'API_TOKEN', '--env', 'LANG', '--env', 'HOME=/state/home'],
    ...['--workdir', '/state/worktrees/shop/7', '--entrypoint='],
    ...['agents:1', 'sh', '-c', 'make && echo "$HOME"'],
  ]);
});

test('the whole command line for podman run by an ordinary user', () => {
  const mounts = OPTIONS.mounts.slice(0, 1);
  const podman = { engine: 'podman', program: '/usr/bin/podman', isRootless: true } as const;

  assert.equal(argvOf({ ...podman, mounts, network: 'agents' }), [
    ...['/usr/bin/podman', 'run', '--rm', '--init', '--interactive', '--pull=never'],
    ...['--name', 'onceward-shop-7', '--label', 'onceward.folder=/state/worktrees/shop/7'],
    ...['--user', '1000:1001', '--userns=keep-id', '--network', 'agents'],
    ...['--memory', '512m', '--memory-swap', '512m', '--cpus', '1.5', '--pids-limit', '64'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--read-only'],
    ...['--tmpfs', '/tmp:rw,nosuid,nodev,mode=1777'],
    ...['--mount', 'type=bind,source=/state/worktrees/shop/7,target=/state/worktrees/shop/7'],
    ...['--env', 'API_TOKEN', '--env', 'LANG', '--env', 'HOME=/state/home'],
    ...['--workdir', '/state/worktrees/shop/7', '--entrypoint='],
    ...['agents:1', 'sh', '-c', 'make && echo "$HOME"'],
  ]);
});

test('what it writes belongs to the user and group that were given', () => {
  assert.equal(valuesOf(argvOf({ user: { uid: 33, gid: 44 } }), '--user'), ['33:44']);
});

test('podman run by root keeps no ids, for they are the same already', () => {
  assert.not(argvOf({ engine: 'podman', isRootless: false }).includes('--userns=keep-id'));
});

test('there is no network but the one that is named', () => {
  assert.equal(valuesOf(argvOf(), '--network'), ['none']);
  assert.equal(valuesOf(argvOf({ network: 'agents' }), '--network'), ['agents']);
});

test('memory has a limit that swap does not raise', () => {
  const argv = argvOf({ memoryMb: 2_048 });

  assert.equal(valuesOf(argv, '--memory'), ['2048m']);
  assert.equal(valuesOf(argv, '--memory-swap'), valuesOf(argv, '--memory'));
});

test('processors and processes have their limits', () => {
  const argv = argvOf({ cpus: 0.5, pids: 17 });

  assert.equal(valuesOf(argv, '--cpus'), ['0.5']);
  assert.equal(valuesOf(argv, '--pids-limit'), ['17']);
});

test('it has no capability and gains none', () => {
  assert.equal(valuesOf(argvOf(), '--cap-drop'), ['ALL']);
  assert.equal(valuesOf(argvOf(), '--security-opt'), ['no-new-privileges']);
});

test('its root can only be read, and /tmp is its own', () => {
  assert.ok(argvOf().includes('--read-only'));
  assert.match(valuesOf(argvOf(), '--tmpfs').join(), /^\/tmp:/);
});

test('a variable stands on the command line by its name alone', () => {
  const argv = argvOf({ variableNames: ['API_TOKEN'], variables: {} });

  assert.equal(valuesOf(argv, '--env'), ['API_TOKEN']);
});

test('no image is downloaded', () => {
  assert.ok(argvOf().includes('--pull=never'));
});

test('the command follows the image unchanged, whatever it looks like', () => {
  const argv = ['--privileged', 'a b', '$(id)'];

  assert.equal(argvOf({ argv }).slice(-4), ['agents:1', ...argv]);
});

test('a path that could say more than a path is refused', () => {
  const source = '/state,readonly=false';

  const isRefused = (error: unknown) => hasCode(error, 'CONFIG_INVALID');
  assert.throws(() => argvOf({ mounts: [{ source, isReadOnly: true }] }), isRefused);
  assert.throws(
    () => argvOf({ mounts: [{ source: '/a', target: source, isReadOnly: true }] }),
    isRefused,
  );
});

test.run();
