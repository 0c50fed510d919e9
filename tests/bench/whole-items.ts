// Items from their opening to the archive, as many under way as there are slots: what a run costs when all
// that belongs to its item is counted in.
import { benchPipeline, startBenchHost } from './bench-host.ts';
import { startBenchServer } from './bench-server.ts';
import { startBenchWorker } from './bench-worker.ts';
import { cpuSecondsOf, ownCpuSeconds } from './cpu-time.ts';
import { openItem } from './items.ts';
import { type Benchmark, pause, print } from './measurement.ts';

const STAGES = 4;
const IN_FLIGHT = 256;
const WARM_UP_MS = 3_000;
const POOL = 'whole';
const PROJECT = 'whole';

export const benchWholeItems: Benchmark = async ({ seconds }) => {
  const server = await startBenchServer(true);
  let isOver = false;
  let ended = 0;
  const failed = (error: unknown) => void process.stderr.write(`${String(error)}\n`);
  const started = await startBenchHost({
    ...{ url: server.url, commitMode: 'batch', pipeline: benchPipeline(POOL, STAGES) },
    listeners: {
      advanced(key) {
        if (!key.includes(`.s${STAGES}.`)) return;
        ended += 1;
        if (!isOver) openItem(started.asker, PROJECT).catch(failed);
      },
    },
  });
  const pool = await startBenchWorker({
    ...{ client: started, pool: POOL, project: PROJECT, slots: IN_FLIGHT },
  });
  await Promise.all(Array.from({ length: IN_FLIGHT }, () => openItem(started.asker, PROJECT)));
  await pause(WARM_UP_MS);
  const look = () => ({
    ms: performance.now(),
    ...{ items: ended, runs: started.advanced() },
    cpu: ownCpuSeconds() + cpuSecondsOf(server.pid),
  });
  const before = look();
  await pause(seconds * 1_000);
  const after = look();
  isOver = true;
  await pool.stop();
  await started.stop();
  await server.stop();

  const elapsed = (after.ms - before.ms) / 1_000;
  const runs = after.runs - before.runs;
  print({
    figure: 'whole items, opening and archive included',
    ...{ syncAlways: true, inFlight: IN_FLIGHT, stages: STAGES },
    itemsPerSecond: (after.items - before.items) / elapsed,
    runsPerSecond: runs / elapsed,
    cpuSecondsPer1000Runs: ((after.cpu - before.cpu) / runs) * 1_000,
  });
};
