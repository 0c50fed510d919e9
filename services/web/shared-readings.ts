// Readings that cost this process time, for all who look at the page: a few at once, and one for all who ask the same.
// It must never give anybody what was read before they asked: they ask because something has changed.

export interface SharedReadings {
  /** Joins a reading of the same name that has not begun yet. @throws whatever the work throws */
  read<Reading>(name: string, work: () => Promise<Reading>): Promise<Reading>;
}

/** A host in the same thread has its own work to do between them. */
const MAX_AT_ONCE = 2;

export function createSharedReadings(maxAtOnce = MAX_AT_ONCE): SharedReadings {
  /** By name, in the order in which they were first asked for. */
  const waiting = new Map<string, { result: Promise<unknown>; begin: () => void }>();
  let underWay = 0;

  const beginNext = () => {
    const [next] = waiting;
    if (next === undefined || underWay >= maxAtOnce) return;
    const [name, { begin }] = next;
    waiting.delete(name);
    underWay += 1;
    begin();
  };
  const wait = (name: string, work: () => Promise<unknown>): Promise<unknown> => {
    let begin = () => {};
    const turn = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const result = turn.then(work).finally(() => {
      underWay -= 1;
      beginNext();
    });
    waiting.set(name, { result, begin });
    beginNext();
    return result;
  };
  return {
    read: <Reading>(name: string, work: () => Promise<Reading>) =>
      (waiting.get(name)?.result ?? wait(name, work)) as Promise<Reading>,
  };
}
