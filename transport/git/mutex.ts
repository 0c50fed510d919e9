// Lets one piece of work at a time through, in the order of arrival.
// It must never let a failed piece of work block those behind it.

/** Runs the work once everything handed in earlier has settled. */
export type Mutex = <T>(work: () => Promise<T>) => Promise<T>;

export function createMutex(): Mutex {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = tail.then(work);
    tail = result.catch(() => {});
    return result;
  };
}
