// The faults of the simulation by name, and the draws that decide when one strikes.
// It must never draw for a fault that is switched off: the others then strike as they would anyway.
import type { Prng } from '../support/prng.ts';
import { createPrng } from '../support/prng.ts';

/** Every kind of fault: what it does, and how likely it is where it may strike. */
export const FAULTS = {
  crash: { share: 0.6, rate: 0.006, says: 'a process dies before an operation, after it, or idle' },
  'lost-reply': { share: 0.6, rate: 0.02, says: 'an operation landed, its reply is never seen' },
  'lost-request': { share: 0.5, rate: 0.02, says: 'an operation never landed, as nobody can tell' },
  'late-write': { share: 0.6, rate: 0.02, says: 'an operation lands long after it was given up' },
  'stale-read': { share: 0.5, rate: 0.25, says: 'a scan, a history or a list shows the past' },
  duplicate: { share: 0.6, rate: 0.05, says: 'an ask, a job or a message is delivered twice' },
  reorder: {
    share: 0.6,
    rate: 0.1,
    says: 'asks overtake each other, jobs are handed out of order',
  },
  'mailbox-gap': { share: 0.5, rate: 0.04, says: 'a delivery is lost and the session ends' },
  'late-hint': { share: 0.5, rate: 0.3, says: 'a watch is late, or silent' },
  'late-timer': { share: 0.5, rate: 0.03, says: 'a timer fires up to 4 s late' },
  pause: { share: 0.6, rate: 0.0025, says: 'a process stops for longer than its lease' },
  skew: { share: 0.5, rate: 0.5, says: 'the clock of a process is up to 2 s off' },
  'split-view': { share: 0.5, rate: 0.3, says: 'two hosts serve one partition' },
  disconnect: { share: 0.4, rate: 0.0015, says: 'a connection breaks and comes back' },
  leave: { share: 0.4, rate: 0.003, says: 'a process is stopped in order and started anew' },
  restart: { share: 0.25, rate: 0.0006, says: 'the server restarts, un-synced writes are lost' },
  'failed-tool': { share: 0.5, rate: 0.06, says: 'git or the start of a command fails' },
  'unsynced-records': { share: 1, rate: 1, says: 'a restart loses the newest records, too' },
} as const;

export type FaultKind = keyof typeof FAULTS;

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];
/** Against the contract (`sync_interval: always`), so only on demand. */
export const DEFAULT_FAULTS = FAULT_KINDS.filter((kind) => kind !== 'unsynced-records');

export type FaultProfile = Readonly<Record<FaultKind, boolean>>;

export function profileOf(kinds: readonly FaultKind[]): FaultProfile {
  return Object.fromEntries(
    FAULT_KINDS.map((kind) => [kind, kinds.includes(kind)]),
  ) as FaultProfile;
}

export interface Faults {
  /** True when the fault strikes here and now; `factor` multiplies how likely that is. */
  strikes(kind: FaultKind, factor?: number): boolean;
  /** True when the profile and this seed have the fault at all. */
  has(kind: FaultKind): boolean;
  /** Nothing goes wrong any more. */
  end(): void;
  counts: Record<FaultKind, number>;
  /** For the sizes of faults: how long, how far, which. */
  prng: Prng;
}

const PACES = [0.3, 1, 1, 2.5];

/** Each seed has some of the faults, each at a pace of its own: many at once hide each other. */
export function createFaults(seed: number, profile: FaultProfile): Faults {
  const prng = createPrng(seed ^ 0x5eed);
  const rates = new Map<FaultKind, number>();
  for (const kind of FAULT_KINDS) {
    const isDrawn = prng.isLucky(FAULTS[kind].share);
    const pace = prng.pick(PACES);
    if (isDrawn && profile[kind]) rates.set(kind, FAULTS[kind].rate * pace);
  }
  const counts = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Faults['counts'];
  let isOver = false;
  return {
    counts,
    prng,
    has: (kind) => rates.has(kind),
    strikes(kind, factor = 1) {
      const rate = rates.get(kind);
      if (isOver || rate === undefined || !prng.isLucky(rate * factor)) return false;
      counts[kind] += 1;
      return true;
    },
    end() {
      isOver = true;
    },
  };
}
