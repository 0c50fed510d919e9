// What is said of the whole fleet in metrics: queues and mailboxes as the server knows them, and accounts as their
// records stand. It must never let accounts that cannot be read take the rest with them.
import { type FleetFacts, readFleetFacts } from '../../transport/nats/fleet-facts.ts';
import type { Bucket, BucketName, Clock } from '../../transport/ports.ts';
import { readAccountRows } from '../queries/account-rows.ts';

/** Both words come from the configuration, never from an item. */
export interface AccountFact {
  owner: string;
  name: string;
  isSuspended: boolean;
}

export interface ScrapeReading extends FleetFacts {
  /** Left out where they could not be read. */
  accounts?: readonly AccountFact[];
}

export async function readForScrape(
  nc: Parameters<typeof readFleetFacts>[0],
  world: { bucket: (name: BucketName) => Pick<Bucket, 'scan'>; clock: Clock },
): Promise<ScrapeReading> {
  const [facts, accounts] = await Promise.all([readFleetFacts(nc), readAccountFacts(world)]);
  return accounts === null ? facts : { ...facts, accounts };
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
