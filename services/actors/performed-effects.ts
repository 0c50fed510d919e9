// Which effects this host has performed of those that still stand in a record: a commit drops them from the
// outbox, and until then they must not be performed again.
import { effectId, type PendingEffect } from '../../machines/effect.ts';

export interface PerformedEffects {
  add(address: string, id: string): void;
  has(address: string, id: string): boolean;
  /** Keeps only what the record still carries. */
  prune(address: string, outbox: readonly PendingEffect[]): void;
  /** The record is gone, and with it every effect of it. */
  forget(address: string): void;
}

export function createPerformedEffects(): PerformedEffects {
  const performed = new Map<string, Set<string>>();
  return {
    add(address, id) {
      performed.set(address, (performed.get(address) ?? new Set()).add(id));
    },
    has: (address, id) => performed.get(address)?.has(id) ?? false,
    prune(address, outbox) {
      const known = performed.get(address);
      if (known === undefined) return;
      const carried = new Set(outbox.map((p) => effectId(address, p.revision ?? 0, p)));
      for (const id of known) if (!carried.has(id)) known.delete(id);
      if (known.size === 0) performed.delete(address);
    },
    forget: (address) => void performed.delete(address),
  };
}
