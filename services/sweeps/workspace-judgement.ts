// Decides what becomes of the folders of one item. It only decides: janitor.ts acts.
// It must never let anything go without a proof that its work has landed.
import type { ItemLife } from './item-life.ts';

/** What is there of an item below the state directory. */
export interface ItemFolders {
  hasWorktree: boolean;
  /** The folders of its runs, and the HOME of its commands. */
  hasRuns: boolean;
  hasLogs: boolean;
}

/**
 * Looked up for a finished item that is `done`: `landed` when nothing in its heads is missing in the base, on
 * the remote, after a fetch.
 */
export type LandingProof =
  | { outcome: 'landed' }
  | { outcome: 'not-landed'; headSha: string }
  | { outcome: 'head-unknown' }
  | { outcome: 'remote-unread'; message: string };

export const KEPT_REASONS = [
  'active',
  'unknown',
  'unreadable',
  'not-discarded',
  'not-landed',
  'head-unknown',
  'remote-unread',
  'remove-failed',
  'logs-only',
] as const;

export type KeptReason = (typeof KEPT_REASONS)[number];

export interface Judgement {
  isWorkspaceRemoved: boolean;
  areLogsRemoved: boolean;
  /** Why something is kept; null when nothing is. */
  kept: { reason: KeptReason; detail: string } | null;
}

/** True when only a look at the repository can tell whether the workspace may go. */
export function needsProof(life: ItemLife, { hasWorktree, hasRuns }: ItemFolders): boolean {
  return life.status === 'finished' && life.state === 'done' && (hasWorktree || hasRuns);
}

/** @param proof null where none was needed */
export function judgeWorkspace(
  { life, folders, proof }: { life: ItemLife; folders: ItemFolders; proof: LandingProof | null },
  { nowMs, logMaxAgeMs }: { nowMs: number; logMaxAgeMs: number },
): Judgement {
  if (life.status === 'active') return keepAll('active', life.state);
  if (life.status === 'unknown') return keepAll('unknown', 'no record, and none in the archive');
  if (life.status === 'unreadable') return keepAll('unreadable', life.message);
  const areLogsRemoved = folders.hasLogs && nowMs - life.endedAtMs >= logMaxAgeMs;
  const hasWorkspace = folders.hasWorktree || folders.hasRuns;
  const held = hasWorkspace ? heldBy(life.state, proof) : null;
  if (held !== null) return { isWorkspaceRemoved: false, areLogsRemoved, kept: held };
  const isLogKept = folders.hasLogs && !areLogsRemoved;
  const kept = isLogKept ? { reason: 'logs-only' as const, detail: life.state } : null;
  return { isWorkspaceRemoved: hasWorkspace, areLogsRemoved, kept };
}

function heldBy(state: string, proof: LandingProof | null): Judgement['kept'] {
  if (state !== 'done') return { reason: 'not-discarded', detail: state };
  if (proof === null) return { reason: 'head-unknown', detail: 'no proof was looked for' };
  if (proof.outcome === 'landed') return null;
  const detail = {
    'not-landed': 'headSha' in proof ? proof.headSha : '',
    'head-unknown': 'the worktree cannot be read as one of ours',
    'remote-unread': 'message' in proof ? proof.message : '',
  }[proof.outcome];
  return { reason: proof.outcome, detail };
}

function keepAll(reason: KeptReason, detail: string): Judgement {
  return { isWorkspaceRemoved: false, areLogsRemoved: false, kept: { reason, detail } };
}
