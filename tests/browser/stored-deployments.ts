// Deployments in the states that their page is looked at in. No host may move them while it is.
import {
  assessed,
  checked,
  due,
  failed,
  measured,
  mismatched,
  promoted,
  report,
  request,
  take,
  untilDeployed,
  WATCHED,
} from '../support/deployment-steps.ts';
import type { Step, StepMaker } from '../support/machine-steps.ts';
import { playedOut, storeActors, UNSERVED } from './stored-actors.ts';

const watched = { deploy: WATCHED, stage: UNSERVED };

const progress = report('progress', { watermark: 2, doing: 'measuring latency, orders' });
const rounds = [
  ...[due, take, measured('good', 118), due, take, measured('good', 131)],
  ...[due, take, measured('error', null, 'connection refused'), due, take],
];

/** One is good and another is watched for a while; two more wait. */
export async function storeWatchedDeployment(key: string): Promise<void> {
  await store(key, [
    ...[request('1', { stage: UNSERVED }), ...untilDeployed],
    ...[request('2', watched), ...untilDeployed, request('3', watched), request('4', watched)],
    ...[...rounds, measured('bad', 870, '870 ms, at most 200 ms'), due, take, progress],
  ]);
}

/** The registry speaks of another image. */
export async function storeHeldDeployment(key: string, title = 'change 2'): Promise<void> {
  await store(key, [
    ...[request('1', { stage: UNSERVED }), ...untilDeployed],
    ...[request('2', { stage: UNSERVED }, { title }), take, assessed, mismatched],
  ]);
}

/** A version proved bad, and a person is asked before the one of before comes back. */
export async function storeDegradedDeployment(key: string): Promise<void> {
  const summary = 'orders fail: 500 of 612';
  const reaction = { rollback: 'approval', openItem: true };
  await store(key, [
    ...[request('1', { stage: UNSERVED }), ...untilDeployed],
    request('2', { deploy: { reaction }, stage: UNSERVED }),
    ...[take, assessed, checked, promoted, failed('product_fail', 'verify', { summary })],
  ]);
}

function store(key: string, steps: readonly (Step | StepMaker)[]): Promise<void> {
  const address = `deployment.${key}`;
  return storeActors({ [address]: playedOut(address, steps) });
}
