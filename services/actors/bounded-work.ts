// Work of which only so much is under way at a time; the rest waits its turn, in the order it came.

export interface BoundedWork {
  /** Begins at once where there is room. A piece that fails ends like any other. */
  add(work: () => Promise<unknown>): void;
  /** Begins nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

export function createBoundedWork(maxUnderWay: number): BoundedWork {
  /** Taken from the front by counting: shifting a hundred thousand pieces one by one takes seconds. */
  let waiting: (() => Promise<unknown>)[] = [];
  let taken = 0;
  let isStopped = false;
  const underWay = new Set<Promise<unknown>>();

  const take = () => {
    const next = waiting[taken];
    taken += 1;
    if (taken >= waiting.length) [waiting, taken] = [[], 0];
    return next;
  };

  const pump = () => {
    while (!isStopped && underWay.size < maxUnderWay) {
      const next = take();
      if (next === undefined) return;
      const work: Promise<unknown> = next()
        .catch(() => undefined)
        .finally(() => {
          underWay.delete(work);
          pump();
        });
      underWay.add(work);
    }
  };

  return {
    add(work) {
      waiting.push(work);
      pump();
    },
    async stop() {
      isStopped = true;
      waiting = [];
      await Promise.all(underWay);
    },
  };
}
