// Fetches nats-server from the machine's own Debian archive without installing anything:
// private lists, apt's signature check, one unpacked file. It never writes outside its own folder.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type AptSourceFile, newerSuiteSources, publicArchiveSources } from './apt-sources.ts';

const APT_DIRECTORY = '/etc/apt';
const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const PACKAGE = 'nats-server';
const BINARY_PLACES = ['usr/sbin/nats-server', 'usr/bin/nats-server'];
const APT_LIMIT_MS = 180_000;

/**
 * Fetches the package into a temporary folder and hands the path of the unpacked binary to `use`;
 * the folder is gone when it returns. Rejects with a plain error that says what did not work.
 */
export async function withDebianPackage<T>(use: (binary: string) => Promise<T>): Promise<T> {
  const sources = await debianSources();
  const folder = await mkdtemp(join(tmpdir(), 'onceward-apt-'));
  try {
    // apt drops its rights to the user _apt, who must be able to walk in here.
    await chmod(folder, 0o755);
    await download(folder, sources);
    return await use(await unpack(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function debianSources(): Promise<string> {
  const isDebianLike = await Promise.all(['/usr/bin/apt-get', '/usr/bin/dpkg-deb'].map(isFile));
  if (isDebianLike.includes(false)) throw new Error('this system has no apt-get');
  const own = newerSuiteSources(await aptSourceFiles());
  if (own !== null) return own;
  if (await isFile(DEBIAN_KEYRING)) return publicArchiveSources(DEBIAN_KEYRING);
  throw new Error('no Debian archive in /etc/apt, and debian-archive-keyring is not installed');
}

async function aptSourceFiles(): Promise<AptSourceFile[]> {
  const parts = join(APT_DIRECTORY, 'sources.list.d');
  const names = await readdir(parts).catch(() => []);
  const paths = [join(APT_DIRECTORY, 'sources.list'), ...names.map((name) => join(parts, name))];
  return Promise.all(
    paths.map(async (name) => ({ name, text: await readFile(name, 'utf8').catch(() => '') })),
  );
}

async function download(folder: string, sources: string): Promise<void> {
  const directories = { parts: join(folder, 'parts'), lists: join(folder, 'lists') };
  await mkdir(directories.parts);
  await mkdir(join(directories.lists, 'partial'), { recursive: true });
  await writeFile(join(directories.parts, 'newer.sources'), sources);
  const settings = {
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': directories.parts,
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State::Lists': directories.lists,
    'Dir::Cache': folder,
    'Acquire::Languages': 'none',
    'Acquire::AllowInsecureRepositories': 'false',
    'APT::Get::AllowUnauthenticated': 'false',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  // Without this, apt-get update counts an unreachable archive as a success.
  await apt(folder, [...options, '-o', 'APT::Update::Error-Mode=any', 'update']);
  await apt(folder, [...options, 'download', PACKAGE]);
}

async function apt(folder: string, args: string[]): Promise<void> {
  const result = await execa('apt-get', ['-qq', ...args], {
    cwd: folder,
    timeout: APT_LIMIT_MS,
    stdin: 'ignore',
    reject: false,
    env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (!result.failed) return;
  const complaint = result.stderr.split('\n').find((line) => line.startsWith('E:'));
  throw new Error(
    `apt-get ${args.includes('update') ? 'update' : 'download'} failed: ${
      complaint ?? result.shortMessage
    }`,
  );
}

async function unpack(folder: string): Promise<string> {
  const file = (await readdir(folder)).find((name) => name.endsWith('.deb'));
  if (file === undefined) throw new Error('apt-get downloaded no package');
  const target = join(folder, 'unpacked');
  await execa('dpkg-deb', ['-x', join(folder, file), target], { timeout: APT_LIMIT_MS });
  for (const place of BINARY_PLACES) {
    if (await isFile(join(target, place))) return join(target, place);
  }
  throw new Error(`${file} holds no nats-server`);
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
