// The one bare clone of a project on this machine: made once, fetched often.
// It must never keep a credential in its settings, where an agent could read it.
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode } from '../errors.ts';
import { ownFolderMark } from '../process/folder-mark.ts';
import { mendSettings } from './clone-settings.ts';
import type { Git } from './git.ts';
import type { Mutex } from './mutex.ts';

export interface BareClone {
  readonly git: Git;
  readonly gitDir: string;
  /** URL or absolute path of the remote, credentials included. */
  readonly url: string;
  /** Guards whatever writes into the clone. */
  readonly mutex: Mutex;
}

/** Fetching and pushing, in milliseconds. */
export const NETWORK_TIMEOUT_MS = 600_000;
/** Another process of this machine may hold a lock for a moment. */
const MAX_FETCH_TRIES = 2;
const ALL_BRANCHES = '+refs/heads/*:refs/remotes/origin/*';

/** Makes the clone unless it is there, mends its settings, and brings the address of `origin` up to date. */
export async function ensureClone(clone: BareClone): Promise<void> {
  if (!(await isPresent(join(clone.gitDir, 'HEAD')))) await makeClone(clone);
  else await mendSettings(clone);
  await nameOrigin(clone);
}

/**
 * Reads every branch of the remote into `refs/remotes/origin/`, and forgets deleted ones.
 * @throws GIT_FAILED when the remote cannot be read
 */
export async function fetchBranches(clone: BareClone, signal?: AbortSignal): Promise<void> {
  // The URL is given each time, so that a credential in it is never written to the clone.
  const args = ['fetch', '--quiet', '--prune', '--force', clone.url, ALL_BRANCHES];
  const options = { cwd: clone.gitDir, timeoutMs: NETWORK_TIMEOUT_MS, signal };
  for (let attempt = 1; attempt <= MAX_FETCH_TRIES; attempt += 1) {
    try {
      await clone.git(args, options);
      return;
    } catch (error) {
      if (attempt === MAX_FETCH_TRIES || isTimeout(error)) throw error;
    }
  }
}

/** The commit a ref points at, or null when there is no such ref. */
export async function resolveRef(clone: BareClone, ref: string): Promise<string | null> {
  const { exitCode, stdout } = await clone.git(
    ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`],
    { cwd: clone.gitDir, acceptedCodes: [0, 1] },
  );
  return exitCode === 0 ? stdout : null;
}

// Made aside and moved into place: a crash leaves no half clone, and of two processes one wins.
async function makeClone({ git, gitDir }: BareClone): Promise<void> {
  await mkdir(dirname(gitDir), { recursive: true });
  const aside = await mkdtemp(join(dirname(gitDir), `.${basename(gitDir)}-${ownFolderMark()}-`));
  try {
    await git(['init', '--quiet', '--bare', aside]);
    await git(['config', 'remote.origin.fetch', ALL_BRANCHES], { cwd: aside });
    // An agent's commits must not start a collector that leaves its process group.
    await git(['config', 'gc.auto', '0'], { cwd: aside });
    await git(['config', 'maintenance.auto', 'false'], { cwd: aside });
    await rename(aside, gitDir);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (!(await isPresent(join(gitDir, 'HEAD')))) throw error;
  }
}

async function nameOrigin({ git, gitDir, url }: BareClone): Promise<void> {
  const wanted = withoutCredentials(url);
  const asked = ['config', '--get', 'remote.origin.url'];
  const { stdout } = await git(asked, { cwd: gitDir, acceptedCodes: [0, 1] });
  if (stdout !== wanted) await git(['config', 'remote.origin.url', wanted], { cwd: gitDir });
}

function isTimeout(error: unknown): boolean {
  return hasCode(error, 'GIT_FAILED') && error.details['isTimedOut'] === true;
}

function withoutCredentials(url: string): string {
  return url.replace(/^(https?:\/\/)[^/]*@/i, '$1');
}

function isPresent(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
