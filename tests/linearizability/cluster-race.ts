// The one experiment that is run on a good and on a bad server: races for claims in a bucket with three
// copies, while its leader is deposed. Nothing in it may depend on the version of the server.
import type { NatsCluster } from '../support/nats-cluster.ts';
import { type ClaimRace, type ClaimRaceOptions, raceForClaims } from './claim-race.ts';
import { createPlainBucket } from './plain-bucket.ts';

const STEP_DOWNS = 2;
const KEYS_DEFAULT = 24;
const MAX_KEYS = 10_000;
const LIMIT_MS_PER_KEY = 2_000;

/** `ONCEWARD_TEST_CLAIM_KEYS`: how many keys are raced for in each test, 16 times each. Defaults to 24: more than sixteen, so that batches are made. */
export const CLAIM_KEYS = claimKeys();
/** For the body of a test that races for so many keys. */
export const RACE_LIMIT_MS = 60_000 + CLAIM_KEYS * LIMIT_MS_PER_KEY;

/** Creates a bucket with three copies and races in it, through two step-downs. */
export async function raceOnCluster(
  cluster: NatsCluster,
  options: Pick<ClaimRaceOptions, 'bucket' | 'writer'>,
): Promise<ClaimRace & { stepDowns: number }> {
  await createPlainBucket(cluster.url, { name: options.bucket, replicas: 3 });
  await cluster.ready();
  let stepDowns = 0;
  const disturb = async () => {
    await cluster.stepDown(`KV_${options.bucket}`);
    stepDowns += 1;
  };
  const race = await raceForClaims({
    ...options,
    urls: cluster.nodes.map(({ url }) => url),
    keys: CLAIM_KEYS,
    disturbance: { times: STEP_DOWNS, disturb },
  });
  return { ...race, stepDowns };
}

function claimKeys(): number {
  const keys = Number(process.env['ONCEWARD_TEST_CLAIM_KEYS'] ?? KEYS_DEFAULT);
  if (Number.isInteger(keys) && keys >= 1 && keys <= MAX_KEYS) return keys;
  throw new RangeError(`ONCEWARD_TEST_CLAIM_KEYS must be a whole number from 1 to ${MAX_KEYS}`);
}
