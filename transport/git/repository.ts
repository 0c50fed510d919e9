// The git side of a project: one bare clone on this machine, and a working folder for each item.
// It must never let two pieces of work in one process write into the same clone at once.
import { join, resolve } from 'node:path';
import { condemn } from '../disk/condemned.ts';
import { type BareClone, ensureClone, fetchBranches, resolveRef } from './bare-clone.ts';
import { type Pushed, pushBranch } from './branch-push.ts';
import { type CleanCheckout, makeCleanCheckout } from './clean-checkout.ts';
import * as reading from './commit-reading.ts';
import { containedPath } from './contained-path.ts';
import type { Git } from './git.ts';
import { createLanding, type Landing } from './landing.ts';
import { createMutex, type Mutex } from './mutex.ts';
import { assertOwnFolders } from './own-folders.ts';
import { hasOwnWork, hasUnlandedWork, type OwnWorkOptions } from './own-work.ts';
import * as listing from './tree-listing.ts';
import { forgetWorktree, openWorktree, removeWorktree, type Worktree } from './worktree.ts';
import {
  type WorktreeFacts,
  type WorktreeHeads,
  worktreeFacts,
  worktreeHeads,
} from './worktree-facts.ts';

/** Every method but `worktreePath` throws GIT_FAILED when git does, PATH_REFUSED for a bad name. */
export interface Repository {
  readonly baseBranch: string;
  /** Absolute path of the clone, in which the working folders keep their history. */
  readonly gitDir: string;
  /** What a merge queue does with the base branch. */
  readonly landing: Landing;
  ensureClone(): Promise<void>;
  /** Brings the clone up to date with the remote, making it first where needed. */
  fetch(signal?: AbortSignal): Promise<void>;
  /** Head of a branch on the remote, as of the last fetch or push; null when it is not there. */
  remoteHead(branch: string): Promise<string | null>;
  worktreePath(item: string): string;
  /**
   * Fetches, then sets the item's folder and branch to what the remote has, with the base merged into it
   * unless that is not wanted. Defaults to `merge`.
   */
  openWorktree(item: string, options?: { catchUp?: 'merge' | 'none' }): Promise<Worktree>;
  removeWorktree(item: string): Promise<void>;
  /** Where the item's folder and local branch stand. Fetches nothing, and looks at no file. */
  worktreeHeads(item: string): Promise<WorktreeHeads>;
  /** What would be lost with the item's folder and local branch. Fetches nothing. */
  worktreeFacts(item: string): Promise<WorktreeFacts>;
  /**
   * Removes the item's folder, whole or not at all, and its local branch. The remote is left alone, and
   * the commits stay in the clone under their names.
   */
  discardWorktree(item: string): Promise<void>;
  /** Head of the item's local branch; null when there is none. */
  headSha(item: string): Promise<string | null>;
  /** Publishes the item's branch, verified by reading it back. Repeating it is harmless. */
  pushBranch(
    item: string,
    options: { expectedSha: string | null; signal?: AbortSignal },
  ): Promise<Pushed>;
  /** Exactly the files of a commit, in a throw-away folder. */
  cleanCheckout(sha: string): Promise<CleanCheckout>;
  /** True when `sha` is in the history of `descendant` (a commit), as the clone knows it. */
  isAncestor(sha: string, descendant: string): Promise<boolean>;
  hasCommitsSince(since: string, sha: string): Promise<boolean>;
  /** True when `sha` holds a commit that is not in `baseSha`, other than mere catch-ups with the base. */
  hasUnlandedWork(sha: string, baseSha: string): Promise<boolean>;
  /** True when `sha` holds work since then, other than what a catch-up with the base has brought. */
  hasOwnWork(sha: string, options: OwnWorkOptions): Promise<boolean>;
  fileAt(
    sha: string,
    file: { path: string; maxBytes: number },
  ): Promise<reading.FileAtCommit | null>;
  isChangedBetween(commits: { older: string; newer: string }, path: string): Promise<boolean>;
  /** Where two commits parted; null when they have no history in common. */
  mergeBase(one: string, other: string): Promise<string | null>;
  /** What a commit holds below a folder, sorted; null when that is too much to be listed. */
  filesUnder(sha: string, place: listing.ListedPlace): Promise<listing.TreeEntry[] | null>;
  /** What a commit changed since another, sorted; null when that is too much to be listed. */
  changesBetween(older: string, newer: string): Promise<listing.Change[] | null>;
  /** The contents of many files of up to 64 KiB at once, as text, by their object ids. */
  contentsOf(oids: readonly string[]): Promise<Map<string, string>>;
  /** Which of these paths are a file or a folder of the commit. */
  existing(sha: string, paths: readonly string[]): Promise<Set<string>>;
}

