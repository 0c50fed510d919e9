// A container engine of this machine that really runs containers, with an image made here from a static busybox.
// It must never use the storage of the developer's own podman, nor a registry.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { EngineKind } from '../../transport/container/container-command.ts';
import { type Engine, findEngine } from '../../transport/container/engine.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export const TEST_IMAGE = 'localhost/onceward-test:1';

export type RealEngine =
  | { engine: Engine; environment: Record<string, string | undefined>; reason: null }
  | { engine: null; environment: Record<string, string | undefined>; reason: string };

const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'];
const APPLETS = ['sh', 'cat', 'echo', 'env', 'grep', 'id', 'ls', 'rm', 'sleep', 'test', 'touch'];
const LIMIT_MS = 60_000;
/** Where the user may not raise limits, or the default runtime does not know the machine's cgroups. */
const HUMBLE_SETTINGS = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
`;

/** The first engine that runs a container here; otherwise what each of them said. */
export async function findRealEngine(): Promise<RealEngine> {
  const reasons: string[] = [];
  for (const attempt of attempts()) {
    const { engine, reason } = await findEngine(attempt.kind, attempt.environment);
    const failure = engine === null ? reason : tryOut(engine, attempt.environment);
    if (engine !== null && failure === null) {
      process.once('exit', () => clearUp(engine, attempt));
      return { engine, environment: attempt.environment, reason: null };
    }
    reasons.push(`${attempt.name}: ${failure}`);
  }
  return { engine: null, environment: {}, reason: reasons.join('; ') };
}

interface Attempt {
  name: string;
  kind: EngineKind;
  environment: Record<string, string | undefined>;
}

function attempts(): Attempt[] {
  const { PATH, HOME, XDG_RUNTIME_DIR, DOCKER_HOST } = process.env;
  const common = { PATH, HOME, XDG_RUNTIME_DIR, DOCKER_HOST };
  const folder = temporaryDirectory();
  const storage = join(folder, 'storage.conf');
  const settings = join(folder, 'containers.conf');
  const paths = `graphroot = "${join(folder, 'graph')}"\nrunroot = "${join(folder, 'run')}"\n`;
  writeFileSync(storage, `[storage]\ndriver = "vfs"\n${paths}`);
  writeFileSync(settings, HUMBLE_SETTINGS);
  const podman = { ...common, CONTAINERS_STORAGE_CONF: storage };
  return [
    { name: 'docker', kind: 'docker', environment: common },
    { name: 'podman', kind: 'podman', environment: podman },
    {
      name: 'podman with runc',
      kind: 'podman',
      environment: { ...podman, CONTAINERS_CONF: settings },
    },
  ];
}

/** Null when a container of our own image ran. */
function tryOut(engine: Engine, environment: Attempt['environment']): string | null {
  const busybox = BUSYBOX.find((path) => existsSync(path));
  if (busybox === undefined)
    return 'no static busybox to make an image of (Debian: busybox-static)';
  const run = (args: string[], input?: Buffer) =>
    execFileSync(engine.program, args, {
      env: environment,
      input,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'pipe'],
      timeout: LIMIT_MS,
    });
  try {
    run(['import', '-', TEST_IMAGE], rootFolderOf(busybox));
    const limits = ['--memory', '64m', '--pids-limit', '32', '--network', 'none', '--read-only'];
    run(['run', '--rm', '--init', '--pull=never', ...limits, TEST_IMAGE, 'test', '-d', '/bin']);
    return null;
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    return (stderr?.toString() ?? String(error)).trim().split('\n').at(-1) ?? '';
  }
}

function rootFolderOf(busybox: string): Buffer {
  const folder = temporaryDirectory();
  // It becomes the root of every container, whoever runs in it.
  chmodSync(folder, 0o755);
  for (const name of ['bin', 'tmp', 'proc', 'sys', 'dev', 'etc']) mkdirSync(join(folder, name));
  copyFileSync(busybox, join(folder, 'bin', 'busybox'));
  for (const name of APPLETS) symlinkSync('busybox', join(folder, 'bin', name));
  return execFileSync('tar', ['-C', folder, '-c', '.'], { maxBuffer: 64 * 1_024 * 1_024 });
}

function clearUp({ program, kind }: Engine, { environment }: Attempt): void {
  try {
    execFileSync(program, ['rmi', '--force', TEST_IMAGE], { env: environment, stdio: 'ignore' });
    const storage = environment['CONTAINERS_STORAGE_CONF'];
    if (kind === 'podman' && storage !== undefined) rmSync(storage, { force: true });
  } catch {
    // The folder of the storage goes with the other temporary ones.
  }
}
