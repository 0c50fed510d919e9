// What was found in the audit before, for a process that is asked the same again and again: it reads on from there.
// It must never keep more than a few stretches, nor one that lacks what was newest.

export interface Remembered<Found> {
  /** Oldest first. */
  found: readonly Found[];
  /** What was left out, in words. */
  notes: readonly string[];
  /** Of the newest message that was looked at. */
  upToSequence: number;
}

export interface AuditMemory {
  /** Null when it is not known, or no more. */
  recall<Found>(name: string): Remembered<Found> | null;
  keep<Found>(name: string, stretch: Remembered<Found>): void;
}

/** Of all stretches together; about 30 MB of the largest entries. The longest unused go first. */
const MAX_FOUND = 30_000;
const MAX_STRETCHES = 64;

export function createAuditMemory(maxFound = MAX_FOUND): AuditMemory {
  // A map keeps the order in which its keys came: out and in again is used last.
  const kept = new Map<string, Remembered<unknown>>();
  let total = 0;

  const forget = (name: string) => {
    total -= kept.get(name)?.found.length ?? 0;
    kept.delete(name);
  };
  const keep = (name: string, stretch: Remembered<unknown>) => {
    forget(name);
    // It alone would leave no room for any other.
    if (stretch.found.length > maxFound) return;
    kept.set(name, stretch);
    total += stretch.found.length;
    for (const [oldest] of kept) {
      if (total <= maxFound && kept.size <= MAX_STRETCHES) return;
      forget(oldest);
    }
  };
  return {
    recall<Found>(name: string) {
      const stretch = kept.get(name);
      if (stretch === undefined) return null;
      keep(name, stretch);
      return stretch as Remembered<Found>;
    },
    keep,
  };
}