export interface RepositoryOptions {
  project: string;
  /** URL or absolute path of the remote. */
  url: string;
  baseBranch: string;
}

export interface Repositories {
  /** Names a repository; nothing is read or written yet. */
  open(options: RepositoryOptions): Repository;
}

/** The branch of an item: `onceward/<item>`. */
export function branchOf(item: string): string {
  return `onceward/${item}`;
}

/** All repositories below one state directory. One instance for each process. */
export function createRepositories({
  git,
  stateDir,
}: {
  git: Git;
  stateDir: string;
}): Repositories {
  const mutexes = new Map<string, Mutex>();
  return {
    open(options) {
      const gitDir = `${containedPath(join(stateDir, 'repositories'), options.project)}.git`;
      const mutex = mutexes.get(gitDir) ?? createMutex();
      mutexes.set(gitDir, mutex);
      const clone = { git, gitDir, url: options.url, mutex };
      return repositoryOf(clone, { ...options, stateDir: resolve(stateDir) });
    },
  };
}

function repositoryOf(
  clone: BareClone,
  { project, baseBranch, stateDir }: RepositoryOptions & { stateDir: string },
): Repository {
  const worktreePath = (item: string) => containedPath(join(stateDir, 'worktrees'), project, item);
  const refresh = async (signal?: AbortSignal) => {
    await ensureClone(clone);
    await fetchBranches(clone, signal);
  };
  return {
    baseBranch,
    gitDir: clone.gitDir,
    landing: createLanding(clone, { baseBranch, folder: join(stateDir, 'checkouts'), branchOf }),
    ensureClone: () => clone.mutex(() => ensureClone(clone)),
    fetch: (signal) => clone.mutex(() => refresh(signal)),
    remoteHead: (branch) => resolveRef(clone, `refs/remotes/origin/${branch}`),
    worktreePath,
    async openWorktree(item, { catchUp = 'merge' } = {}) {
      const place = { path: worktreePath(item), branch: branchOf(item), baseBranch, catchUp };
      return clone.mutex(async () => {
        await refresh();
        await assertOwnFolders(stateDir, place.path);
        return openWorktree(clone, place);
      });
    },
    async removeWorktree(item) {
      const path = worktreePath(item);
      await clone.mutex(async () => {
        await assertOwnFolders(stateDir, path);
        await removeWorktree(clone, path);
      });
    },
    worktreeHeads: (item) => {
      const place = { path: worktreePath(item), branch: branchOf(item) };
      return clone.mutex(() => worktreeHeads(clone, place));
    },
    worktreeFacts: (item) => {
      const place = { path: worktreePath(item), branch: branchOf(item) };
      return clone.mutex(() => worktreeFacts(clone, place));
    },
    async discardWorktree(item) {
      const path = worktreePath(item);
      await clone.mutex(async () => {
        await condemn(stateDir, path);
        await forgetWorktree(clone, branchOf(item));
      });
    },
    headSha: (item) => resolveRef(clone, `refs/heads/${branchOf(item)}`),
    pushBranch: (item, options) => pushBranch(clone, { ...options, branch: branchOf(item) }),
    cleanCheckout: (sha) => makeCleanCheckout(clone, join(stateDir, 'checkouts'), sha),
    isAncestor: (sha, descendant) => reading.isAncestor(clone, sha, descendant),
    hasCommitsSince: (since, sha) => reading.hasCommitsSince(clone, since, sha),
    hasUnlandedWork: (sha, baseSha) => hasUnlandedWork(clone, sha, baseSha),
    hasOwnWork: (sha, options) => hasOwnWork(clone, sha, options),
    fileAt: (sha, file) => reading.fileAt(clone, sha, file),
    isChangedBetween: (commits, path) => reading.isChangedBetween(clone, commits, path),
    mergeBase: (one, other) => reading.mergeBase(clone, one, other),
    filesUnder: (sha, place) => listing.filesUnder(clone, sha, place),
    changesBetween: (older, newer) => listing.changesBetween(clone, older, newer),
    contentsOf: (oids) => listing.contentsOf(clone, oids),
    existing: (sha, paths) => listing.existing(clone, sha, paths),
  };
}
