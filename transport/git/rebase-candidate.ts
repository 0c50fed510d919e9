// Puts the commits of one item on top of the base in memory, one by one and without its merges.
// It must never lose what a merge of the branch has settled, and never make other commits of the same heads.
import { type Built, latestDate, STAND_IN, type TrialMember } from './merge-candidate.ts';
import { squashMessage } from './merge-message.ts';
import type { MergeRoom } from './merge-room.ts';
import { mergeTrees } from './tree-merge.ts';

/** More commits than these land as one. */
const MAX_REPLAYED = 200;

interface Replay {
  room: MergeRoom;
  baseSha: string;
  member: TrialMember;
  /** When all of it is committed, as git reads it. */
  date: string;
  signal: AbortSignal | undefined;
}

interface Tip {
  sha: string;
  treeSha: string;
}

/**
 * Rebases the item. Where that gives other files than a merge of the branch as a whole, because one of its own
 * merges has settled a conflict or was added to, one commit with the files of the whole stands for all of it.
 * A commit that brings nothing to the base is left out; the candidate is null when none is left.
 * @throws GIT_FAILED
 */
export async function buildRebase(
  room: MergeRoom,
  given: { baseSha: string; member: TrialMember; signal?: AbortSignal | undefined },
): Promise<Built> {
  const { baseSha, member, signal } = given;
  const { item, headSha } = member;
  const date = await latestDate(room, [baseSha, headSha]);
  const replay = { room, baseSha, member, date, signal };
  const whole = await mergeTrees(room, { ours: baseSha, theirs: headSha, signal });
  const rebased = await replayed(replay);
  const isSame = whole.kind === 'conflict' || rebased?.treeSha === whole.treeSha;
  if (rebased !== null && isSame) return builtOf(replay, rebased);
  if (whole.kind === 'merged') return builtOf(replay, await squashed(replay, whole.treeSha));
  const { paths, count } = whole;
  const conflict = { item, headSha, with: 'base' as const, paths, count };
  return { candidate: null, merged: [], conflicts: [conflict] };
}

function builtOf({ baseSha, member }: Replay, tip: Tip): Built {
  const candidate = tip.sha === baseSha ? null : tip;
  return { candidate, merged: [member], conflicts: [] };
}

/** The commits on top of the base; null where one of them conflicts, or there are too many. */
async function replayed(replay: Replay): Promise<Tip | null> {
  const { room, baseSha, member, signal } = replay;
  const range = ['--right-only', '--cherry-pick', '--no-merges', `${baseSha}...${member.headSha}`];
  const order = ['rev-list', '--reverse', '--topo-order'];
  const { stdout } = await room.git([...order, ...range], { signal });
  const commits = stdout.split('\n').filter((line) => line !== '');
  if (commits.length > MAX_REPLAYED) return null;
  let tip: Tip = { sha: baseSha, treeSha: await treeOf(room, baseSha) };
  for (const commit of commits) {
    const next = await picked(replay, tip, commit);
    if (next === null) return null;
    tip = next;
  }
  return tip;
}

async function picked(replay: Replay, tip: Tip, commit: string): Promise<Tip | null> {
  const { room, date, signal } = replay;
  const asked = ['rev-parse', '--verify', '--quiet', `${commit}^`];
  const parent = await room.git(asked, { acceptedCodes: [0, 1] });
  if (parent.exitCode === 1) return null;
  const before = await treeOf(room, parent.stdout);
  const after = await treeOf(room, commit);
  if (parent.stdout === tip.sha) return { sha: commit, treeSha: after };
  // git merges from what two commits have in common: three stand-ins say what that is.
  const common = await room.commit({ ...STAND_IN, treeSha: before, parents: [] });
  const ours = await room.commit({ ...STAND_IN, treeSha: tip.treeSha, parents: [common] });
  const theirs = await room.commit({ ...STAND_IN, treeSha: after, parents: [common] });
  const outcome = await mergeTrees(room, { ours, theirs, signal });
  if (outcome.kind === 'conflict') return null;
  const { treeSha } = outcome;
  if (treeSha === tip.treeSha && before !== after) return tip;
  const { author, message } = await wordsOf(room, commit);
  return {
    treeSha,
    sha: await room.commit({ treeSha, parents: [tip.sha], message, date, author }),
  };
}

async function squashed({ room, baseSha, member, date }: Replay, treeSha: string): Promise<Tip> {
  if (treeSha === (await treeOf(room, baseSha))) return { sha: baseSha, treeSha };
  const { author } = await wordsOf(room, member.headSha);
  const message = squashMessage(member);
  return {
    treeSha,
    sha: await room.commit({ treeSha, parents: [baseSha], message, date, author }),
  };
}

/** Who wrote a commit, when, and its message. */
async function wordsOf(room: MergeRoom, sha: string) {
  const format = '--format=%an%x00%ae%x00%ad%x00%B';
  const show = ['show', '--no-patch', '--encoding=UTF-8', '--date=raw', format, sha];
  const { stdout } = await room.git(show);
  const [name = '', email = '', date = '', ...message] = stdout.split('\0');
  const author = { name: name || 'unknown', email: email || 'unknown', date: `@${date}` };
  return { author, message: message.join('\n').trimEnd() };
}

async function treeOf(room: MergeRoom, sha: string): Promise<string> {
  return (await room.git(['rev-parse', '--verify', `${sha}^{tree}`])).stdout;
}
