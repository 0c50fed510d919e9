// The remote of a world with a merge queue: its base, the lease that fences pushes to it, and what is true of every
// tree: whether it is red, and whether it was ever tested. It must never take a push that compares wrongly.

import { hashOf } from '../../machines/partition.ts';
import { createPrng } from '../support/prng.ts';
import type { Forge } from './forge.ts';
import type { MergeShape } from './merge-shape.ts';
import type { World } from './world.ts';

export interface Member {
  item: string;
  headSha: string;
}

/** What merging members onto the base comes to, as a worker reports it. */
export interface Prepared {
  baseSha: string;
  baseTreeSha: string;
  candidate: { sha: string; treeSha: string; members: (Member & { landsAs: string })[] } | null;
  landed: Member[];
  conflicts: (Member & { with: 'base' | 'others'; paths: string[]; count: number })[];
  missing: Member[];
}

export type TestKind = 'pass' | 'product_fail' | 'infra_error';

export interface MergeRemote {
  baseSha(): string;
  /** Makes this token the newest, unless there is a newer one. */
  fence(token: number): 'fenced' | 'lost';
  isNewest(token: number): boolean;
  /** Onto the base of this moment, or onto this commit of it. */
  prepare(members: readonly Member[], onto?: string): Prepared;
  /** Tests a commit once: red for a reason, red without one, or broken off. */
  test(sha: string, by: 'gates' | 'checks'): TestKind;
  land(push: { token: number; baseSha: string; sha: string }): 'landed' | 'base-moved' | 'lost';
  observe(sha: string): { baseSha: string; isHeld: boolean; treeSha: string };
  /** Somebody else moves the base; `isSound` says that it is mended with that. */
  moveBase(isSound: boolean): void;
  /** Everything that is asked of this tree has passed. */
  isTested(sha: string): boolean;
  /** True of the tree of this commit, whatever tests have said. */
  isRed(sha: string): boolean;
  isRedTogether(baseSha: string, headSha: string): boolean;
  isOnBase(sha: string): boolean;
  /** This commit was red for no reason at least once, or an item of it was. */
  hasFlaked(sha: string): boolean;
}

export interface MergeRemoteOptions {
  forge: Forge;
  shape: MergeShape | null;
}

const STRANGER = 'stranger';
const NOTHING_WRONG: MergeShape = {
  ...{ redShare: 0, redPairShare: 0, conflictShare: 0, flakeShare: 0, faultShare: 0 },
  ...{ strangers: 0, redStrangerShare: 0, isChecked: false, isLeftAlone: false, isMeddled: false },
};

