// How long the partitions of a host do not answer after it was killed, with two hosts as a user starts them,
// on an empty store and on one full of waiting runs.
import { ownerOf } from '../../machines/partition.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { createPresenceStore } from '../../transport/nats/presence.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { answeredMs } from './answers.ts';
import { type BenchClient, startBenchClient } from './bench-host.ts';
import { type BenchServer, startBenchServer } from './bench-server.ts';
import { type FleetProcess, startFleetProcess } from './fleet-process.ts';
import { type Benchmark, bar, print } from './measurement.ts';
import { STORED_RUNS, storedRuns } from './stored-runs.ts';
import { untilQuiet } from './waiting-runs.ts';

/** Seconds in all, and for each 100 000 active records. */
const BASE_SECONDS = 6;
const RECORDS_PER_SECOND = 100_000;
/** The worst counts: how long a death goes unnoticed depends on when the victim was last seen. */
const KILLS = 3;

export const benchKilledHost: Benchmark = async () => {
  await killedHost(temporaryDirectory(), 0);
  // Each run has its item.
  await killedHost(await storedRuns(), STORED_RUNS * 2);
};

async function killedHost(stateDir: string, activeRecords: number): Promise<void> {
  const server = await startBenchServer(true, stateDir);
  const start = () => startFleetProcess({ role: 'host', url: server.url });
  const client = await startBenchClient(server.url, 'asker');
  let survivor = start();
  const recoveredMs: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const victim = survivor;
    survivor = start();
    for (const host of [victim, survivor]) await host.ready.then(() => untilQuiet(host.pid));
    await answeredMs(client);
    recoveredMs.push(await killOne({ server, client, victim }));
  }
  await survivor.kill('SIGTERM');
  await client.close();
  await server.stop();

  const worst = Math.max(...recoveredMs) / 1_000;
  const atMost = BASE_SECONDS + activeRecords / RECORDS_PER_SECOND;
  print({ figure: 'killed host', activeRecords, recoveredMs: recoveredMs.map(Math.round) });
  bar(`partitions of a killed host, ${activeRecords} active records, s`, worst, { atMost });
}

/** Milliseconds from the kill until every partition that was its own answers. */
async function killOne(given: { server: BenchServer; client: BenchClient; victim: FleetProcess }) {
  const { server, client, victim } = given;
  const present = await presentHosts(server.url);
  const identities = present.map(({ identity }) => identity);
  const lost = present.find(({ pid }) => pid === victim.pid)?.identity;
  if (lost === undefined || identities.length !== 2) {
    throw new Error(`expected two hosts, found ${identities.join(', ')}`);
  }
  const fromMs = performance.now();
  await victim.kill('SIGKILL');
  await answeredMs(client, (partition) => ownerOf(partition, identities) === lost);
  return performance.now() - fromMs;
}

async function presentHosts(url: string) {
  const nc = await connectNats({ url, name: 'observer' });
  const seen = await createPresenceStore(nc).list();
  await nc.close();
  return seen.map(({ presence }) => presence).filter(({ role }) => role === 'host');
}
