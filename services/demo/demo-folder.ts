// The temporary folder of one demonstration: a bare remote with a defect in it, and the configuration.
// It must never touch anything outside, nor the user's own git settings.
import { copyFile, cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGit, type Git } from '../../transport/git/git.ts';

export interface DemoFolder {
  path: string;
  /** The bare repository that everybody works with. */
  remote: string;
  configurationFile: string;
  hostState: string;
  workerState: string;
  hostLog: string;
  workerLog: string;
  /** Head of the remote's `main` before the work. */
  startSha: string;
  /** What every process of the demonstration gets: nothing that would lead it elsewhere. */
  environment: Readonly<Record<string, string | undefined>>;
  git: Git;
  remove(): Promise<void>;
}

const SAMPLE = fileURLToPath(new URL('./sample', import.meta.url));
const CONFIGURATION = fileURLToPath(new URL('./onceward.yaml', import.meta.url));
const AUTHOR = ['-c', 'user.name=onceward demo', '-c', 'user.email=demo@localhost'];

/** @throws GIT_FAILED; what was made by then is removed */
export async function makeDemoFolder(
  variables: Readonly<Record<string, string | undefined>>,
): Promise<DemoFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'onceward-demo-')));
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  const environment = cleared(variables, path);
  const git = createGit(environment);
  const remote = join(path, 'remote.git');
  const configurationFile = join(path, 'onceward.yaml');
  try {
    await copyFile(CONFIGURATION, configurationFile);
    const startSha = await makeRemote(git, remote, join(path, 'sample'));
    return {
      ...{ path, remote, configurationFile, startSha, environment, git, remove },
      hostState: join(path, 'host'),
      workerState: join(path, 'worker'),
      hostLog: join(path, 'host.log'),
      workerLog: join(path, 'worker.log'),
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function makeRemote(git: Git, remote: string, checkout: string): Promise<string> {
  await cp(SAMPLE, checkout, { recursive: true });
  const here = { cwd: checkout };
  await git(['init', '--quiet', '--initial-branch', 'main', checkout]);
  await git(['add', '--all'], here);
  const message = 'shop: a discount, and what it should do';
  await git([...AUTHOR, 'commit', '--quiet', '--message', message], here);
  await git(['init', '--quiet', '--bare', '--initial-branch', 'main', remote]);
  await git(['push', '--quiet', remote, 'main'], here);
  const { stdout } = await git(['rev-parse', 'HEAD'], here);
  await rm(checkout, { recursive: true, force: true });
  return stdout;
}

/** Without a setting that points elsewhere; with the `node` that runs this, and an empty HOME. */
function cleared(
  variables: Readonly<Record<string, string | undefined>>,
  home: string,
): Readonly<Record<string, string | undefined>> {
  const kept = Object.entries(variables).filter(([name]) => !/^(ONCEWARD|NATS|XDG)_/.test(name));
  const path = [dirname(process.execPath), variables['PATH'] ?? ''].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, HOME: home };
}
