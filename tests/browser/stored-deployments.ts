// Deployments as hosts would have left them: records that the machine has written, put straight into the bucket.
// Their holder is alive and their pool has no worker, so that nobody moves what a test looks at.
import { encodeRecord } from '../../machines/record.ts';
import { createBucket } from '../../transport/nats/bucket.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { createAnnouncer } from '../../transport/nats/presence.ts';
import {
  assessed,
  checked,
  due,
  failed,
  measured,
  mismatched,
  openDeployment,
  promoted,
  report,
  request,
  take,
  untilDeployed,
  WATCHED,
} from '../support/deployment-steps.ts';
import type { Step, StepMaker, TestActor } from '../support/machine-steps.ts';
import { natsServer } from '../support/nats-server.ts';

const MINUTE_MS = 60_000;
const PRESENCE_MS = 600_000;
/** Served by no worker. */
const STAGE = { pool: 'elsewhere' };
const watched = { deploy: WATCHED, stage: STAGE };

/** Each step comes a minute after the one before; the last one was just now. */
function playedOut(key: string, steps: readonly (Step | StepMaker)[]): TestActor {
  const beganMs = Date.now() - steps.length * MINUTE_MS;
  const deployment = openDeployment(`deployment.${key}`, beganMs);
  for (const [index, step] of steps.entries()) {
    const { outcome } = deployment.send((stored) => {
      const made = typeof step === 'function' ? step(stored) : step;
      return { ...made, atMs: beganMs + (index + 1) * MINUTE_MS };
    });
    if (outcome !== 'applied') throw new Error(`step ${index} of ${key} was ${outcome}`);
  }
  return deployment;
}

async function store(key: string, steps: readonly (Step | StepMaker)[]): Promise<void> {
  const { url } = await natsServer();
  const nc = await connectNats({ url, name: 'stored-deployments' });
  // Its presence, so that no host takes the lease from it.
  const holder = {
    identity: 'worker-1',
    role: 'worker',
    machine: 'm1',
    pid: 1,
    startedAtMs: 1,
  } as const;
  await createAnnouncer(nc).announce(holder, PRESENCE_MS);
  const value = encodeRecord(playedOut(key, steps).stored().record);
  await createBucket(nc, 'onceward-deployments').write({ key, value, expectedRevision: 0 });
  await nc.close();
}

const progress = report('progress', { watermark: 2, doing: 'measuring latency, orders' });
const rounds = [
  ...[due, take, measured('good', 118), due, take, measured('good', 131)],
  ...[due, take, measured('error', null, 'connection refused'), due, take],
];

/** One is good and another is watched for a while; two more wait. */
export async function storeWatchedDeployment(key: string): Promise<void> {
  await store(key, [
    ...[request('1', { stage: STAGE }), ...untilDeployed],
    ...[request('2', watched), ...untilDeployed, request('3', watched), request('4', watched)],
    ...[...rounds, measured('bad', 870, '870 ms, at most 200 ms'), due, take, progress],
  ]);
}

/** The registry speaks of another image. */
export async function storeHeldDeployment(key: string, title = 'change 2'): Promise<void> {
  await store(key, [
    ...[request('1', { stage: STAGE }), ...untilDeployed],
    ...[request('2', { stage: STAGE }, { title }), take, assessed, mismatched],
  ]);
}

/** A version proved bad, and a person is asked before the one of before comes back. */
export async function storeDegradedDeployment(key: string): Promise<void> {
  const summary = 'orders fail: 500 of 612';
  const reaction = { rollback: 'approval', openItem: true };
  await store(key, [
    ...[request('1', { stage: STAGE }), ...untilDeployed],
    request('2', { deploy: { reaction }, stage: STAGE }),
    ...[take, assessed, checked, promoted, failed('product_fail', 'verify', { summary })],
  ]);
}
