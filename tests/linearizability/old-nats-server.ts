// The nats-server that Debian 12 ships: 2.9.10, whose replicated compare-and-set is known to be broken.
// It is for proving that the checker sees that; it must never be found by anything that ships.
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { newerSuiteSources, publicArchiveSources } from '../../transport/nats/apt-sources.ts';

const VERSION = '2.9.10';
const SUITE = 'bookworm';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const SOURCES = '/etc/apt/sources.list.d';
const LIMIT_MS = 90_000;

export type OldServer = { binary: string } | { missing: string };

/**
 * Where it is: in the cache, or fetched into it from the machine's own Debian archive. Otherwise the
 * reason why it cannot be had here. `ONCEWARD_TEST_OLD_NATS_SERVER` names one.
 */
export async function oldNatsServer(): Promise<OldServer> {
  const cacheDir = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'onceward');
  const cached = join(cacheDir, `nats-server-${VERSION}`);
  const named = process.env['ONCEWARD_TEST_OLD_NATS_SERVER'];
  if (named !== undefined) {
    return (await isOld(named)) ? { binary: named } : { missing: `${named} is not ${VERSION}` };
  }
  if (await isOld(cached)) return { binary: cached };
  const folder = await mkdtemp(join(tmpdir(), 'onceward-apt-'));
  try {
    await mkdir(cacheDir, { recursive: true });
    await keep(await fetched(folder), cached);
    return { binary: cached };
  } catch (error) {
    return { missing: `nats-server ${VERSION} could not be fetched: ${complaintOf(error)}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isOld(binary: string): Promise<boolean> {
  const { stdout, failed } = await execa(binary, ['--version'], { reject: false, timeout: 10_000 });
  return !failed && stdout.trim() === `nats-server: v${VERSION}`;
}

/** By the lists the machine has, or by lists of our own when it has none, as in a fresh container. */
async function fetched(folder: string): Promise<string> {
  // apt drops its rights to the user _apt, who must be able to walk in here.
  await chmod(folder, 0o755);
  const wanted = ['download', `nats-server=${VERSION}-*`];
  if (!(await canRun(folder, wanted))) {
    const options = await privateLists(folder);
    await apt(folder, [...options, '-o', 'APT::Update::Error-Mode=any', 'update']);
    await apt(folder, [...options, ...wanted]);
  }
  const file = (await readdir(folder)).find((name) => name.endsWith('.deb'));
  if (file === undefined) throw new Error('apt-get downloaded no package');
  await execa('dpkg-deb', ['-x', join(folder, file), join(folder, 'unpacked')]);
  return join(folder, 'unpacked/usr/sbin/nats-server');
}

async function privateLists(folder: string): Promise<string[]> {
  const directories = { parts: join(folder, 'parts'), lists: join(folder, 'lists') };
  await mkdir(directories.parts);
  await mkdir(join(directories.lists, 'partial'), { recursive: true });
  const names = await readdir(SOURCES).catch(() => []);
  const paths = ['/etc/apt/sources.list', ...names.map((name) => join(SOURCES, name))];
  const files = await Promise.all(
    paths.map(async (name) => ({ name, text: await readFile(name, 'utf8').catch(() => '') })),
  );
  const newer = newerSuiteSources(files) ?? publicArchiveSources(KEYRING);
  const text = newer.replace(/^Suites: .*$/m, `Suites: ${SUITE}`);
  await writeFile(join(directories.parts, 'old.sources'), text);
  const settings = {
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': directories.parts,
    'Dir::State::Lists': directories.lists,
    'Dir::Cache': folder,
    'Acquire::Languages': 'none',
    'APT::Get::AllowUnauthenticated': 'false',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

function canRun(folder: string, args: string[]): Promise<boolean> {
  return apt(folder, args).then(
    () => true,
    () => false,
  );
}

async function apt(folder: string, args: string[]): Promise<void> {
  await execa('apt-get', ['-qq', ...args], {
    cwd: folder,
    timeout: LIMIT_MS,
    stdin: 'ignore',
    env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** What apt says is wrong, on one line. */
function complaintOf(error: unknown): string {
  const { message } = error as Error;
  return /^E: .*$/m.exec(message)?.[0] ?? message.split('\n')[0] ?? '';
}

/** Renamed into place: of two who fetch at once, each leaves a whole file. */
async function keep(binary: string, cached: string): Promise<void> {
  const temporary = `${cached}.${process.pid}`;
  await copyFile(binary, temporary);
  await rename(temporary, cached);
}
