// An event as it reaches an actor, whatever door it came through, and the reasons to refuse one.
// Time and ids come in here; machines have no other source of either.

/** `deadline` is the host itself, reporting that a time in the record has come. */
export type Door = 'tell' | 'ask' | 'mailbox' | 'deadline';

export interface ActorEvent {
  address: string;
  type: string;
  /** Recognises a repeat. 1 to 256 characters. */
  id: string;
  /** Server time, epoch milliseconds. */
  atMs: number;
  data: unknown;
  door: Door;
  /** Stream sequence of a mailbox message. */
  sequence?: number;
}

export const REFUSAL_REASONS = [
  'not-json',
  'unknown-type',
  'unknown-actor',
  'schema',
  'stale-epoch',
  'not-now',
  'too-large',
  'revision',
  'finished',
  'newer-version',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** What every machine sees of an event: its data, when it happened, and the revision it met. */
export type MachineEvent<Type extends string, Data> = {
  type: Type;
  data: Data;
  atMs: number;
  id: string;
  /** Revision of the record the event is decided on; 0 before the first. */
  revision: number;
  door: Door;
};
