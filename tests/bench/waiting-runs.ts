// What a host costs that has a great many runs waiting in `finalizing` and nothing to do: processor time when
// idle, memory for each run, and what it took to take them over.
import { benchPipeline } from './bench-host.ts';
import { startBenchServer } from './bench-server.ts';
import { cpuSecondsOf } from './cpu-time.ts';
import { startHostChild } from './host-child.ts';
import { type Benchmark, bar, pause, print } from './measurement.ts';
import { STORED_RUNS, storedRuns } from './stored-runs.ts';

const IDLE_SECONDS = 10;
/** The host looks again after ten seconds. */
export const SECOND_LOOK_MS = 11_000;
const IDENTITY = 'host-waiting';

export const benchWaitingRuns: Benchmark = async () => {
  const stateDir = await storedRuns();
  const server = await startBenchServer(true, stateDir);
  const host = await startHostChild({
    ...{ url: server.url, commitMode: 'batch', pipeline: benchPipeline('waiting', 2) },
    ...{ identity: IDENTITY, members: [] },
  });
  const empty = await host.memory();
  const startedMs = performance.now();
  await host.join([IDENTITY]);
  const takeOverMs = performance.now() - startedMs;
  const takeOverCpuSeconds = cpuSecondsOf(host.pid);
  const settledMs = takeOverMs + (await untilQuiet(host.pid));
  // The host looks once more at what it took over: whoever had it before may have written a last record.
  await pause(SECOND_LOOK_MS);
  await untilQuiet(host.pid);
  const full = await host.memory();
  const idle = await cpuPercent([host.pid, server.pid], IDLE_SECONDS);
  await host.stop();
  await server.stop();

  const heapBytesPerRun = (full.heapBytes - empty.heapBytes) / STORED_RUNS;
  const rssBytesPerRun = (full.rssBytes - empty.rssBytes) / STORED_RUNS;
  print({
    figure: 'runs waiting in finalizing',
    ...{ runs: STORED_RUNS, items: STORED_RUNS, takeOverMs, takeOverCpuSeconds, settledMs },
    ...{ heapBytesPerRun, rssBytesPerRun, emptyRssBytes: empty.rssBytes },
    ...{ idleHostCpuPercent: idle[0], idleBrokerCpuPercent: idle[1], idleSeconds: IDLE_SECONDS },
  });
  bar('waiting runs, idle CPU of the host in %', idle[0] ?? Number.NaN, { atMost: 1 });
  bar('waiting runs, bytes of heap for each', heapBytesPerRun, { atMost: 1_024 });
};

const QUIET_PERCENT = 5;
const QUIET_SECONDS = 1;
const QUIET_LIMIT_MS = 300_000;

/** Resolves once the process has become quiet, with the milliseconds that took. */
export async function untilQuiet(pid: number): Promise<number> {
  const startedMs = performance.now();
  while (performance.now() - startedMs < QUIET_LIMIT_MS) {
    const fromMs = performance.now();
    const [percent = 0] = await cpuPercent([pid], QUIET_SECONDS);
    if (percent < QUIET_PERCENT) return fromMs - startedMs;
  }
  throw new Error(`process ${pid} is still busy after ${QUIET_LIMIT_MS} ms`);
}

/** Of one core, for each process. */
export async function cpuPercent(pids: number[], seconds: number): Promise<number[]> {
  const before = pids.map(cpuSecondsOf);
  const fromMs = performance.now();
  await pause(seconds * 1_000);
  const elapsed = (performance.now() - fromMs) / 1_000;
  return pids.map((pid, n) => ((cpuSecondsOf(pid) - (before[n] ?? 0)) / elapsed) * 100);
}
