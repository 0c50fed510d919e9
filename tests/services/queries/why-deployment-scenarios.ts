// Deployments in every state they can rest in, with what is known around each; and runs that wait for one.
// It must never make a record by hand: what cannot come about needs no explanation.
import {
  assessed,
  checked,
  deployed,
  deploymentAfter,
  due,
  failed,
  mismatched,
  promoted,
  request,
  rolledBack,
  take,
  untilDeployed,
  WATCHED,
} from '../../support/deployment-steps.ts';
import { ask, OPENED_AT_MS, type Step, type StepMaker } from '../../support/machine-steps.ts';
import { deploymentScenario, runScenario, type Scenario } from './why-scenarios.ts';

const one = request('1');
const watched = { deploy: WATCHED };
const hold = ask('hold', { by: 'ada', reason: 'sale until noon' });
const accept = ask('release', { by: 'ada', decision: 'accept', reason: 'looked at it' });
const untested = request('1', { deploy: { requires: 'staging' } }, { passes: [] });
const fault = failed('infra_error', 'registry', { cause: 'registry-away', summary: 'status 500' });
const bad = failed('product_fail', 'verify');
const lateMs = OPENED_AT_MS + 3_600_000;

const oneIsGood = [one, ...untilDeployed];
/** A second one proves bad after a first one was good; the rules are those of the second. */
const secondIsBad = (deploy: Record<string, unknown> = {}): (Step | StepMaker)[] => [
  ...oneIsGood,
  request('2', { deploy }),
  ...[take, assessed, checked, promoted, bad],
];
const observed = [request('1', watched), ...untilDeployed];
/** The watch has come to no end. */
const overdue: StepMaker = ({ record }) => {
  const atMs = record.context.deadlines['watch-overdue'] ?? 0;
  return { type: 'watch-overdue', data: {}, door: 'deadline', atMs };
};
const backAndWatched = [
  ...[...observed, overdue, accept, request('2', watched)],
  ...[take, assessed, checked, promoted, bad, take, rolledBack],
];

export const DEPLOYMENTS: readonly Scenario[] = [
  deploymentScenario('nothing was deployed yet', { state: 'idle' }),
  deploymentScenario('what is live is good', { state: 'healthy', steps: oneIsGood }),
  deploymentScenario('a release is looked at', { state: 'assessing', steps: [one, request('2')] }),
  deploymentScenario('a release is looked at, and no worker is alive', {
    state: 'assessing',
    steps: [one],
    presences: [],
  }),
  deploymentScenario('the registry was away', {
    state: 'verifyingProvenance',
    steps: [one, take, assessed, fault],
    nowMs: OPENED_AT_MS + 500,
  }),
  deploymentScenario('its image is built', {
    state: 'building',
    steps: [
      request('1', { deploy: { build: { command: 'make image' } } }, { artifact: null }),
      ...[take, assessed],
    ],
  }),
  deploymentScenario('its tags are moved', {
    state: 'promoting',
    steps: [one, take, assessed, checked],
  }),
  deploymentScenario('it is deployed', {
    state: 'deploying',
    steps: [one, take, assessed, checked, promoted],
  }),
  deploymentScenario('its holder has stood still', {
    state: 'deploying',
    steps: [one, take, assessed, checked, promoted],
    nowMs: lateMs,
  }),
  deploymentScenario('it is watched', { state: 'observing.waiting', steps: observed }),
  deploymentScenario('it is measured', {
    state: 'observing.measuring',
    steps: [...observed, due, take],
  }),
  deploymentScenario('nobody has tested it', {
    state: 'held',
    steps: [untested, take, assessed, checked],
  }),
  deploymentScenario('the registry speaks of another image', {
    state: 'held',
    steps: [one, take, assessed, mismatched],
  }),
  deploymentScenario('infrastructure has used up its tries', {
    state: 'held',
    steps: [
      request('1', { deploy: { retries: { infra: 0 } } }),
      ...[take, assessed, checked, promoted, fault],
    ],
  }),
  deploymentScenario('the watch came to no end', {
    state: 'held',
    steps: [...observed, overdue],
  }),
  deploymentScenario('a person holds it', { state: 'held', steps: [...oneIsGood, hold] }),
  deploymentScenario('a rollback has to be allowed', {
    state: 'degraded',
    steps: secondIsBad({ reaction: { rollback: 'approval' } }),
  }),
  deploymentScenario('nothing could come back', {
    state: 'held',
    steps: [one, take, assessed, checked, promoted, bad],
  }),
  deploymentScenario('the one of before comes back', {
    state: 'rollingBack',
    steps: [...secondIsBad(), take],
  }),
  deploymentScenario('the one of before is back', {
    state: 'rolledBack',
    steps: [...secondIsBad(), take, rolledBack],
  }),
  deploymentScenario('the one of before is watched', {
    state: 'observingRollback.waiting',
    steps: backAndWatched,
  }),
  deploymentScenario('the one of before is measured', {
    state: 'observingRollback.measuring',
    steps: [...backAndWatched, due],
  }),
  deploymentScenario('the one of before cannot come back', {
    state: 'rollbackFailed',
    steps: [...secondIsBad({ retries: { rollback: 0 } }), take, failed('product_fail', 'rollback')],
  }),
];

const deploying = {
  ...{ name: 'build', kind: 'deploy' as const },
  deploy: {
    environment: 'production',
    image: { name: 'registry.example.com/acme/shop' },
    deploy: { command: './deploy.sh' },
  },
};
const mine = request('7', {}, { stage: 'build' });
const queued = { state: 'running.queued', stage: deploying };

export const WAITING_FOR_DEPLOYMENTS: readonly Scenario[] = [
  runScenario('its deployment is not open yet', queued),
  runScenario('its deployment has not heard of it', {
    ...queued,
    deployment: deploymentAfter(one),
  }),
  runScenario('it waits for its deployment', {
    ...queued,
    deployment: deploymentAfter(one, take, mine),
  }),
  runScenario('it is being deployed', {
    ...queued,
    deployment: deploymentAfter(mine, take, assessed, checked, promoted),
  }),
  runScenario('its release is held', {
    ...queued,
    deployment: deploymentAfter(mine, take, assessed, mismatched),
  }),
  runScenario('it was deployed, and has not heard of it', {
    ...queued,
    deployment: deploymentAfter(mine, take, assessed, checked, promoted, deployed),
  }),
];
