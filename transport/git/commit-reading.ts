// Questions about commits that are already in the clone.
// It must never change a ref, nor reach for the remote.
import type { BareClone } from './bare-clone.ts';

export interface FileAtCommit {
  sizeBytes: number;
  /** The text, or null when the file is larger than what was asked for. */
  content: string | null;
}

/** True when `older` is part of the history of `newer`. Unknown commits are part of nothing. */
export async function isAncestor(
  { git, gitDir }: BareClone,
  older: string,
  newer: string,
): Promise<boolean> {
  const { exitCode } = await git(['merge-base', '--is-ancestor', older, newer], {
    cwd: gitDir,
    acceptedCodes: [0, 1, 128],
  });
  return exitCode === 0;
}

/** The commit two histories have in common last; null when they have none. */
export async function mergeBase(
  { git, gitDir }: BareClone,
  one: string,
  other: string,
): Promise<string | null> {
  const options = { cwd: gitDir, acceptedCodes: [0, 1] };
  const { exitCode, stdout } = await git(['merge-base', one, other], options);
  return exitCode === 0 ? stdout : null;
}

/** True when `sha` holds a commit that is not in the history of `since`. */
export async function hasCommitsSince(
  { git, gitDir }: BareClone,
  since: string,
  sha: string,
): Promise<boolean> {
  const { stdout } = await git(['rev-list', '--max-count=1', sha, `^${since}`], { cwd: gitDir });
  return stdout !== '';
}

/** Reads a regular file of a commit; null when there is none. Links and folders are none. */
export async function fileAt(
  { git, gitDir }: BareClone,
  sha: string,
  { path, maxBytes }: { path: string; maxBytes: number },
): Promise<FileAtCommit | null> {
  const args = ['ls-tree', '-l', '-z', '--full-tree', sha, '--', path];
  const { stdout } = await git(args, { cwd: gitDir });
  const [mode = '', type, oid = '', size] = stdout.split('\t')[0]?.split(/ +/) ?? [];
  if (type !== 'blob' || !mode.startsWith('100')) return null;
  const sizeBytes = Number(size);
  if (sizeBytes > maxBytes) return { sizeBytes, content: null };
  const blob = await git(['cat-file', 'blob', oid], { cwd: gitDir });
  return { sizeBytes, content: blob.stdout };
}

/** True when the file differs between two commits, or is in one of them only. */
export async function isChangedBetween(
  { git, gitDir }: BareClone,
  commits: { older: string; newer: string },
  path: string,
): Promise<boolean> {
  const { exitCode } = await git(
    ['diff', '--quiet', '--no-ext-diff', '--no-textconv', commits.older, commits.newer, '--', path],
    { cwd: gitDir, acceptedCodes: [0, 1] },
  );
  return exitCode === 1;
}
