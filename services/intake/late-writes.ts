// Items whose tracker an earlier write may still change: by a process that died, or by a request that was given up.
// Once such a write can come no more, they are looked at again. It must never doubt what nobody can overtake.
import { hasCode } from '../../transport/errors.ts';

/**
 * A request that was left behind is carried out within this time or never: the kernel repeats what a dead process
 * has sent for about 100 s, in milliseconds.
 */
const LATE_MS = 120_000;

export interface LateWrites {
  /** The item was written; times are monotonic milliseconds. */
  noteWritten(item: string, nowMs: number): void;
  /** Whether the failed request may be carried out yet. */
  noteFailure(item: string, error: unknown): void;
  /** Those that are to be looked at again from now on; each is told once. */
  takeDue(nowMs: number): string[];
  /** When the next one is due; infinite when none is. */
  nextAtMs(): number;
}

/** @param beganAtMs when whoever wrote before may have stopped, monotonic milliseconds */
export function createLateWrites(beganAtMs: number): LateWrites {
  const dueAtMs = new Map<string, number>();
  const unanswered = new Set<string>();
  return {
    noteFailure(item, error) {
      if (hasCode(error, 'OUTSIDE_UNAVAILABLE')) unanswered.add(item);
    },
    noteWritten(item, nowMs) {
      if (!unanswered.delete(item) && nowMs >= beganAtMs + LATE_MS) return;
      dueAtMs.delete(item);
      dueAtMs.set(item, nowMs + LATE_MS);
    },
    takeDue(nowMs) {
      const due = [...dueAtMs].filter(([, atMs]) => atMs <= nowMs).map(([item]) => item);
      for (const item of due) dueAtMs.delete(item);
      return due;
    },
    nextAtMs() {
      // They stand in the order of their times.
      const [first = Number.POSITIVE_INFINITY] = dueAtMs.values();
      return first;
    },
  };
}
