// Time limit: 280 s
// Goal: one claim and one advance for each run, whoever races. Method: 64 claimants in 8 processes claim each
// of many runs; four hosts serve them, two of which serve every partition no matter who owns it.
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ItemContext } from '../../machines/item/context.ts';
import { stateName } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';
import type { AuditEntry } from '../../services/actors/audit-entry.ts';
import { decodeEntry } from '../../services/actors/record-cache.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { readAudit } from '../support/audit-log.ts';
import { startChild, type TestChild } from '../support/child-process.ts';
import type { ClaimOrder, ClaimResult } from '../support/claimants.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { externalPipeline, startTestHost, type TestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';

/** The nightly run has five hundred. */
const RUNS = Number(process.env['ONCEWARD_TEST_CLAIM_RUNS'] ?? '200');
const PROCESSES = 8;
const CLAIMANTS = 8;
const PARTITIONS = 16;
const HOSTS = ['host-a', 'host-b', 'host-c', 'host-d'];
/** Half of the hosts ignore who owns a partition. */
const UNRULY = ['host-c', 'host-d'];

async function setup() {
  const { url } = await natsServer();
  const pipelines = { race: externalPipeline('first', 'second') };
  const observer = await startTestHost({ url, identity: 'host-observer', members: ['nobody'] });
  const hosts = HOSTS.map((identity) => {
    const isOwnershipIgnored = UNRULY.includes(identity);
    const options = { url, identity, members: HOSTS, pipelines, isOwnershipIgnored };
    return startChild('host-process.ts', options);
  });
  const claimants = Array.from({ length: PROCESSES }, (_, process) =>
    startChild('claimants.ts', { url, process, claimants: CLAIMANTS, partitions: PARTITIONS }),
  );
  await Promise.all([...hosts, ...claimants].map((child) => child.message()));
  const nc = await connectNats({ url, name: 'observer' });
  return { observer, hosts, claimants, nc };
}

test(
  `of 64 claimants in 8 processes exactly one wins each of ${RUNS} runs, and no loser has an effect`,
  within(270_000, async () => {
    const { observer, hosts, claimants, nc } = await setup();
    const orders = await openRuns(observer);

    const results = await raceFor(orders, claimants);
    const audited = await auditOf(nc, hosts);

    const winners = results.filter((result) => result.outcome === 'applied');
    assert.is(results.filter((result) => result.outcome === 'failed').length, 0, 'unanswered');
    assert.is(winners.length, RUNS, 'claims won');
    assert.is(new Set(winners.map((result) => result.address)).size, RUNS, 'runs claimed');
    const state = await readState(observer);
    assert.equal(state.claimants.sort(), winners.map(claimantOf).sort(), 'recorded claimants');
    assert.is(state.advanced, RUNS, 'first runs advanced');
    assert.is(state.nextRuns, RUNS, 'next runs');
    assert.is(state.advances, RUNS, 'advances recorded by items');
    const audit = accountOf(audited, results);
    assert.equal(audit.missing, [], 'losers without an audit entry');
    assert.is(audit.appliedClaims, RUNS, 'claims applied, by the audit');
    assert.is(audit.appliedAdvances, RUNS, 'advances applied, by the audit');
    await Promise.all([observer.stop(), nc.close()]);
  }),
);

test.after(() => stopNatsServer());
test.run();

async function openRuns({ asker }: TestHost): Promise<ClaimOrder[]> {
  const open = async (_: unknown, n: number): Promise<ClaimOrder> => {
    const address = `run.race.i${n}.first.1`;
    await asker.ask({ address: `item.race.i${n}`, type: 'open', data: { title: 'raced for' } });
    const exited = await asker.ask({ address, type: 'exited', data: { epoch: 1, code: 0 } });
    assert.is(exited.outcome, 'applied', JSON.stringify(exited));
    return { address, evaluatedRevision: exited.outcome === 'applied' ? exited.revision : 0 };
  };
  return Promise.all(Array.from({ length: RUNS }, open));
}

async function raceFor(orders: ClaimOrder[], claimants: TestChild[]): Promise<ClaimResult[]> {
  const answers = claimants.map((child) => child.message() as Promise<ClaimResult[]>);
  for (const child of claimants) child.send(orders);
  return (await Promise.all(answers)).flat();
}

async function readState({ world }: TestHost) {
  const runs: { stage: string; state: string; context: RunContext }[] = [];
  let advances = 0;
  await world.bucket('onceward-runs').scan((entry) => {
    const loaded = decodeEntry(entry);
    if (loaded.status !== 'stored') return;
    const { record } = loaded.stored;
    const context = record.context as unknown as RunContext;
    runs.push({ stage: context.stage.name, state: stateName(record.state), context });
  });
  await world.bucket('onceward-items').scan((entry) => {
    const loaded = decodeEntry(entry);
    if (loaded.status !== 'stored') return;
    advances += (loaded.stored.record.context as unknown as ItemContext).runs.length;
  });
  const first = runs.filter((run) => run.stage === 'first');
  return {
    claimants: first.map(({ context }) => context.claim?.claimant ?? 'nobody'),
    advanced: first.filter((run) => run.state === 'advanced').length,
    nextRuns: runs.filter((run) => run.stage === 'second').length,
    advances,
  };
}

function claimantOf({ id }: ClaimResult): string {
  return id.slice(0, id.indexOf('@'));
}

/** The hosts write what is waiting before they end. */
async function auditOf(nc: NatsConnection, hosts: TestChild[]): Promise<AuditEntry[]> {
  for (const host of hosts) host.send('stop');
  await Promise.all(hosts.map((host) => host.ended));
  return readAudit(nc);
}

function accountOf(entries: AuditEntry[], results: ClaimResult[]) {
  const applied = entries.filter((entry) => entry.outcome === 'applied');
  const accounted = new Set(entries.map((entry) => entry.id));
  return {
    missing: results.filter(({ id }) => !accounted.has(id)).map(({ id }) => id),
    appliedClaims: applied.filter((entry) => entry.type === 'claim').length,
    appliedAdvances: applied.filter((entry) => entry.type === 'advance').length,
  };
}
