// Merges two commits without a working folder, and says which paths conflict.
// It must never move a ref.
import type { MergeRoom } from './merge-room.ts';

export type TreeMerge =
  | { kind: 'merged'; treeSha: string }
  /** `paths` in git's order, at most 100; none where the two have no commit in common. */
  | { kind: 'conflict'; paths: string[]; count: number };

const MAX_PATHS = 100;
/** A merge of very many files, in milliseconds. */
const MERGE_TIMEOUT_MS = 300_000;

/** @throws GIT_FAILED when git cannot merge for another reason than a conflict */
export async function mergeTrees(
  room: MergeRoom,
  { ours, theirs, signal }: { ours: string; theirs: string; signal?: AbortSignal | undefined },
): Promise<TreeMerge> {
  const limits = { acceptedCodes: [0, 1], timeoutMs: MERGE_TIMEOUT_MS, signal };
  const related = await room.git(['merge-base', ours, theirs], limits);
  if (related.exitCode === 1) return { kind: 'conflict', paths: [], count: 0 };
  const args = ['merge-tree', '--write-tree', '--no-messages', '--name-only', '-z', ours, theirs];
  const { exitCode, stdout } = await room.git(args, limits);
  const [treeSha = '', ...paths] = stdout.split('\0').filter((text) => text !== '');
  if (exitCode === 0) return { kind: 'merged', treeSha };
  return { kind: 'conflict', paths: paths.slice(0, MAX_PATHS), count: paths.length };
}
