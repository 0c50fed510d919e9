// How soon a fleet works again that was away for hours: everything in its store is overdue when it comes back.
import { answeredMs } from './answers.ts';
import { startBenchClient } from './bench-host.ts';
import { startFleetProcess } from './fleet-process.ts';
import { type Benchmark, bar, print } from './measurement.ts';
import { serverOf } from './start-up.ts';
import { STORED_RUNS, storedRuns } from './stored-runs.ts';

const AWAY_MS = 3 * 3_600_000;

export const benchOverdue: Benchmark = async () => {
  const stateDir = await storedRuns(AWAY_MS);
  const startedMs = performance.now();
  const up = startFleetProcess({ role: 'all', stateDir });
  const client = await startBenchClient(await serverOf(stateDir, up.pid), 'asker');
  await answeredMs(client);
  const answeredSeconds = (performance.now() - startedMs) / 1_000;
  await up.ready;
  const readySeconds = (performance.now() - startedMs) / 1_000;
  await client.close();
  await up.kill('SIGTERM');
  print({ figure: 'overdue', deadlines: 2 * STORED_RUNS, answeredSeconds, readySeconds });
  bar('with every deadline overdue, until every partition answers, s', answeredSeconds, {
    atMost: 10,
  });
};
