// The effects under way, in line behind each other where order matters. Lines of an item and of its runs belong
// together: whoever waits for one waits for what follows from it in the others.

export interface EffectTails {
  /** Queues work behind what the same actor has queued for the same target. */
  append(address: string, target: string, work: () => Promise<void>): void;
  /** Settles once everything this actor has queued until now is done. */
  of(address: string): Promise<void>;
  /** Settles once nothing of this actor, its item and its item's runs is under way. */
  drained(address: string): Promise<void>;
  /** Settles once everything queued until now is done. */
  all(): Promise<unknown>;
}

interface Tail {
  all: Promise<void>;
  targets: Map<string, Promise<void>>;
}

/** Each round waits for what the one before has brought about; a stage is handed over in three. */
const MAX_DRAIN_ROUNDS = 16;

export function createEffectTails(): EffectTails {
  const tails = new Map<string, Tail>();
  const families = new Map<string, Set<string>>();

  const enter = (address: string): Tail => {
    const tail = tails.get(address) ?? { all: Promise.resolve(), targets: new Map() };
    tails.set(address, tail);
    const family = familyOf(address);
    families.set(family, (families.get(family) ?? new Set()).add(address));
    return tail;
  };

  const leave = (address: string): void => {
    tails.delete(address);
    const family = familyOf(address);
    const members = families.get(family);
    members?.delete(address);
    if (members?.size === 0) families.delete(family);
  };

  return {
    append(address, target, work) {
      const tail = enter(address);
      const mine = (tail.targets.get(target) ?? Promise.resolve()).then(work);
      tail.targets.set(target, mine);
      const all = Promise.all([tail.all, mine]).then(() => {});
      tail.all = all;
      void all.then(() => {
        if (tails.get(address)?.all === all) leave(address);
      });
    },
    of: (address) => tails.get(address)?.all ?? Promise.resolve(),
    async drained(address) {
      const family = familyOf(address);
      for (let round = 0; round < MAX_DRAIN_ROUNDS; round += 1) {
        const open = [...(families.get(family) ?? [])].flatMap((one) => tails.get(one)?.all ?? []);
        if (open.length === 0) return;
        await Promise.all(open);
      }
    },
    all: () => Promise.all([...tails.values()].map((tail) => tail.all)),
  };
}

/** Project and item of `item.<project>.<item>` and of `run.<project>.<item>.<stage>.<attempt>` alike. */
function familyOf(address: string): string {
  return address.split('.', 3).slice(1).join('.');
}
