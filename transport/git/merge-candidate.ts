// Merges items onto the base in memory, by one commit: the base is its first parent, the items are the others.
// It must never push, and never make another commit of the same base, heads and titles.

import { mergeMessage, type Titled } from './merge-message.ts';
import type { CommitDraft, MergeRoom } from './merge-room.ts';
import { mergeTrees } from './tree-merge.ts';

export interface TrialMember extends Titled {
  headSha: string;
}

export interface TrialConflict {
  item: string;
  headSha: string;
  /** `base`: with the base alone. `others`: only with members before it. */
  with: 'base' | 'others';
  /** In git's order, at most 100; none where there is no commit in common. */
  paths: string[];
  /** How many there are. */
  count: number;
}

export interface Built {
  /** Null when no member is left to be merged. */
  candidate: { sha: string; treeSha: string } | null;
  /** Those that the candidate holds, in their order. */
  merged: TrialMember[];
  conflicts: TrialConflict[];
}

export interface BuildOptions {
  baseSha: string;
  members: readonly TrialMember[];
  signal?: AbortSignal | undefined;
}

/** Of commits that are made to be merged with, and never published. */
export const STAND_IN = { message: 'stand-in', date: '946684800 +0000' };

/** Leaves out each member that conflicts. @throws GIT_FAILED */
export async function buildMerge(
  room: MergeRoom,
  { baseSha, members, signal }: BuildOptions,
): Promise<Built> {
  const merged: TrialMember[] = [];
  const conflicts: TrialConflict[] = [];
  // Each merge is a commit for the time being: what an earlier member has brought is no conflict of a later one.
  let tip = { sha: baseSha, treeSha: '' };
  for (const member of members) {
    const ours = { ours: tip.sha, theirs: member.headSha, signal };
    const outcome = await mergeTrees(room, ours);
    if (outcome.kind === 'conflict') {
      conflicts.push(await conflictOf(room, { member, outcome, baseSha, tipSha: tip.sha, signal }));
      continue;
    }
    merged.push(member);
    const { treeSha } = outcome;
    const parents = [tip.sha, member.headSha];
    tip = { treeSha, sha: await room.commit({ treeSha, parents, ...STAND_IN }) };
  }
  if (merged.length === 0) return { candidate: null, merged, conflicts };
  const heads = [...new Set(merged.map(({ headSha }) => headSha))];
  const date = await latestDate(room, [baseSha, ...heads]);
  const draft = { treeSha: tip.treeSha, parents: [baseSha, ...heads], date };
  return { candidate: await committed(room, draft, merged), merged, conflicts };
}

/** The latest of the dates at which these were committed, as git reads it. */
export async function latestDate(room: MergeRoom, commits: readonly string[]): Promise<string> {
  const { stdout } = await room.git(['show', '--no-patch', '--format=%ct', ...commits]);
  return `${Math.max(...stdout.split('\n').map(Number))} +0000`;
}

async function committed(
  room: MergeRoom,
  draft: Omit<CommitDraft, 'message'>,
  merged: readonly TrialMember[],
): Promise<{ sha: string; treeSha: string }> {
  const sha = await room.commit({ ...draft, message: mergeMessage(merged) });
  return { sha, treeSha: draft.treeSha };
}

async function conflictOf(
  room: MergeRoom,
  {
    member: { item, headSha },
    outcome,
    baseSha,
    tipSha,
    signal,
  }: {
    member: TrialMember;
    outcome: { paths: string[]; count: number };
    baseSha: string;
    tipSha: string;
    signal: AbortSignal | undefined;
  },
): Promise<TrialConflict> {
  const { paths, count } = outcome;
  if (tipSha === baseSha) return { item, headSha, with: 'base', paths, count };
  const alone = await mergeTrees(room, { ours: baseSha, theirs: headSha, signal });
  if (alone.kind === 'merged') return { item, headSha, with: 'others', paths, count };
  return { item, headSha, with: 'base', paths: alone.paths, count: alone.count };
}
