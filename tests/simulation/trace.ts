// What happened in a run of the simulation, kept as small tuples and written out only when asked for.
// It must never decide anything: a run is the same with and without it.

/** When (simulated ms), who, what, on what, and how it ended. */
export type TraceLine = readonly [number, string, string, string, string | number];

export interface Trace {
  add(who: string, what: string, about: string, outcome?: string | number): void;
  /** The newest lines, oldest first, as text. */
  lines(): string[];
  /** Of everything so far, kept or not; 0 unless it was asked for. */
  digest(): number;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

export interface TraceOptions {
  nowMs: () => number;
  /** How many lines are kept. */
  kept: number;
  /** Digests every line: slower, and proof that two runs are the same. */
  isDigested: boolean;
}

export function createTrace({ nowMs, kept, isDigested }: TraceOptions): Trace {
  const ring: TraceLine[] = [];
  let at = 0;
  let digest = isDigested ? FNV_OFFSET : 0;
  return {
    add(who, what, about, outcome = '') {
      const line = [nowMs(), who, what, about, outcome] as const;
      ring[at] = line;
      at = (at + 1) % kept;
      if (isDigested) digest = digested(digest, line.join(' '));
    },
    lines: () => [...ring.slice(at), ...ring.slice(0, at)].map(textOf),
    digest: () => digest >>> 0,
  };
}

function textOf([atMs, who, what, about, outcome]: TraceLine): string {
  return `${atMs.toFixed(2).padStart(11)} ${who.padEnd(12)} ${what.padEnd(14)} ${about} ${outcome}`;
}

function digested(before: number, text: string): number {
  let hash = before;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  }
  return hash;
}
