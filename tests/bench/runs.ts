// Runs of four transitions (`started`, `exited`, `claim`, `advance-confirmed`) through the real host, the
// real job queue and an in-process worker, next to what the server alone can do.
import { type BenchHost, benchPipeline, startBenchHost } from './bench-host.ts';
import { type BenchServer, startBenchServer } from './bench-server.ts';
import { startBenchWorker } from './bench-worker.ts';
import { cpuSecondsOf, ownCpuSeconds } from './cpu-time.ts';
import { openItems } from './items.ts';
import { type Benchmark, bar, measure, pause, print, shares } from './measurement.ts';
import { rawSequentialCas } from './raw-cas.ts';

/** As many as a pipeline may have: no item ends, and nothing is archived, while it is measured. */
const STAGES = 32;
/** More than this many runs a second are not waited for; with more the figure says `isExhausted`. */
const MAX_RUNS_PER_SECOND = 6_000;
/** Runs carried out before the measurement begins: until then much is not compiled yet. */
const WARM_UP_RUNS = { 1: 300, 256: 3_000 };
const POOL = 'bench';
const WARM_UP_LIMIT_MS = 30_000;
const LOOK_MS = 5;

/** One benchmark for each way of syncing and each number of runs in flight. */
export function runsBenchmark(syncAlways: boolean, inFlight: 1 | 256): Benchmark {
  return async ({ seconds }) => {
    const server = await startBenchServer(syncAlways);
    const found = await runsInFlight({ server, syncAlways, inFlight, seconds });
    await server.stop();
    if (inFlight === 1 && syncAlways) {
      bar('one run in flight, p50 ms', found.p50Ms, { atMost: 3 });
      bar('one run in flight, p99 ms', found.p99Ms, { atMost: 12 });
    }
    if (inFlight !== 256) return;
    const sync = syncAlways ? 'sync always' : 'default sync';
    bar(`runs/s, ${sync}`, found.runsPerSecond, { atLeast: syncAlways ? 3_500 : 4_000 });
    bar(`CPU seconds for 1000 runs, ${sync}`, found.cpuSecondsPer1000Runs, { atMost: 0.5 });
    if (syncAlways) bar('transitions/s ÷ raw CAS/s', found.timesRawSingleKeyCas, { atLeast: 3 });
  };
}

interface Setting {
  server: BenchServer;
  syncAlways: boolean;
  inFlight: 1 | 256;
  seconds: number;
}

async function runsInFlight(setting: Setting) {
  const { server, syncAlways, inFlight, seconds } = setting;
  const begunMs = new Map<string, number>();
  const latenciesMs: number[] = [];
  const started = await startBenchHost({
    url: server.url,
    commitMode: syncAlways ? 'batch' : 'single',
    pipeline: benchPipeline(POOL, STAGES),
    listeners: {
      advanced(key) {
        const fromMs = begunMs.get(key);
        if (fromMs === undefined) return;
        latenciesMs.push(performance.now() - fromMs);
        begunMs.delete(key);
      },
    },
  });
  const project = `sync-${syncAlways}-${inFlight}`;
  const perSecond = inFlight === 1 ? 1_000 : MAX_RUNS_PER_SECOND;
  const items = Math.max(
    inFlight,
    Math.ceil((perSecond * seconds + WARM_UP_RUNS[inFlight]) / STAGES),
  );
  await openItems(started.asker, project, items);
  const rawBefore = await measure(seconds / 4, 1, rawSequentialCas(started.world));
  const pool = await startBenchWorker({
    ...{ client: started, pool: POOL, project, slots: inFlight },
    onJob: (address) => begunMs.set(address.slice('run.'.length), performance.now()),
  });
  await advancedBy(started, WARM_UP_RUNS[inFlight]);
  latenciesMs.length = 0;
  const window = await countWindow(started, setting);
  await pool.stop();
  const rawAfter = await measure(seconds / 4, 1, rawSequentialCas(started.world));
  await started.stop();

  const raw = (rawBefore + rawAfter) / 2;
  const latency = shares(latenciesMs);
  const figures = {
    ...{ runsPerSecond: window.runsPerSecond, committedPerSecond: window.committedPerSecond },
    commitsPerRun: window.committedPerSecond / window.runsPerSecond,
    rawSingleKeyCasPerSecond: raw,
    timesRawSingleKeyCas: window.committedPerSecond / raw,
    ...latency,
    // By Little's law: fewer than asked for mean that jobs do not reach the worker fast enough.
    meanInFlight: (window.runsPerSecond * latency.meanMs) / 1_000,
    cpuSecondsPer1000Runs: window.nodeCpu + window.brokerCpu,
    ...{ nodeCpuPer1000Runs: window.nodeCpu, brokerCpuPer1000Runs: window.brokerCpu },
    isExhausted: started.advanced() >= items * STAGES,
  };
  print({ figure: 'four-transition runs', syncAlways, inFlight, ...figures });
  return figures;
}

interface Window {
  runsPerSecond: number;
  committedPerSecond: number;
  /** Seconds of processor time for 1 000 runs. */
  nodeCpu: number;
  brokerCpu: number;
}

async function countWindow(started: BenchHost, { server, seconds }: Setting): Promise<Window> {
  const look = () => ({
    ms: performance.now(),
    runs: started.advanced(),
    writes: writesOf(started),
    node: ownCpuSeconds(),
    broker: cpuSecondsOf(server.pid),
  });
  const before = look();
  await pause(seconds * 1_000);
  const after = look();
  const elapsed = (after.ms - before.ms) / 1_000;
  const runs = after.runs - before.runs;
  return {
    runsPerSecond: runs / elapsed,
    committedPerSecond: (after.writes - before.writes) / elapsed,
    nodeCpu: ((after.node - before.node) / runs) * 1_000,
    brokerCpu: ((after.broker - before.broker) / runs) * 1_000,
  };
}

async function advancedBy(started: BenchHost, count: number): Promise<void> {
  const wanted = started.advanced() + count;
  const untilMs = performance.now() + WARM_UP_LIMIT_MS;
  while (started.advanced() < wanted) {
    if (performance.now() > untilMs) throw new Error(`only ${started.advanced()} runs advanced`);
    await pause(LOOK_MS);
  }
}

function writesOf({ host }: BenchHost): number {
  const { commits } = host.status();
  const counted = ['onceward-items', 'onceward-runs'];
  return counted.reduce((sum, bucket) => sum + (commits[bucket]?.writes ?? 0), 0);
}
