// What a stream tells of a record: its state, since when, and the event it came by.
// It must never tell more: a reader that wants the rest asks for it.
import { stateName } from '../../machines/record.ts';
import type { Entry } from '../../transport/ports.ts';
import { decodeEntry } from '../actors/record-cache.ts';

/** `newer` or `corrupt` stands in the place of the state of what cannot be read. */
export function recordOutline(entry: Entry): object {
  const loaded = decodeEntry(entry);
  if (loaded.status !== 'stored') return { state: loaded.status, sinceMs: null, event: null };
  const { state, sinceMs, event } = loaded.stored.record;
  return { state: stateName(state), sinceMs, event: { type: event.type, atMs: event.atMs } };
}
