// Unpacks Debian's Chromium, with the libraries this machine lacks, into a folder. Nothing is installed:
// apt only downloads and checks signatures. It must never write outside the folder it is given.
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const APT_LIMIT_MS = 180_000;
const PACKAGE = 'chromium';

/**
 * Unpacks the browser into `<folder>/root` and returns the version of the package.
 * Rejects with a plain error that says what did not work.
 */
export async function unpackChromium(folder: string): Promise<string> {
  const archives = join(folder, 'archives');
  // apt drops its rights to the user _apt, who must be able to walk in here.
  await chmod(folder, 0o755);
  await mkdir(join(archives, 'partial'), { recursive: true });
  await download(archives).catch(() => downloadWithOwnLists(folder, archives));
  const packages = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  const version = versionIn(packages);
  for (const name of packages) {
    const args = ['-x', join(archives, name), join(folder, 'root')];
    await execa('dpkg-deb', args, { timeout: APT_LIMIT_MS });
  }
  await rm(archives, { recursive: true });
  return version;
}

async function download(archives: string, options: readonly string[] = []): Promise<void> {
  const kept = ['-o', `Dir::Cache::archives=${archives}`];
  await apt([
    ...options,
    ...kept,
    'install',
    '--download-only',
    '--no-install-recommends',
    PACKAGE,
  ]);
}

/** The lists of the machine are missing or out of date; they are not ours to renew. */
async function downloadWithOwnLists(folder: string, archives: string): Promise<void> {
  const lists = join(folder, 'lists');
  await mkdir(join(lists, 'partial'), { recursive: true });
  const options = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${lists}`];
  // Without this, apt-get update counts an unreachable archive as a success.
  await apt([...options, '-o', 'APT::Update::Error-Mode=any', 'update']);
  await download(archives, options);
  await rm(lists, { recursive: true });
}

async function apt(args: readonly string[]): Promise<void> {
  const result = await execa('apt-get', ['-qq', '-y', '-o', 'Debug::NoLocking=1', ...args], {
    timeout: APT_LIMIT_MS,
    stdin: 'ignore',
    reject: false,
    env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (!result.failed) return;
  const complaint = result.stderr.split('\n').find((line) => line.startsWith('E:'));
  throw new Error(`apt-get failed: ${complaint ?? result.shortMessage}`);
}

function versionIn(packages: readonly string[]): string {
  const version = packages.map((name) => /^chromium_([^_]+)_/.exec(name)?.[1]).find(Boolean);
  if (version === undefined) throw new Error(`apt-get downloaded no ${PACKAGE}`);
  return decodeURIComponent(version);
}
