// A store full of runs that wait in `finalizing`, each with its item, as hosts and workers would have left it:
// decided by the real machines, written straight into the buckets, every revision of them.
import { decide } from '../../machines/decide.ts';
import { effectId } from '../../machines/effect.ts';
import type { ActorEvent } from '../../machines/event.ts';
import { type ActorRecord, encodeRecord, type Stored, settle } from '../../machines/record.ts';
import type { Bucket, Write } from '../../transport/ports.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { benchPipeline, startBenchClient } from './bench-host.ts';
import { startBenchServer } from './bench-server.ts';
import { WORKER } from './bench-worker.ts';
import { print } from './measurement.ts';

/** How many runs; as many items stand beside them. */
export const STORED_RUNS = Number(process.env['ONCEWARD_BENCH_STORED_RUNS'] ?? '100000');
const BATCH_WRITES = 200;
const BATCHES_AT_ONCE = 4;
const PROJECT = 'stored';
const WRITER = 'host-before';
/** Stands for the name of an item, and for the revision of its record, in what is decided once. */
const NAME = 'i0000000';
const REVISION = 7_777_777_777;

const seeded = new Map<number, Promise<string>>();

/**
 * The folder of the store, whose records are `ageMs` old, 0 by default; made once in a process for each age, and
 * removed with it. No server runs on it.
 */
export function storedRuns(ageMs = 0): Promise<string> {
  const made = seeded.get(ageMs) ?? seed(ageMs);
  seeded.set(ageMs, made);
  return made;
}

async function seed(ageMs: number): Promise<string> {
  const stateDir = temporaryDirectory();
  const startedMs = performance.now();
  const server = await startBenchServer(false, stateDir);
  const client = await startBenchClient(server.url, 'seed');
  const records = decideRecords(client.clock.nowMs() - ageMs);
  const items = client.world.bucket('onceward-items');
  const runs = client.world.bucket('onceward-runs');
  let next = 0;
  const side = async () => {
    for (let first = next; first < STORED_RUNS; first = next) {
      next += BATCH_WRITES;
      const count = Math.min(BATCH_WRITES, STORED_RUNS - first);
      const names = Array.from({ length: count }, (_, n) => `i${1_000_000 + first + n}`);
      await writeChunk(records, names, { items, runs });
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, side));
  await client.close();
  await server.stop();
  const bytes = { itemBytes: records.item.length, runBytes: records.runs.at(-1)?.length };
  const seconds = (performance.now() - startedMs) / 1_000;
  print({ figure: 'store made', runs: STORED_RUNS, items: STORED_RUNS, ...bytes, seconds });
  return stateDir;
}

interface Records {
  item: string;
  /** As opened, started and exited. */
  runs: string[];
}

/** The records of one item and its run, with placeholders. */
function decideRecords(atMs: number): Records {
  const pipeline = benchPipeline(PROJECT, 2);
  const hour = 3_600_000;
  pipeline.limits.graceMs = hour;
  const itemAddress = `item.${PROJECT}.${NAME}`;
  const open = { title: 'stored', pipeline };
  const item = next(null, event(itemAddress, 'open', { atMs, id: `open-${NAME}`, data: open }));
  const [told] = item.outbox;
  if (told?.effect.type !== 'tell') throw new Error('an opened item tells its run to open');
  const address = told.effect.to;
  const id = effectId(itemAddress, REVISION, told);
  const tell = { ...event(address, 'open', { atMs, id, data: told.effect.data }) };
  const opened = next(null, { ...tell, door: 'tell' });
  const started = next(
    opened,
    event(address, 'started', { atMs, id: `started-${NAME}`, data: { epoch: 1, worker: WORKER } }),
  );
  const exited = next(
    started,
    event(address, 'exited', { atMs, id: `exited-${NAME}`, data: { epoch: 1, code: 0 } }),
  );
  return { item: encodeRecord(item), runs: [opened, started, exited].map(encodeRecord) };
}

function event(
  address: string,
  type: string,
  given: { atMs: number; id: string; data: Record<string, unknown> },
): ActorEvent {
  return { address, type, door: 'ask', ...given };
}

function next(record: ActorRecord | null, given: ActorEvent): ActorRecord {
  const stored: Stored | null = record && { record, revision: REVISION };
  const settled = stored && { ...stored, record: settle(stored, () => true) };
  const decision = decide(settled, given);
  if (decision.outcome === 'applied') return { ...decision.record, by: WRITER };
  throw new Error(`${given.type} was ${decision.outcome}: ${JSON.stringify(decision)}`);
}

async function writeChunk(
  records: Records,
  names: readonly string[],
  { items, runs }: { items: Bucket; runs: Bucket },
): Promise<void> {
  const named = (text: string, name: string) => text.replaceAll(NAME, name);
  const itemRevisions = await written(
    items,
    names.map((name) => ({
      ...{ key: `${PROJECT}.${name}`, value: named(records.item, name), expectedRevision: 0 },
    })),
  );
  let revisions = names.map(() => 0);
  for (const text of records.runs) {
    const writes = names.map((name, n) => ({
      key: `${PROJECT}.${name}.s1.1`,
      value: named(text, name).replaceAll(String(REVISION), String(itemRevisions[n])),
      expectedRevision: revisions[n] ?? 0,
    }));
    revisions = await written(runs, writes);
  }
}

async function written(bucket: Bucket, writes: Write[]): Promise<number[]> {
  const outcome = await bucket.writeBatch(writes);
  if (outcome.outcome === 'won') return outcome.revisions;
  throw new Error(`a batch of ${writes.length} was ${outcome.outcome}`);
}
