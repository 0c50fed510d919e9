// Which partitions this host serves: rendezvous hashing over the live hosts says which should be its own, and
// one change after the other makes it so. Two hosts may believe in the same partition; revisions decide.
import { ownerOf } from '../../machines/partition.ts';
import type { Clock } from '../../transport/ports.ts';
import type { Log } from './log.ts';
import type { Partition } from './partition.ts';

const RETRY_AFTER_MS = 1_000;
/** Longer than a host needs to let a partition go. */
const LOOK_AGAIN_AFTER_MS = 10_000;

export interface OwnershipOptions {
  identity: string;
  partitions: number;
  isOwnershipIgnored: boolean;
  clock: Clock;
  log: Log;
  /** Drops what is in hand of a partition that was let go. */
  forget: (partition: number) => void;
  /** Adopts every active record of these partitions. */
  takeOver: (partitions: ReadonlySet<number>) => Promise<void>;
  serve: (partition: number) => Partition;
}

export interface Ownership {
  has(partition: number): boolean;
  /** The partition while this host serves it. */
  get(partition: number): Partition | undefined;
  list(): number[];
  /** What should be its own, by the members it was told of last. */
  wanted(): number[];
  setMembers(hosts: readonly string[]): Promise<void>;
  /** Looks at all records again: something may have been written behind this host's back. */
  resync(): Promise<void>;
  stop(): Promise<void>;
}

export function createOwnership(options: OwnershipOptions): Ownership {
  const { identity, clock, log } = options;
  const owned = new Map<number, Partition>();
  let members: readonly string[] = [];
  let changes: Promise<void> = Promise.resolve();
  let isStopping = false;
  let cancelLook = () => {};

  const shouldOwn = (partition: number) =>
    options.isOwnershipIgnored || ownerOf(partition, members) === identity;

  const wanted = () => [...Array(options.partitions).keys()].filter(shouldOwn);

  const release = async (partition: number): Promise<void> => {
    await owned.get(partition)?.stop();
    owned.delete(partition);
    options.forget(partition);
  };

  const rebalance = async (isResync: boolean): Promise<void> => {
    const mine = wanted();
    const released = [...owned.keys()].filter((partition) => !mine.includes(partition));
    await Promise.all(released.map(release));
    const taken = mine.filter((partition) => !owned.has(partition));
    if (taken.length > 0) await options.takeOver(new Set(taken));
    for (const partition of isStopping ? [] : taken) owned.set(partition, options.serve(partition));
    if (taken.length > 0) lookAgain();
    // Afterwards: those work meanwhile, and nobody waits for what is only looked at again.
    const others = mine.filter((partition) => !taken.includes(partition));
    if (isResync && others.length > 0) await options.takeOver(new Set(others));
    if (taken.length > 0 || released.length > 0) {
      log.info({ taken, released, members: members.length }, 'partitions changed');
    }
  };

  /** Whoever let a partition go may have written a last record after we looked. */
  const lookAgain = () => {
    cancelLook();
    cancelLook = clock.after(LOOK_AGAIN_AFTER_MS, () => void change(true));
  };

  const attempt = (isResync: boolean) =>
    repeat(() => rebalance(isResync), { clock, log, isGivenUp: () => isStopping });

  const change = (isResync: boolean): Promise<void> => {
    changes = changes.then(() => attempt(isResync));
    return changes;
  };

  return {
    has: (partition) => owned.has(partition),
    get: (partition) => owned.get(partition),
    list: () => [...owned.keys()].sort((a, b) => a - b),
    wanted,
    setMembers(hosts) {
      // Somebody who is gone may have moved records of ours that we have in hand.
      const hasLost = members.some((member) => !hosts.includes(member));
      members = [...hosts].sort();
      return change(hasLost);
    },
    resync: () => change(true),
    async stop() {
      isStopping = true;
      cancelLook();
      await changes;
      await Promise.all([...owned.keys()].map(release));
    },
  };
}

/** Until it succeeds once, or is given up. */
async function repeat(
  action: () => Promise<void>,
  { clock, log, isGivenUp }: { clock: Clock; log: Log; isGivenUp: () => boolean },
): Promise<void> {
  while (!isGivenUp()) {
    try {
      return await action();
    } catch (err) {
      log.warn({ err }, 'taking over failed; trying again');
      await new Promise<void>((done) => void clock.after(RETRY_AFTER_MS, done));
    }
  }
}
