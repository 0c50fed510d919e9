// An invariant of the simulated world that is checked on every record as it is stored.
import type { Landing } from './landing.ts';

export interface Rule {
  /** The rule, as a stranger can read it. */
  invariant: string;
  /** Does not hold where the server may lose stored records. */
  needsMemory?: boolean;
  /** What is wrong, or null. */
  broken(landing: Landing): string | null;
}
