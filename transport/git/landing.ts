// The git side of a merge queue: candidates are made in memory, and landed by a compare-and-set on the base.
// It must never move the base but forward, from the commit it was tested on, and while the lease is held.
import { type BareClone, ensureClone } from './bare-clone.ts';
import { type LandOptions, land } from './base-landing.ts';
import { baseHead, isHeld, refresh, treeOf } from './base-line.ts';
import { candidateBranch, fence, publish } from './merge-publishing.ts';
import { type PreparedTrial, type PrepareOptions, prepareTrial } from './merge-trial.ts';

export interface Landing {
  /** Where CI sees candidates: `onceward-merge/<base>`. */
  readonly candidateBranch: string;
  /**
   * Makes this token the newest on the remote: whoever holds an older one can push nothing any more.
   * Repeating it is harmless.
   * @throws LEASE_LOST when the remote knows a newer one, GIT_FAILED
   */
  fence(token: number, signal?: AbortSignal): Promise<void>;
  /**
   * Fetches, and puts the members onto the base in their order. Pushes nothing. The same base, heads and titles
   * give the same commit, whoever makes it.
   * @throws GIT_FAILED, also for several members with method `rebase`
   */
  prepare(options: PrepareOptions): Promise<PreparedTrial>;
  /**
   * Puts a candidate at its branch, where CI sees it. Repeating it is harmless.
   * @throws LEASE_LOST unless the lease is this token's, GIT_FAILED
   */
  publish(options: { token: number; sha: string; signal?: AbortSignal }): Promise<void>;
  /**
   * Moves the base from exactly one commit to exactly another, and the branches of items with it, or nothing.
   * Repeating it is harmless: what has landed is `landed`. A push without an answer is read back.
   * @throws LEASE_LOST unless the lease is this token's, GIT_FAILED when the remote refuses, is unreachable, or
   * a branch of an item has moved
   */
  land(options: LandOptions): Promise<'landed' | 'base-moved'>;
  /** What a fetch shows. @throws GIT_FAILED */
  observe(sha: string, signal?: AbortSignal): Promise<Observed>;
}

export interface Observed {
  /** Head of the base branch on the remote. */
  baseSha: string;
  /** True when a merge is on the first-parent line of the base, any other commit when it is in the base at all. */
  isHeld: boolean;
  /** Null when the clone does not have the commit. */
  treeSha: string | null;
}

export interface LandingPlace {
  baseBranch: string;
  /** Where throw-away folders are made. */
  folder: string;
  branchOf(item: string): string;
}

/** The landing on one base branch. Nothing is read or written yet. */
export function createLanding(clone: BareClone, place: LandingPlace): Landing {
  const { baseBranch } = place;
  const prepared = () => clone.mutex(() => ensureClone(clone));
  return {
    candidateBranch: candidateBranch(baseBranch),
    async fence(token, signal) {
      await prepared();
      await fence(clone, { baseBranch, token, signal });
    },
    async prepare(options) {
      await refresh(clone, options.signal);
      return prepareTrial(clone, place, options);
    },
    async publish(options) {
      await prepared();
      await publish(clone, { ...options, baseBranch });
    },
    async land(options) {
      await prepared();
      return land(clone, place, options);
    },
    async observe(sha, signal) {
      await refresh(clone, signal);
      const baseSha = await baseHead(clone, baseBranch);
      const treeSha = await treeOf(clone, sha);
      return { baseSha, isHeld: await isHeld(clone, sha, baseSha), treeSha };
    },
  };
}
