// Actors as hosts would have left them: records that their machine has written, put straight into the bucket.
// Whoever holds their lease is alive and their pool has no worker, so that nobody moves what a test looks at.
import { parseAddress } from '../../machines/address.ts';
import { encodeRecord } from '../../machines/record.ts';
import { BUCKET_OF } from '../../services/actors/record-cache.ts';
import { createBucket } from '../../transport/nats/bucket.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { createAnnouncer } from '../../transport/nats/presence.ts';
import {
  openActor,
  type Step,
  type StepMaker,
  type TestActor,
  tell,
} from '../support/machine-steps.ts';
import { natsServer } from '../support/nats-server.ts';

const MINUTE_MS = 60_000;
const PRESENCE_MS = 600_000;

/** Served by no worker. */
export const UNSERVED = { pool: 'elsewhere' };

/** Each step comes a minute after the one before; the last one was just now. */
export function playedOut(address: string, steps: readonly (Step | StepMaker)[]): TestActor {
  const beganMs = Date.now() - steps.length * MINUTE_MS;
  const actor = openActor(address, { ...tell('open'), atMs: beganMs });
  for (const [index, step] of steps.entries()) {
    const atMs = beganMs + (index + 1) * MINUTE_MS;
    const { outcome } = actor.send((stored) => {
      const made = typeof step === 'function' ? step(stored) : step;
      return { ...made, atMs };
    });
    if (outcome !== 'applied') throw new Error(`step ${index} of ${address} was ${outcome}`);
  }
  return actor;
}

/** By address. */
export async function storeActors(actors: Readonly<Record<string, TestActor>>): Promise<void> {
  const { url } = await natsServer();
  const nc = await connectNats({ url, name: 'stored-actors' });
  // Its presence, so that no host takes the lease from it.
  const holder = {
    identity: 'worker-1',
    role: 'worker',
    machine: 'm1',
    pid: 1,
    startedAtMs: 1,
  } as const;
  await createAnnouncer(nc).announce(holder, PRESENCE_MS);
  for (const [address, actor] of Object.entries(actors)) {
    const parsed = parseAddress(address);
    if (parsed === null) throw new Error(`${address} is no address`);
    const value = encodeRecord(actor.stored().record);
    const bucket = createBucket(nc, BUCKET_OF[parsed.kind]);
    await bucket.write({ key: parsed.key, value, expectedRevision: 0 });
  }
  await nc.close();
}
