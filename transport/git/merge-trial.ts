// Sorts the members of a trial by what has become of them, and makes a candidate of those that can be merged.
// It must never put into a candidate what the remote does not have.
import { OncewardError } from '../errors.ts';
import type { BareClone } from './bare-clone.ts';
import { baseHead, treeOf } from './base-line.ts';
import { isAncestor } from './commit-reading.ts';
import { type Built, buildMerge, type TrialConflict, type TrialMember } from './merge-candidate.ts';
import { inMergeRoom, type MergeRoom } from './merge-room.ts';
import { buildRebase } from './rebase-candidate.ts';

export interface PrepareOptions {
  /** In the order in which they are merged. The recorded heads count, not where the branches are by now. */
  members: readonly TrialMember[];
  /** `merge`: one commit for all of them. `rebase`: the commits of a single one, on top of the base. */
  method: 'merge' | 'rebase';
  /** The base to put them on, in place of its head: what was made before is made again. */
  baseSha?: string;
  signal?: AbortSignal;
}

export interface MemberHead {
  item: string;
  headSha: string;
}

export interface PreparedTrial {
  baseSha: string;
  baseTreeSha: string;
  /** Null when no member is left to be merged. */
  candidate: TrialCandidate | null;
  /** Those that the base holds already. */
  landed: MemberHead[];
  /** Those that are left out of this candidate. */
  conflicts: TrialConflict[];
  /** Those that are neither on the item's branch on the remote nor in the base. */
  missing: MemberHead[];
}

export interface TrialCandidate {
  sha: string;
  treeSha: string;
  /** With the commit that each of them lands as. */
  members: (MemberHead & { landsAs: string })[];
}

export interface TrialPlace {
  baseBranch: string;
  /** Where throw-away folders are made. */
  folder: string;
  branchOf(item: string): string;
}

/** Judges what the last fetch has brought. @throws GIT_FAILED */
export async function prepareTrial(
  clone: BareClone,
  place: TrialPlace,
  { members, method, signal, baseSha: given }: PrepareOptions,
): Promise<PreparedTrial> {
  if (method === 'rebase' && members.length > 1) {
    throw new OncewardError('GIT_FAILED', `one item at a time is rebased, not ${members.length}`);
  }
  const baseSha = given ?? (await baseHead(clone, place.baseBranch));
  const sorted = await sortedOut(clone, place, { members, baseSha });
  const { landed, missing } = sorted;
  const built = await inMergeRoom(clone, place.folder, async (room) => {
    await room.useAttributes(baseSha);
    return build(room, { baseSha, members: sorted.open, method, signal });
  });
  const { candidate, conflicts } = built;
  if (candidate !== null) await keep(clone, place.baseBranch, candidate.sha);
  // Merged, and yet no candidate: a rebase has found all of it in the base.
  const isNothingNew = candidate === null ? built.merged.map(headOf) : [];
  return {
    baseSha,
    baseTreeSha: (await treeOf(clone, baseSha)) ?? '',
    candidate: candidate === null ? null : { ...candidate, members: landing(built, candidate.sha) },
    landed: [...landed, ...isNothingNew],
    conflicts,
    missing,
  };
}

async function build(
  room: MergeRoom,
  given: {
    baseSha: string;
    members: readonly TrialMember[];
    method: 'merge' | 'rebase';
    signal: AbortSignal | undefined;
  },
): Promise<Built> {
  const [member] = given.members;
  if (given.method === 'merge' || member === undefined) return buildMerge(room, given);
  return buildRebase(room, { ...given, member });
}

async function sortedOut(
  clone: BareClone,
  { branchOf }: TrialPlace,
  { members, baseSha }: { members: readonly TrialMember[]; baseSha: string },
): Promise<{ open: TrialMember[]; landed: MemberHead[]; missing: MemberHead[] }> {
  const open: TrialMember[] = [];
  const landed: MemberHead[] = [];
  const missing: MemberHead[] = [];
  for (const member of members) {
    const { item, headSha } = member;
    const branch = `refs/remotes/origin/${branchOf(item)}`;
    if (await isAncestor(clone, headSha, baseSha)) landed.push(headOf(member));
    else if (await isAncestor(clone, headSha, branch)) open.push(member);
    else missing.push(headOf(member));
  }
  return { open, landed, missing };
}

/** Under a name, it outlives whatever an agent makes git clean up. */
async function keep(clone: BareClone, baseBranch: string, sha: string): Promise<void> {
  const args = ['update-ref', `refs/onceward/merge-candidate/${baseBranch}`, sha];
  await clone.mutex(() => clone.git(args, { cwd: clone.gitDir }));
}

function landing(built: Built, landsAs: string): TrialCandidate['members'] {
  return built.merged.map((member) => ({ ...headOf(member), landsAs }));
}

function headOf({ item, headSha }: MemberHead): MemberHead {
  return { item, headSha };
}
