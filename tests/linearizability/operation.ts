// What claimants did to a key and what they were told: the words of a recorded history.
// Types only.

/** Both on one monotonic clock, in milliseconds. */
interface Span {
  key: string;
  /** Who did it; for people who read a counterexample. */
  claimant: string;
  invokedMs: number;
  /** Infinity when the answer never came: the operation may take effect at any time, or never. */
  completedMs: number;
}

/** An answered reading. `revision` 0 and `value` null: the key does not exist. */
export interface ReadOperation extends Span {
  kind: 'read';
  revision: number;
  value: string | null;
}

export type CasOutcome = { outcome: 'won'; revision: number } | { outcome: 'lost' | 'unknown' };

/** A compare-and-set. Every `value` of a history must be written by one operation only. */
export interface CasOperation extends Span {
  kind: 'cas';
  expectedRevision: number;
  value: string;
  result: CasOutcome;
}

export type Operation = ReadOperation | CasOperation;
