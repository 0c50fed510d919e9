// Who looks on while a host works: counts, traces, tells people. Types only.
// Nothing that is done here may change what is decided, nor wait for anything.
import type { ActorEvent } from '../../machines/event.ts';
import type { ActorRecord } from '../../machines/record.ts';
import type { AuditEntry } from './audit-entry.ts';

/** The record an event met, and the one it made; null where there is none. */
export interface Observed {
  before: ActorRecord | null;
  /** Null unless the event was applied, and for the first time. */
  after: ActorRecord | null;
}

export interface Observer {
  /** Called once for each entry of the audit, before it is stored. It must not throw, and must take microseconds. */
  observe(entry: AuditEntry, observed: Observed): void;
  /** This host begins to serve a partition. */
  tookOver(partition: number): void;
  /** The trace context of an item that came without one; null where nothing is traced. */
  beginTrace(opening: ActorEvent): string | null;
}

/** Nobody looks on. */
export const NO_OBSERVER: Observer = {
  observe: () => {},
  tookOver: () => {},
  beginTrace: () => null,
};
