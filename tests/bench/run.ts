// `npm run bench -- <names>`: prints JSON lines. It asserts nothing: docs/benchmarks.md quotes what it printed.
import { availableParallelism, loadavg } from 'node:os';
import { natsServerBinary } from '../support/nats-server.ts';
import { benchClaimRace } from './claim-race.ts';
import { benchExistingItems } from './existing-items.ts';
import { benchFirstLoad } from './first-load.ts';
import { benchHandOver } from './hand-over.ts';
import { benchKilledHost } from './killed-host.ts';
import { benchListing } from './listing.ts';
import { type Benchmark, print } from './measurement.ts';
import { benchMergeThroughput } from './merge-throughput.ts';
import { benchOverdue } from './overdue.ts';
import { runsBenchmark } from './runs.ts';
import { benchStartUp } from './start-up.ts';
import { benchTwoHosts } from './two-hosts.ts';
import { benchWaitingRuns } from './waiting-runs.ts';
import { benchWholeItems } from './whole-items.ts';

const SECONDS = Number(process.env['ONCEWARD_BENCH_SECONDS'] ?? '4');

const BENCHMARKS: Record<string, Benchmark> = {
  'runs/always/1': runsBenchmark(true, 1),
  'runs/always/256': runsBenchmark(true, 256),
  'runs/default/1': runsBenchmark(false, 1),
  'runs/default/256': runsBenchmark(false, 256),
  'whole-items': benchWholeItems,
  'hand-over': benchHandOver,
  'claim-race': benchClaimRace,
  'two-hosts': benchTwoHosts,
  'waiting-runs': benchWaitingRuns,
  'existing-items': benchExistingItems,
  'start-up': benchStartUp,
  overdue: benchOverdue,
  'killed-host': benchKilledHost,
  listing: benchListing,
  'first-load': benchFirstLoad,
  'merge-throughput': benchMergeThroughput,
};

const HELP = `npm run bench -- [name…]
Runs the benchmarks whose names begin with one of the given ones; all of them by default.
  ${Object.keys(BENCHMARKS).join('\n  ')}
ONCEWARD_BENCH_SECONDS          how long each figure is measured; 4 by default
ONCEWARD_BENCH_STORED_RUNS      how many runs wait in the store of the last seven; 100000 by default
ONCEWARD_BENCH_PRESENCE_TTL_MS  presenceTtlMs of the hosts that are killed; the shipped one by default
A profile: node --cpu-prof --import tsx tests/bench/run.ts runs/always/256`;

const args = process.argv.slice(2);
const chosen = Object.entries(BENCHMARKS).filter(
  ([name]) => args.length === 0 || args.some((arg) => name.startsWith(arg)),
);
if (args.includes('--help') || chosen.length === 0) {
  process.stdout.write(`${HELP}\n`);
} else {
  const { version } = await natsServerBinary();
  const cores = availableParallelism();
  const versions = { node: process.version, natsServer: String(version), cores };
  print({ figure: 'machine', ...versions, loadAverage: loadavg()[0], seconds: SECONDS });
  for (const [, benchmark] of chosen) await benchmark({ seconds: SECONDS });
  print({ figure: 'machine', loadAverage: loadavg()[0] });
}
