// What has not come to its end yet: once faults are over nothing may stay open but what is visibly parked.
// It must never excuse anything because it is rare.

import { mergeAddress } from '../../machines/address.ts';
import { turnsDrawn } from './account-rules.ts';
import { currentRunOf } from './advance-rules.ts';
import { deploymentOf, isAtRest } from './deploy-truth.ts';
import { isFinal, isRun, type Known, type Truth } from './landing.ts';
import type { Ledger } from './ledger.ts';
import { queueOf } from './merge-truth.ts';
import type { Server } from './server.ts';
import { PROJECT, type Shape } from './shape.ts';

const AT_A_PERSON = ['held', 'degraded', 'rollbackFailed'];

/** Everything that is still open, in words; empty at rest. */
export function unsettled(world: { ledger: Ledger; server: Server; shape: Shape }): string[] {
  const { ledger, server, shape } = world;
  const { records, removed } = ledger.truth;
  const queue = records.get(mergeAddress(PROJECT, 'main'));
  const deployments = [...records.values()].filter(({ record }) => record.machine === 'deployment');
  const waiting = new Set([...waitingIn(queue), ...deployments.flatMap(waitingAt)]);
  const open: string[] = [...unsettledQueue(queue), ...deployments.flatMap(unsettledDeployment)];
  open.push(...frozenInVain(queue, deployments));
  for (const item of shape.items) {
    const address = `item.${PROJECT}.${item}`;
    const known = records.get(address);
    if (removed.has(address)) continue;
    if (known === undefined) open.push(`${address} was never opened`);
    else if (known.state !== 'parked' && !waiting.has(currentRunOf(known) ?? ''))
      open.push(`${address} is ${known.state}`);
  }
  for (const known of records.values()) {
    if (!isRun(known)) continue;
    const owner = known.address.split('.').slice(1, 3).join('.');
    if (waiting.has(known.address)) continue;
    if (!isFinal(known)) open.push(`${known.address} is ${known.state}`);
    else if (removed.has(`item.${owner}`)) open.push(`${known.address} is not archived`);
  }
  open.push(...undrawn(ledger.truth));
  if (server.jobs.size() > 0) open.push(`${server.jobs.size()} jobs are left over`);
  for (const mail of server.mailbox.owed()) open.push(`${mail.id} is not acknowledged`);
  return open;
}

/** Runs that wait in a queue which stands still, and says so: whoever resumes it lets them go on. */
function waitingIn(queue: Known | undefined): string[] {
  if (queue === undefined || !isStandingStill(queue)) return [];
  return queueOf(queue).entries.map(
    ({ item, stage, attempt }) => `run.${PROJECT}.${item}.${stage}.${attempt}`,
  );
}

function isStandingStill({ state }: Known): boolean {
  return state === 'frozen' || state === 'paused';
}

/** Runs that wait for an environment which waits for a person, and says so. */
function waitingAt(deployment: Known): string[] {
  if (!AT_A_PERSON.includes(deployment.state)) return [];
  const { release, queue } = deploymentOf(deployment);
  return [release, ...queue].flatMap((one) =>
    one?.item == null ? [] : [`run.${PROJECT}.${one.item}.${one.stage}.${one.attempt}`],
  );
}

/** Whatever has come has ended, or a person is waited for. */
function unsettledDeployment(deployment: Known): string[] {
  if (AT_A_PERSON.includes(deployment.state)) return [];
  const { queue } = deploymentOf(deployment);
  if (isAtRest(deployment) && queue.length === 0) return [];
  return [`${deployment.address} is ${deployment.state}, and ${queue.length} wait`];
}

/** A queue is frozen by whoever knows of it. */
function frozenInVain(queue: Known | undefined, deployments: readonly Known[]): string[] {
  const by = queue === undefined ? undefined : queueOf(queue).freeze?.by;
  const of = deployments.find(({ address }) => by === address.replace('.', ':'));
  if (of === undefined || deploymentOf(of).frozen.length > 0) return [];
  return [`${of.address} has frozen the queue, and has forgotten it`];
}

/** Whoever has come to the queue has landed or was sent back, or the queue stands still. */
function unsettledQueue(queue: Known | undefined): string[] {
  if (queue === undefined || isStandingStill(queue)) return [];
  const items = queueOf(queue).entries.map(({ item }) => item);
  const isAtRest = queue.state === 'idle' && items.length === 0;
  return isAtRest ? [] : [`${queue.address} is ${queue.state}, and holds ${items.join()}`];
}

/** In the end its project has been told of everything that a run has used. */
function undrawn(truth: Truth): string[] {
  return [...truth.used].flatMap(([run, used]) => {
    const drawn = turnsDrawn(truth, `account.project.${PROJECT}`, run);
    return drawn === used ? [] : [`the project was told ${drawn} of ${used} turns of ${run}`];
  });
}
