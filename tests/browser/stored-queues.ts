// Merge queues in the states that their page is looked at in. No host may move them while it is.
import { type Step, type StepMaker, tell } from '../support/machine-steps.ts';
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
import { playedOut, storeActors, UNSERVED } from './stored-actors.ts';

/** What the checks of the forge are judged by, where a queue waits for them. */
const CHECKS = { required: ['ci'], ignore: [], dwellMs: 90_000, inactivityMs: 300_000, reruns: 2 };

const progress = report('progress', { watermark: 3, doing: 'gate 2 of 3: npm test' });
const landAll = [take, prepared, green, landed, verified];

/** `shop/<digit>` for each, at most four of them tried together. */
function arrivals(...items: string[]): Step[] {
  return items.map((item) => enqueue(item, { batchSize: 4, stage: UNSERVED }));
}

/** Two are tested together by a holder that gets on, behind one that has landed; one more waits. */
export async function storeBusyQueue(key: string): Promise<void> {
  const steps = [
    ...arrivals('1', '2', '3'),
    ...landAll,
    ...[take, prepared, ...arrivals('4'), progress],
  ];
  await store(key, steps);
}

/** Four were red together: two of them are tried now, two are suspects. */
export async function storeHuntingQueue(key: string): Promise<void> {
  const together = arrivals('1', '2', '3', '4', '5');
  const steps = [...together, ...landAll, take, prepared, red, take, prepared];
  await store(key, steps);
}

/** Its gates have passed; nobody holds the lease while the forge is waited for. */
export async function storeAwaitingQueue(key: string): Promise<void> {
  const steps = [enqueue('1', { checks: CHECKS, stage: UNSERVED }), take, prepared, green];
  await store(key, steps);
}

/** Nobody is in it, and somebody has frozen it with these words. */
export async function storeFrozenQueue(key: string, reason: string, title = ''): Promise<void> {
  const freeze = { ...tell('freeze', { by: 'operator:ada', reason }), door: 'ask' as const };
  const more = title === '' ? [] : [enqueue('1', { stage: UNSERVED }, { title })];
  await store(key, [freeze, ...more]);
}

function store(key: string, steps: readonly (Step | StepMaker)[]): Promise<void> {
  const address = `merge.${key}`;
  return storeActors({ [address]: playedOut(address, steps) });
}
