// The fleet as a whole: who is alive, which host serves which partition, what waits, and what rang an alarm lately.
// It must never fail for one part of it: what cannot be read is left empty, and said.
import { parseAddress } from '../../machines/address.ts';
import { ownerOf } from '../../machines/partition.ts';
import { isNoUsage, type Usage } from '../../machines/usage.ts';
import type { FleetFacts } from '../../transport/nats/fleet-facts.ts';
import type { Presence } from '../../transport/ports.ts';
import { type AccountRow, readAccountRows } from './account-rows.ts';
import { parseAuditMessage } from './audit-entries.ts';
import { type RangeSource, readRange } from './audit-range.ts';
import { readDeploymentRows } from './deployment-rows.ts';
import type { Alarm, FleetAccount, FleetView, PartitionRow } from './fleet-view.ts';
import { listPresence } from './presence-list.ts';
import { readQueueRows } from './queue-rows.ts';
import type { Session } from './session.ts';
import { tried } from './tried-reading.ts';
import { capsWords, costWords, usageWords } from './usage-words.ts';
import { userAddress } from './user-address.ts';

const ALARMS_SINCE_MS = 86_400_000;
const MAX_ALARMS = 100;

export type FleetSource = RangeSource & Pick<Session, 'bucket' | 'fleetFacts'>;

export async function readFleet(session: FleetSource): Promise<FleetView> {
  const nowMs = session.clock.nowMs();
  const [presence, accounts, facts, alarms, merges, deployments] = await Promise.all([
    tried('who is alive', listPresence(session)),
    tried('the accounts', readAccounts(session)),
    tried('what waits', session.fleetFacts()),
    tried('the alarms', readAlarms(session, nowMs)),
    tried('the merge queues', readQueueRows(session)),
    tried('the deployments', readDeploymentRows(session)),
  ]);
  const processes = presence.value ?? [];
  const hosts = processes.filter(({ role }) => role === 'host');
  return {
    nowMs,
    hosts,
    workers: processes.filter(({ role }) => role === 'worker'),
    accounts: accounts.value ?? [],
    partitions: partitionRows(session.partitions, hosts, facts.value),
    queues: facts.value?.queues ?? [],
    merges: merges.value ?? [],
    deployments: deployments.value ?? [],
    alarms: alarms.value?.found ?? [],
    notes: [
      ...[presence, accounts, facts, alarms, merges, deployments],
      alarms.value ?? { notes: [] },
    ].flatMap(({ notes }) => notes),
  };
}

/** In the order of their addresses. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readAccounts(
  session: Pick<Session, 'bucket' | 'clock'>,
): Promise<FleetAccount[]> {
  return (await readAccountRows(session)).map(toldAccount);
}

function toldAccount(row: AccountRow): FleetAccount {
  const { address, suspension, caps, grants } = row;
  const words = {
    today: wordsOf(row.today, usageWords),
    yesterday: wordsOf(row.yesterday, costWords),
    total: wordsOf(row.total, costWords),
    caps: capsWords(caps, grants),
  };
  // What stands in a key may be anything: a shell reads this line.
  const isResumable = suspension !== null && parseAddress(address) !== null;
  return { ...row, words, resumeCommand: isResumable ? `onceward send ${address} resume` : null };
}

function wordsOf(usage: Usage | null, told: (usage: Usage) => string): string {
  if (usage === null) return 'unknown';
  return isNoUsage(usage) ? 'nothing' : told(usage);
}

/**
 * As each host computes it by itself. The server pins a partition to its host with the first message it delivers:
 * where messages wait and nobody is pinned, nobody serves, whoever should.
 */
function partitionRows(
  count: number,
  hosts: readonly Presence[],
  facts: FleetFacts | null,
): PartitionRow[] {
  const identities = hosts.map(({ identity }) => identity);
  return Array.from({ length: count }, (_, partition) => {
    const fact = facts?.partitions.find((one) => one.partition === partition);
    const waiting = fact?.waiting ?? 0;
    const isDeserted = waiting > 0 && fact?.isHeld === false;
    return { partition, host: isDeserted ? null : ownerOf(partition, identities), waiting };
  });
}

/** Newest first. */
async function readAlarms(session: RangeSource, nowMs: number) {
  const sinceMs = nowMs - ALARMS_SINCE_MS;
  const { found, notes } = await readRange(session, {
    name: 'alarms',
    sinceMs,
    pick: (body) => (body.includes('"alarm"') ? alarmsIn(body) : []),
  });
  // What is remembered grows old.
  const recent = found.filter(({ atMs }) => atMs >= sinceMs);
  return { found: recent.slice(-MAX_ALARMS).reverse(), notes };
}

function alarmsIn(body: string): Alarm[] {
  return parseAuditMessage(body)
    .filter(({ outcome }) => outcome === 'alarm')
    .map(({ atMs, address, reason, message }) => ({
      ...{ atMs, address: userAddress(address), reason: reason ?? '', message },
    }));
}
