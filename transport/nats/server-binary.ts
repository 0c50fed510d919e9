// Finds a usable nats-server: named by the user, on PATH, cached, or fetched into the cache.
// It never returns a binary whose version was not read from the binary itself.
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { execa } from 'execa';
import { OncewardError } from '../errors.ts';
import { withDebianPackage } from './debian-package.ts';
import {
  ACCEPTABLE_VERSIONS,
  formatServerVersion,
  isAcceptable,
  parseServerVersion,
} from './server-version.ts';

export interface FindServerOptions {
  /** `ONCEWARD_NATS_SERVER`: this binary and no other. */
  override?: string | undefined;
  /** The search path, as in `PATH`. */
  path: string;
  /** Where a fetched binary is kept; made when needed. */
  cacheDir: string;
  /** Told one line when something slow or surprising happens. */
  report: (line: string) => void;
  /** Directories looked into after PATH. Defaults to where packages put it. */
  usualPlaces?: readonly string[];
  /** False forbids fetching. Defaults to true. */
  canFetch?: boolean;
}

export interface ServerBinary {
  binary: string;
  /** `2.15.1` */
  version: string;
}

const NAME = 'nats-server';
/** Where packages put it, although these are not on everyone's PATH. */
const USUAL_PLACES = ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
const VERSION_LIMIT_MS = 10_000;
const HOW_TO_GET =
  `install one (macOS: brew install nats-server; elsewhere: the release from ` +
  `github.com/nats-io/nats-server/releases) or name it in ONCEWARD_NATS_SERVER`;

/**
 * Finds nats-server in this order: the override, PATH and the usual places, the cache, the
 * Debian archive. One that is too old is passed over, unless it is the override.
 * @throws NATS_SERVER_MISSING, NATS_SERVER_TOO_OLD
 */
export async function findNatsServer(options: FindServerOptions): Promise<ServerBinary> {
  if (options.override) return namedServer(options.override);
  const rejected: ServerBinary[] = [];
  for (const binary of candidates(options)) {
    const version = await versionOf(binary);
    if (version === null) continue;
    if (isUsable(version)) return { binary, version };
    rejected.push({ binary, version });
  }
  if (options.canFetch === false) throw noServer(rejected, 'fetching is not allowed');
  return fetchServer(options, rejected);
}

async function namedServer(binary: string): Promise<ServerBinary> {
  const version = await versionOf(binary);
  if (version === null) {
    throw new OncewardError(
      'NATS_SERVER_MISSING',
      `ONCEWARD_NATS_SERVER names ${binary}, which does not run as nats-server`,
      { details: { binary } },
    );
  }
  if (isUsable(version)) return { binary, version };
  throw new OncewardError(
    'NATS_SERVER_TOO_OLD',
    `ONCEWARD_NATS_SERVER names ${binary} ${version}; needed is ${ACCEPTABLE_VERSIONS}`,
    { details: { binary, version } },
  );
}

function candidates(options: FindServerOptions): string[] {
  const { path, usualPlaces = USUAL_PLACES, cacheDir } = options;
  const onPath = path.split(delimiter).filter(isAbsolute);
  return [...new Set([...onPath, ...usualPlaces, cacheDir])].map((directory) =>
    join(directory, NAME),
  );
}

async function versionOf(binary: string): Promise<string | null> {
  const result = await execa(binary, ['--version'], {
    timeout: VERSION_LIMIT_MS,
    stdin: 'ignore',
    reject: false,
  });
  const version = result.failed ? null : parseServerVersion(result.stdout);
  return version === null ? null : formatServerVersion(version);
}

function isUsable(text: string): boolean {
  const version = parseServerVersion(text);
  return version !== null && isAcceptable(version);
}

async function fetchServer(
  options: FindServerOptions,
  rejected: readonly ServerBinary[],
): Promise<ServerBinary> {
  options.report('no usable nats-server here yet: fetching it from the Debian archive, once');
  try {
    const found = await withDebianPackage((binary) => keep(binary, options.cacheDir));
    options.report(`fetched nats-server ${found.version} into ${found.binary}`);
    return found;
  } catch (error) {
    throw noServer(rejected, error instanceof Error ? error.message : String(error), error);
  }
}

async function keep(fetched: string, cacheDir: string): Promise<ServerBinary> {
  const version = await versionOf(fetched);
  if (version === null || !isUsable(version)) {
    throw new Error(`the archive has nats-server ${version ?? 'that does not run here'}`);
  }
  await mkdir(cacheDir, { recursive: true });
  const binary = join(cacheDir, NAME);
  // Renamed into place: of two who fetch at once, each leaves a whole file, and the last one stays.
  const temporary = `${binary}.${process.pid}.${performance.now()}`;
  try {
    await copyFile(fetched, temporary);
    await rename(temporary, binary);
  } finally {
    await rm(temporary, { force: true });
  }
  return { binary, version };
}

function noServer(rejected: readonly ServerBinary[], why: string, cause?: unknown): OncewardError {
  const code = rejected.length > 0 ? 'NATS_SERVER_TOO_OLD' : 'NATS_SERVER_MISSING';
  const seen = rejected.map(({ binary, version }) => `${binary} is ${version}`).join(', ');
  return new OncewardError(
    code,
    `nats-server ${ACCEPTABLE_VERSIONS} is needed${seen ? ` (${seen})` : ''}, and none could be ` +
      `fetched (${why}): ${HOW_TO_GET}`,
    { cause, details: { rejected, why } },
  );
}
