// How long `onceward ps` takes over a store full of runs, as a user starts it: the whole process, from its start to
// the last byte, with filters that let all through, a few, and none.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startBenchServer } from './bench-server.ts';
import { type Benchmark, bar, print, shares } from './measurement.ts';
import { STORED_RUNS, storedRuns } from './stored-runs.ts';

/** As `npm run onceward` has them. */
const NODE_FLAGS = ['--max-semi-space-size=32'];
const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));
const TIMES = 5;

const LISTINGS = [
  { name: 'a few runs', args: ['runs', '--text', '1000500/'], atMost: 2 },
  { name: 'no run', args: ['runs', '--state', 'running.queued'], atMost: 2 },
  { name: 'all runs', args: ['runs', '--state', 'finalizing'], atMost: 2 },
  { name: 'all runs as JSON lines', args: ['runs', '--state', 'finalizing', '-o', 'jsonl'] },
  { name: 'no item', args: ['items', '--state', 'parked'], atMost: 2 },
  { name: 'all items', args: ['items'] },
  { name: 'all timers', args: ['timers'] },
  { name: 'workers', args: ['workers'] },
] as const;

export const benchListing: Benchmark = async () => {
  const server = await startBenchServer(true, await storedRuns());
  for (const listing of LISTINGS) {
    const samplesMs: number[] = [];
    let bytes = 0;
    for (let time = 0; time < TIMES; time += 1) {
      const listed = await list(server.url, listing.args);
      samplesMs.push(listed.tookMs);
      bytes = listed.bytes;
    }
    const { p50Ms } = shares(samplesMs);
    const leastMs = Math.min(...samplesMs);
    print({ figure: `ps, ${listing.name}`, runs: STORED_RUNS, bytes, p50Ms, leastMs });
    if ('atMost' in listing) {
      const { name, atMost } = listing;
      bar(`ps of ${STORED_RUNS} runs, ${name}, s`, p50Ms / 1_000, { atMost });
    }
  }
  await server.stop();
};

async function list(url: string, args: readonly string[]) {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...NODE_FLAGS, LAUNCHER, '--nats', url, 'ps', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`ps ended with ${code}`);
  return { tookMs: performance.now() - startedMs, bytes };
}
