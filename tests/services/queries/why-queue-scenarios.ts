// Merge queues in every state they can rest in, with what is known around each; and runs that wait in one.
// It must never make a record by hand: what cannot come about needs no explanation.
import { ask, OPENED_AT_MS, type Step, type StepMaker, tell } from '../../support/machine-steps.ts';
import {
  commit,
  enqueue,
  green,
  landed,
  prepared,
  queueAfter,
  red,
  report,
  take,
  verified,
} from '../../support/queue-steps.ts';
import { queueScenario, runScenario, type Scenario } from './why-scenarios.ts';

const one = enqueue('1');
const mine = enqueue('7');
const checked = enqueue('1', { checks: {} });
const notYet = tell('admission', {
  ...{ item: '7', headSha: commit('7'), outcome: 'waiting', reason: 'its own checks to pass' },
});
const freeze = ask('freeze', { by: 'ada', reason: 'release day' });
const fault = report('failed', { cause: 'remote-away', summary: 'no route to host' });
const faulty = [1, 2, 3, 4].flatMap(() => [take, fault]);
const lateMs = OPENED_AT_MS + 3_600_000;

const twiceRed = [take, prepared, red, take, prepared, red];
/** Five items, each red in two trials; the base alone is tried once, and is green. */
const tenRed: (Step | StepMaker)[] = [
  ...['1', '2', '3', '4', '5'].map((item) => enqueue(item)),
  ...[take, prepared, red, take, prepared, green, take, prepared, red],
  ...[...twiceRed, ...twiceRed, ...twiceRed, ...twiceRed],
];

export const QUEUES: readonly Scenario[] = [
  queueScenario('nobody is in it', { state: 'idle' }),
  queueScenario('nobody in it is let in', {
    state: 'idle',
    steps: [enqueue('7', { admission: 'forge' }), notYet],
  }),
  queueScenario('it waits after a fault of the infrastructure', {
    state: 'idle',
    steps: [one, ...faulty],
    nowMs: OPENED_AT_MS + 5_000,
  }),
  queueScenario('a worker is asked for', { state: 'preparing', steps: [one, mine] }),
  queueScenario('a worker is asked for, and none is alive', {
    state: 'preparing',
    steps: [one],
    presences: [],
  }),
  queueScenario('its gates are run', { state: 'validating', steps: [one, take, prepared] }),
  queueScenario('only the forge is waited for', {
    state: 'validating',
    steps: [checked, take, prepared, green],
  }),
  queueScenario('its holder has stood still', {
    state: 'validating',
    steps: [one, take, prepared],
    nowMs: lateMs,
  }),
  queueScenario('its candidate is pushed', {
    state: 'merging',
    steps: [one, take, prepared, green],
  }),
  queueScenario('its candidate is pushed, and it is to be frozen', {
    state: 'merging',
    steps: [one, take, prepared, green, freeze],
  }),
  queueScenario('the base is read back', {
    state: 'verifying',
    steps: [one, take, prepared, green, landed],
  }),
  queueScenario('a batch was red', {
    state: 'preparing',
    steps: [
      ...['1', '2', '3', '4'].map((item) => enqueue(item, { batchSize: 4 })),
      ...[take, prepared, green, landed, verified, take, prepared, red],
    ],
  }),
  queueScenario('a person has frozen it', { state: 'frozen', steps: [freeze, one] }),
  queueScenario('the base is red', {
    state: 'frozen',
    steps: [one, take, prepared, red, take, prepared, red],
  }),
  queueScenario('its breaker has opened', { state: 'paused', steps: tenRed }),
];

const landing = { name: 'build', kind: 'merge' as const };
const asMine = { stage: 'build' };

export const WAITING_IN_QUEUES: readonly Scenario[] = [
  runScenario('its merge queue is not open yet', { state: 'running.queued', stage: landing }),
  runScenario('its merge queue has not heard of it', {
    ...{ state: 'running.queued', stage: landing, queue: queueAfter(one) },
  }),
  runScenario('it waits in the merge queue', {
    state: 'running.queued',
    stage: landing,
    queue: queueAfter(one, take, prepared, enqueue('7', {}, asMine)),
  }),
  runScenario('it waits for the forge to let it in', {
    state: 'running.queued',
    stage: landing,
    queue: queueAfter(enqueue('7', { admission: 'forge' }, asMine), notYet),
  }),
  runScenario('it waits in a frozen merge queue', {
    state: 'running.queued',
    stage: landing,
    queue: queueAfter(freeze, enqueue('7', {}, asMine)),
  }),
  runScenario('it is being landed', {
    state: 'running.queued',
    stage: landing,
    queue: queueAfter(enqueue('7', {}, asMine), take, prepared, green),
  }),
  runScenario('it has landed, and has not heard of it', {
    state: 'running.queued',
    stage: landing,
    queue: queueAfter(enqueue('7', {}, asMine), take, prepared, green, landed, verified),
  }),
];
