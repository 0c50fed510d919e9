// Total throughput of two hosts against one, on the same cores: hosts in processes of their own, the worker
// in this one, the same in both settings.
import { benchPipeline, startBenchClient } from './bench-host.ts';
import { type BenchServer, startBenchServer } from './bench-server.ts';
import { startBenchWorker } from './bench-worker.ts';
import { startHostChild } from './host-child.ts';
import { openItems } from './items.ts';
import { type Benchmark, bar, pause, print } from './measurement.ts';

const STAGES = 32;
const IN_FLIGHT = 256;
const ITEMS_PER_SECOND = 64;
const WARM_UP_MS = 2_000;
/** One after the other and around again, so that a machine that grows busier burdens both. */
const ORDER = [1, 2, 2, 1];
const POOL = 'hosts';

export const benchTwoHosts: Benchmark = async ({ seconds }) => {
  const server = await startBenchServer(true);
  const found: Record<number, number[]> = { 1: [], 2: [] };
  for (const [round, hosts] of ORDER.entries()) {
    found[hosts]?.push(await runsPerSecond(server, { hosts, round, seconds }));
  }
  await server.stop();
  const [one, two] = [mean(found[1]), mean(found[2])];
  print({ figure: 'two hosts', one, two, rounds: found, inFlight: IN_FLIGHT, syncAlways: true });
  bar('throughput of two hosts ÷ that of one', two / one, { atLeast: 0.9 });
};

async function runsPerSecond(
  { url }: BenchServer,
  { hosts, round, seconds }: { hosts: number; round: number; seconds: number },
): Promise<number> {
  const members = Array.from({ length: hosts }, (_, n) => `host-${round}-${n}`);
  const pipeline = benchPipeline(POOL, STAGES);
  const shared = { url, commitMode: 'batch' as const, pipeline, members };
  const children = await Promise.all(
    members.map((identity) => startHostChild({ ...shared, identity })),
  );
  const client = await startBenchClient(url, 'worker-bench');
  const project = `round-${round}`;
  await openItems(client.asker, project, Math.ceil(ITEMS_PER_SECOND * (seconds + 2)));
  let done = 0;
  const pool = await startBenchWorker({
    ...{ client, pool: POOL, project, slots: IN_FLIGHT },
    onDone: () => {
      done += 1;
    },
  });
  await pause(WARM_UP_MS);
  const before = { done, ms: performance.now() };
  await pause(seconds * 1_000);
  const rate = ((done - before.done) / (performance.now() - before.ms)) * 1_000;
  await pool.stop();
  await Promise.all(children.map((child) => child.stop()));
  await client.close();
  return rate;
}

function mean(samples: number[] = []): number {
  return samples.reduce((sum, one) => sum + one, 0) / samples.length;
}
