// Merge queues as hosts would have left them: records that the machine has written, put straight into the bucket.
// Their holder is alive and their pool has no worker, so that nobody moves what a test looks at.
import { encodeRecord } from '../../machines/record.ts';
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
import {
  enqueue,
  green,
  landed,
  prepared,
  red,
  report,
  take,
  verified,
} from '../support/queue-steps.ts';

const MINUTE_MS = 60_000;
const PRESENCE_MS = 600_000;
/** Served by no worker. */
const STAGE = { pool: 'elsewhere' };
/** What the checks of the forge are judged by, where a queue waits for them. */
const CHECKS = { required: ['ci'], ignore: [], dwellMs: 90_000, inactivityMs: 300_000, reruns: 2 };

/** Each step comes a minute after the one before; the last one was just now. */
function playedOut(address: string, steps: readonly (Step | StepMaker)[]): TestActor {
  const beganMs = Date.now() - steps.length * MINUTE_MS;
  const queue = openActor(address, { ...tell('open'), atMs: beganMs });
  for (const [index, step] of steps.entries()) {
    const atMs = beganMs + (index + 1) * MINUTE_MS;
    const { outcome } = queue.send((stored) => {
      const made = typeof step === 'function' ? step(stored) : step;
      return { ...made, atMs };
    });
    if (outcome !== 'applied') throw new Error(`step ${index} of ${address} was ${outcome}`);
  }
  return queue;
}

async function store(queues: Readonly<Record<string, TestActor>>): Promise<void> {
  const { url } = await natsServer();
  const nc = await connectNats({ url, name: 'stored-queues' });
  // Its presence, so that no host takes the lease from it.
  const holder = {
    identity: 'worker-1',
    role: 'worker',
    machine: 'm1',
    pid: 1,
    startedAtMs: 1,
  } as const;
  await createAnnouncer(nc).announce(holder, PRESENCE_MS);
  const merges = createBucket(nc, 'onceward-merges');
  for (const [key, queue] of Object.entries(queues)) {
    const value = encodeRecord(queue.stored().record);
    await merges.write({ key, value, expectedRevision: 0 });
  }
  await nc.close();
}

const progress = report('progress', { watermark: 3, doing: 'gate 2 of 3: npm test' });
const landAll = [take, prepared, green, landed, verified];

/** `shop/<digit>` for each, at most four of them tried together. */
function arrivals(...items: string[]): Step[] {
  return items.map((item) => enqueue(item, { batchSize: 4, stage: STAGE }));
}

/** Two are tested together by a holder that gets on, behind one that has landed; one more waits. */
export async function storeBusyQueue(key: string): Promise<void> {
  const steps = [
    ...arrivals('1', '2', '3'),
    ...landAll,
    ...[take, prepared, ...arrivals('4'), progress],
  ];
  await store({ [key]: playedOut(`merge.${key}`, steps) });
}

/** Four were red together: two of them are tried now, two are suspects. */
export async function storeHuntingQueue(key: string): Promise<void> {
  const together = arrivals('1', '2', '3', '4', '5');
  const steps = [...together, ...landAll, take, prepared, red, take, prepared];
  await store({ [key]: playedOut(`merge.${key}`, steps) });
}

/** Its gates have passed; nobody holds the lease while the forge is waited for. */
export async function storeAwaitingQueue(key: string): Promise<void> {
  const steps = [enqueue('1', { checks: CHECKS, stage: STAGE }), take, prepared, green];
  await store({ [key]: playedOut(`merge.${key}`, steps) });
}

/** Nobody is in it, and somebody has frozen it with these words. */
export async function storeFrozenQueue(key: string, reason: string, title = ''): Promise<void> {
  const freeze = { ...tell('freeze', { by: 'operator:ada', reason }), door: 'ask' as const };
  const more = title === '' ? [] : [enqueue('1', { stage: STAGE }, { title })];
  await store({ [key]: playedOut(`merge.${key}`, [freeze, ...more]) });
}
