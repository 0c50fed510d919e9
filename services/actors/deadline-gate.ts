// Lets deadlines through to the actors of the partitions this host serves, and only after the mailbox has been
// read up to where it stood at the take-over: a claim that was sent in time must not be overtaken by a
// deadline that fell due while nobody was there.
import type { DueDeadline } from './deadlines.ts';

export interface DeadlineGate {
  /** Delivers, keeps for later, or drops what belongs to a partition of somebody else. */
  pass(partition: number, due: DueDeadline): void;
  /** Its mailbox has to be read first, after a take-over or a reconnection: keep what falls due. */
  hold(partition: number): void;
  /** Its mailbox has caught up: let through what was kept, and everything from now on. */
  open(partition: number): void;
  /** Somebody else's business again. */
  close(partition: number): void;
  /** Which partitions wait for their mailbox. */
  held(): number[];
}

export function createDeadlineGate(deliver: (due: DueDeadline) => void): DeadlineGate {
  /** What is kept of a partition; null once it is open. */
  const gates = new Map<number, DueDeadline[] | null>();
  return {
    pass(partition, due) {
      const kept = gates.get(partition);
      if (kept === null) deliver(due);
      else kept?.push(due);
    },
    hold(partition) {
      gates.set(partition, gates.get(partition) ?? []);
    },
    open(partition) {
      const kept = gates.get(partition);
      if (kept === undefined) return;
      gates.set(partition, null);
      for (const due of kept ?? []) deliver(due);
    },
    close: (partition) => void gates.delete(partition),
    held: () => [...gates].filter(([, kept]) => kept !== null).map(([partition]) => partition),
  };
}
