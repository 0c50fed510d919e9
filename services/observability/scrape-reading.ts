// What is said of the whole fleet in metrics: queues and mailboxes as the server knows them, accounts, merge
// queues and deployments as their records stand. It must never let records that cannot be read take the rest with them.
import { type FleetFacts, readFleetFacts } from '../../transport/nats/fleet-facts.ts';
import type { Bucket, BucketName, Clock } from '../../transport/ports.ts';
import { readAccountRows } from '../queries/account-rows.ts';
import { type DeploymentFact, readDeploymentFacts } from './deployment-facts.ts';
import { type MergeFact, readMergeFacts } from './merge-facts.ts';

/** Both words come from the configuration, never from an item. */
export interface AccountFact {
  owner: string;
  name: string;
  isSuspended: boolean;
}

export interface ScrapeReading extends FleetFacts {
  /** Left out where they could not be read. */
  accounts?: readonly AccountFact[];
  /** Left out where they could not be read. */
  merges?: readonly MergeFact[];
  /** Left out where they could not be read. */
  deployments?: readonly DeploymentFact[];
}

export async function readForScrape(
  nc: Parameters<typeof readFleetFacts>[0],
  world: { bucket: (name: BucketName) => Pick<Bucket, 'scan'>; clock: Clock },
): Promise<ScrapeReading> {
  const [facts, accounts, merges, deployments] = await Promise.all([
    readFleetFacts(nc),
    readAccountFacts(world),
    readMergeFacts(world).catch(() => null),
    readDeploymentFacts(world).catch(() => null),
  ]);
  const known = { ...(accounts && { accounts }), ...(merges && { merges }) };
  return { ...facts, ...known, ...(deployments && { deployments }) };
}

async function readAccountFacts(world: {
  bucket: (name: BucketName) => Pick<Bucket, 'scan'>;
  clock: Clock;
}): Promise<AccountFact[] | null> {
  const rows = await readAccountRows(world).catch(() => null);
  return (
    rows?.map(({ owner, name, suspension }) => ({
      owner,
      name,
      isSuspended: suspension !== null,
    })) ?? null
  );
}
