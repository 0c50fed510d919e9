// Whether handing a stage over takes longer where a great many items exist already.
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startBenchServer } from './bench-server.ts';
import { handOver } from './hand-over.ts';
import { type Benchmark, bar, print } from './measurement.ts';
import { STORED_RUNS, storedRuns } from './stored-runs.ts';

export const benchExistingItems: Benchmark = async ({ seconds }) => {
  const full = await storedRuns();
  const empty = temporaryDirectory();
  // Before and after, so that a machine that grows busier does not look like a growth of ours.
  const before = await handOverOn(empty, seconds);
  const among = await handOverOn(full, seconds);
  const after = await handOverOn(empty, seconds);
  const alone = (before.p50Ms + after.p50Ms) / 2;
  const grows = among.p50Ms / alone;
  print({
    figure: 'stage hand-over among existing items',
    ...{ items: STORED_RUNS, p50Ms: among.p50Ms, p99Ms: among.p99Ms, grows },
    ...{ aloneP50Ms: alone, aloneBeforeP50Ms: before.p50Ms, aloneAfterP50Ms: after.p50Ms },
  });
  bar(`hand-over p50 among ${STORED_RUNS} items, times that of one`, grows, { atMost: 1.3 });
};

async function handOverOn(stateDir: string, seconds: number) {
  const server = await startBenchServer(true, stateDir);
  const found = await handOver(server.url, seconds);
  await server.stop();
  return found;
}