export function createMergeRemote(world: World, options: MergeRemoteOptions): MergeRemote {
  const { forge } = options;
  const shape = options.shape ?? NOTHING_WRONG;
  const prng = createPrng(world.seed ^ 0x7e57);
  const sound = new Set<string>();
  const flaked = new Set<string>();
  /** Trees that were seen to be green, by whom. */
  const green = { gates: new Set<string>(), checks: new Set<string>() };
  let newestToken = 0;

  const baseSha = () => forge.head(forge.baseBranch) ?? '';
  const treeSha = (sha: string) => treeOf(forge.worksIn(sha));
  /** What is drawn of commits is drawn of their names: it is the same whenever it is asked. */
  const isDrawn = (share: number, ...shas: string[]) =>
    hashOf([world.seed, ...shas.toSorted()].join()) / 2 ** 32 < share;
  const isRedWork = ([author, sha]: [string, string]) =>
    author === STRANGER
      ? !sound.has(sha) && isDrawn(shape.redStrangerShare, sha)
      : isDrawn(shape.redShare, sha);

  const areRed = (works: readonly [string, string][]): boolean =>
    works.some(isRedWork) ||
    works.some(([, one], at) =>
      works.slice(at + 1).some(([, other]) => {
        return (
          !sound.has(other) && !sound.has(one) && isDrawn(shape.redPairShare, 'pair', one, other)
        );
      }),
    );
  const isRed = (sha: string) => areRed([...forge.worksIn(sha)]);

  const isConflicting = (sha: string, head: string): boolean =>
    [...forge.worksIn(sha)].some(
      ([, one]) =>
        !forge.isAncestor(one, head) &&
        [...forge.worksIn(head)].some(
          ([, other]) =>
            !forge.isAncestor(other, sha) && isDrawn(shape.conflictShare, 'text', one, other),
        ),
    );

  const prepare = (members: readonly Member[], base = baseSha()): Prepared => {
    const found: Prepared = {
      ...{ baseSha: base, baseTreeSha: treeSha(base), candidate: null },
      ...{ landed: [], conflicts: [], missing: [] },
    };
    const merged: Member[] = [];
    for (const member of members) {
      const { item, headSha } = member;
      const branch = forge.head(`onceward/${item}`);
      const isWith = (sha: string) => isConflicting(sha, headSha);
      const conflict = { ...member, paths: ['a.txt'], count: 1 };
      if (forge.isAncestor(headSha, base)) found.landed.push(member);
      else if (branch === null || !forge.isAncestor(headSha, branch)) found.missing.push(member);
      else if (isWith(base)) found.conflicts.push({ ...conflict, with: 'base' });
      else if (merged.some((other) => isWith(other.headSha))) {
        found.conflicts.push({ ...conflict, with: 'others' });
      } else merged.push(member);
    }
    if (merged.length === 0) return found;
    const sha = forge.merge([base, ...merged.map(({ headSha }) => headSha)]);
    const landing = merged.map((member) => ({ ...member, landsAs: sha }));
    return { ...found, candidate: { sha, treeSha: treeSha(sha), members: landing } };
  };

  const test = (sha: string, by: 'gates' | 'checks'): TestKind => {
    if (prng.isLucky(shape.faultShare)) return 'infra_error';
    const isFlake = prng.isLucky(shape.flakeShare);
    if (isFlake && !isRed(sha)) for (const work of forge.worksIn(sha).values()) flaked.add(work);
    if (isFlake || isRed(sha)) return 'product_fail';
    green[by].add(treeSha(sha));
    return 'pass';
  };

  const isTested = (sha: string): boolean => {
    const tree = treeSha(sha);
    return green.gates.has(tree) && (!shape.isChecked || green.checks.has(tree));
  };

  const judgeLanding = (sha: string, token: number): void => {
    if (world.isForgetful) return;
    world.checked('only what was tested as it is becomes the base');
    if (!isTested(sha) || isRed(sha)) {
      const message = `${sha} was landed, which is ${isRed(sha) ? 'red' : 'green'}, and untested`;
      world.violate('only what was tested as it is becomes the base', message);
    }
    world.checked('nobody lands once a newer holder has begun');
    if (token < newestToken) {
      const message = `token ${token} has landed ${sha}, the newest is ${newestToken}`;
      world.violate('nobody lands once a newer holder has begun', message);
    }
  };

  return {
    ...{ baseSha, prepare, test, isRed, isTested },
    isNewest: (token) => token === newestToken,
    fence(token) {
      if (token < newestToken) return 'lost';
      newestToken = token;
      return 'fenced';
    },
    land({ token, baseSha: expected, sha }) {
      if (forge.isAncestor(sha, baseSha())) return 'landed';
      if (token !== newestToken) return 'lost';
      if (baseSha() !== expected) return 'base-moved';
      judgeLanding(sha, token);
      forge.push(forge.baseBranch, sha);
      world.trace.add('remote', 'landed', sha, token);
      return 'landed';
    },
    observe: (sha) => ({
      ...{ baseSha: baseSha(), isHeld: forge.isAncestor(sha, baseSha()), treeSha: treeSha(sha) },
    }),
    moveBase(isSound) {
      const sha = forge.commit(baseSha(), null, STRANGER);
      if (isSound) sound.add(sha);
      forge.push(forge.baseBranch, sha);
      world.trace.add('remote', 'base moved', sha, isRed(sha) ? 'red' : 'green');
    },
    isRedTogether: (base, head) => areRed([...forge.worksIn(base, head)]),
    isOnBase: (sha) => forge.isAncestor(sha, baseSha()),
    hasFlaked: (sha) => [...forge.worksIn(sha).values()].some((work) => flaked.has(work)),
  };
}

/** A name for what is in a tree: the same works make the same one. */
function treeOf(works: ReadonlyMap<string, string>): string {
  const text = [...works.values()].toSorted().join();
  return [1, 2, 3, 4, 5]
    .map((part) => hashOf(`${part}${text}`).toString(16).padStart(8, '0'))
    .join('');
}
