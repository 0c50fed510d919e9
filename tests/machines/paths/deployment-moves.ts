// Everything that items, workers, hosts and people could send to a deployment where it stands.
// It must never ask the machine what it would accept.
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import { artifactOf, DEPLOYMENT, digestOf } from '../../support/deployment-driver.ts';
import { ask, type Step, tell } from '../../support/machine-steps.ts';
import { shaOf } from '../../support/merge-driver.ts';
import {
  assessed,
  built,
  checked,
  deployed,
  failed,
  measured,
  OTHER,
  promoted,
  request,
  rolledBack,
  take,
} from './deployment-steps.ts';
import { deadlineMoves, inTime, type Move, type Situation } from './situation.ts';

export const DEPLOYED = DEPLOYMENT;
const ITEMS = ['a', 'b', 'v1'];

function fromWorkers(context: DeploymentContext): Step[] {
  const { holder, operation } = context;
  const token = holder?.token ?? 1;
  const lease = { token, operation: operation?.number ?? 1 };
  return [
    take(),
    ask('progress', { ...lease, watermark: 1 }),
    assessed(context),
    assessed(context, { isContained: true }),
    assessed(context, { isNeeded: false }),
    assessed(context, { isOnBase: false }),
    built(context),
    built(context, digestOf(shaOf('v2'))),
    checked(context),
    checked(context, false),
    promoted(context),
    promoted(context, OTHER),
    deployed(context),
    rolledBack(context),
    ...['good', 'bad', 'inconclusive', 'error'].map((outcome) => measured(context, outcome)),
    ...['infra_error', 'product_fail', 'unobserved'].map((kind) => failed(context, kind)),
    ask('holder-lost', { token, worker: holder?.worker ?? 'w', evidence: 'gone' }),
  ];
}

function fromItemsAndPeople({ incidents }: DeploymentContext): Step[] {
  const bad = artifactOf(shaOf('a'));
  return [
    ...ITEMS.flatMap((item) => [
      request(item, { watch: { probes: [] } }),
      tell('withdraw', { item, attempt: 1, reason: '' }),
    ]),
    ask('deploy', { by: 'ada', artifact: artifactOf(shaOf('x')) }),
    ask('deploy', { by: 'ada', artifact: bad, override: 'it was not to blame' }),
    ask('hold', { by: 'ada' }),
    ...['retry', 'accept', 'reject'].map((decision) => ask('release', { by: 'ada', decision })),
    ask('rollback', { by: 'ada' }),
    ask('item-opened', { incident: incidents.at(-1)?.number ?? 1, item: 'i99' }),
  ];
}

/** The same list of moves, in the same order, for the same situation. */
export function deploymentMoves({ context }: Situation<DeploymentContext>): Move[] {
  const steps = [...fromWorkers(context), ...fromItemsAndPeople(context)];
  const atMs = inTime(context.deadlines);
  return [...steps.map((step) => ({ ...step, atMs })), ...deadlineMoves(context.deadlines)];
}
