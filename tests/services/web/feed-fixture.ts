// A feed of records that a test fills by hand.
import type { RecordFeed } from '../../../transport/nats/record-feed.ts';
import type { Entry } from '../../../transport/ports.ts';

export interface HandFed extends RecordFeed {
  give(entry: Entry): void;
  /** Everything that was present has been given. */
  catchUp(): void;
  breakOff(error: Error): void;
  isClosed(): boolean;
}

export function handFed(): HandFed {
  const given: Entry[] = [];
  let failure: Error | null = null;
  let isClosed = false;
  let wake = () => {};
  let resolveCaughtUp = () => {};
  const caughtUp = new Promise<void>((resolve) => {
    resolveCaughtUp = resolve;
  });
  async function* entries(): AsyncIterable<Entry> {
    while (!isClosed) {
      const entry = given.shift();
      if (entry !== undefined) yield entry;
      else if (failure !== null) throw failure;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  return {
    entries,
    caughtUp,
    give(entry) {
      given.push(entry);
      wake();
    },
    catchUp: resolveCaughtUp,
    breakOff(error) {
      failure = error;
      wake();
    },
    isClosed: () => isClosed,
    async close() {
      isClosed = true;
      resolveCaughtUp();
      wake();
    },
  };
}

let revision = 0;

/** An entry of the items' bucket as a host writes it; `changes` go into its context. */
export function itemEntry(
  key: string,
  state: unknown = { active: 'working' },
  changes: Record<string, unknown> = {},
): Entry {
  const [project = '', item = ''] = key.split('.');
  revision += 1;
  return {
    ...{ key, revision, storedAtMs: 0 },
    value: JSON.stringify({
      ...{ v: 1, machine: 'item', machineVersion: 1, state, sinceMs: 5, outbox: [], recent: [] },
      ...{ mailboxSequence: 0, by: 'host-1' },
      event: { id: 'e', type: 'open', atMs: 5, door: 'ask', data: null },
      context: {
        ...{ project, item, title: `Title of ${item}`, body: 'b'.repeat(500), by: 'tester' },
        pipeline: { name: 'p', digest: '', stages: [{ name: 'build' }, { name: 'ship' }] },
        ...{ openedAtMs: 1, endedAtMs: null, current: { stage: 'build', attempt: 1 }, next: null },
        ...{ runs: [], parking: null, deadlines: {} },
        ...changes,
      },
    }),
  };
}

export function removal(key: string): Entry {
  revision += 1;
  return { key, value: null, revision, storedAtMs: 0 };
}

/** The same item as the archive keeps it. */
export function archivedEntry(key: string, state = 'done'): Entry {
  const { value, revision: was } = itemEntry(key, state, { current: null });
  const record = JSON.parse(value ?? '') as unknown;
  const archived = { v: 1, record, revision: was, history: [] };
  revision += 1;
  return { key: `item.${key}`, value: JSON.stringify(archived), revision, storedAtMs: 0 };
}
