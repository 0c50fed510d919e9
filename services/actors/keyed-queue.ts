// Work in order for each key, side by side for different keys. One failure does not stop what follows it.

export interface KeyedQueue {
  /** Begins when everything queued before under the same key has ended. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** How many keys have work waiting or under way. */
  size(): number;
}

export function createKeyedQueue(): KeyedQueue {
  const tails = new Map<string, Promise<unknown>>();
  return {
    size: () => tails.size,
    run(key, work) {
      const mine = (tails.get(key) ?? Promise.resolve()).then(work);
      const tail = mine.catch(() => undefined);
      tails.set(key, tail);
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      return mine;
    },
  };
}
