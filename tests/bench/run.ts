// `npm run bench`: JSON lines, every figure next to the raw compare-and-set rate of the same server in the
// same run, so that a noisy machine shows in both. It asserts nothing; docs/benchmarks.md quotes it.
import { natsServer, natsServerBinary, stopNatsServer } from '../support/nats-server.ts';
import { externalPipeline, startTestHost, type TestHost } from '../support/test-host.ts';
import { measure, measureLatency, print } from './measurement.ts';
import { rawConcurrentCas, rawSequentialCas } from './raw-cas.ts';
import { createDriver } from './run-driver.ts';

const SECONDS = Number(process.env['ONCEWARD_BENCH_SECONDS'] ?? '4');
const CONCURRENCIES = [1, 16, 64, 256];

async function benchmark(syncAlways: boolean): Promise<void> {
  const server = await natsServer({ syncAlways });
  const commitMode = syncAlways ? 'batch' : 'single';
  const pipelines = { bench: externalPipeline('first', 'second') };
  const started = await startTestHost({ url: server.url, pipelines, commitMode });
  const base = { syncAlways, commitMode };
  const single = await measure(SECONDS, 1, rawSequentialCas(started.world));
  print({ figure: 'raw single-key CAS', ...base, inFlight: 1, perSecond: single });
  const raw = await measure(SECONDS, 256, rawConcurrentCas(started.world));
  print({ figure: 'raw CAS, own key each', ...base, inFlight: 256, perSecond: raw });
  for (const inFlight of CONCURRENCIES) {
    await transitions(started, { base, inFlight, single });
  }
  await handOver(started, base);
  await started.stop();
  await stopNatsServer();
}

interface Setting {
  base: { syncAlways: boolean; commitMode: string };
  inFlight: number;
  single: number;
}

async function transitions(started: TestHost, { base, inFlight, single }: Setting): Promise<void> {
  const driver = createDriver(started);
  const before = writesOf(started);
  const runsPerSecond = await measure(SECONDS, inFlight, driver.completeRun);
  const elapsedRuns = driver.completedRuns();
  const perRun = (writesOf(started) - before) / Math.max(1, elapsedRuns);
  const perSecond = runsPerSecond * perRun;
  const figures = { ...base, inFlight };
  print({ figure: 'complete runs', ...figures, perSecond: runsPerSecond, commitsPerRun: perRun });
  print({
    figure: 'committed transitions',
    ...figures,
    perSecond,
    timesRawSingleKeyCas: perSecond / single,
  });
}

async function handOver(started: TestHost, base: Setting['base']): Promise<void> {
  const driver = createDriver(started);
  const { p50Ms, p99Ms, samples } = await measureLatency(SECONDS, driver.handOver);
  print({ figure: 'stage hand-over', ...base, inFlight: 1, p50Ms, p99Ms, samples });
}

function writesOf(started: TestHost): number {
  const { commits } = started.host.status();
  const counted = ['onceward-items', 'onceward-runs'];
  return counted.reduce((sum, bucket) => sum + (commits[bucket]?.writes ?? 0), 0);
}

const { version } = await natsServerBinary();
print({ figure: 'versions', node: process.version, natsServer: String(version), cores: 2 });
await benchmark(true);
await benchmark(false);
