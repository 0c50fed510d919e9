// From the moment an agent's exit is stored until the job of the next stage is with a worker, on a host that
// has nothing else to do.
import { benchPipeline, startBenchHost } from './bench-host.ts';
import { startBenchServer } from './bench-server.ts';
import { startBenchWorker } from './bench-worker.ts';
import { openItem } from './items.ts';
import { type Benchmark, bar, pause, print, shares } from './measurement.ts';

const STAGES = 32;
const POOL = 'hand-over';
/** More than one, so that the next job finds a slot that is free. */
const SLOTS = 4;
/** How long the agent works, so that nothing of the stage before is still going on. */
const AGENT_MS = 5;
/** Lets the item that has ended be archived before the next is opened. */
const SETTLE_MS = 150;
const ITEM_LIMIT_MS = 60_000;
/** The first items compile what the others measure. */
const WARM_UP_ITEMS = 5;
/** With fewer the 99th percentile says nothing. */
const MIN_SAMPLES = 500;
/** How much longer than asked for it may take to gather them on a busy machine. */
const MAX_TIMES_LONGER = 3;

export const benchHandOver: Benchmark = async ({ seconds }) => {
  const server = await startBenchServer(true);
  const found = await handOver(server.url, seconds);
  await server.stop();
  print({ figure: 'stage hand-over', syncAlways: true, ...found });
  bar('stage hand-over, p50 ms', found.p50Ms, { atMost: 4 });
  bar('stage hand-over, p99 ms', found.p99Ms, { atMost: 20 });
};

/** One item at a time through all its stages, on whatever this server already holds. */
export async function handOver(url: string, seconds: number) {
  const exits = new Map<string, number>();
  const samplesMs: number[] = [];
  let arrive = () => {};
  const started = await startBenchHost({
    ...{ url, commitMode: 'batch', pipeline: benchPipeline(POOL, STAGES) },
    listeners: {
      finalizing: (key) => exits.set(itemOf(key), performance.now()),
      advanced: (key) => {
        if (key.includes(`.s${STAGES}.`)) arrive();
      },
    },
  });
  const project = 'handed';
  const pool = await startBenchWorker({
    ...{ client: started, pool: POOL, project, slots: SLOTS, agentMs: AGENT_MS },
    onJob(address) {
      const exitedMs = exits.get(itemOf(address.slice('run.'.length)));
      if (exitedMs !== undefined) samplesMs.push(performance.now() - exitedMs);
    },
  });
  const carryItem = async () => {
    const ended = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await openItem(started.asker, project);
    await Promise.race([ended, tooLong()]);
    await pause(SETTLE_MS);
  };
  for (let items = 0; items < WARM_UP_ITEMS; items += 1) await carryItem();
  samplesMs.length = 0;
  const fromMs = performance.now();
  const elapsed = () => (performance.now() - fromMs) / 1_000 / seconds;
  while (elapsed() < 1 || (samplesMs.length < MIN_SAMPLES && elapsed() < MAX_TIMES_LONGER)) {
    await carryItem();
  }
  await pool.stop();
  await started.stop();
  return shares(samplesMs);
}

function itemOf(runKey: string): string {
  return runKey.split('.').slice(0, 2).join('.');
}

async function tooLong(): Promise<never> {
  await pause(ITEM_LIMIT_MS, { ref: false });
  throw new Error(`an item was not carried through within ${ITEM_LIMIT_MS} ms`);
}
