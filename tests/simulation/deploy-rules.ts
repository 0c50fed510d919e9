// Rules on every record of a deployment: one at a time, nothing untested, always a way back, and nobody blamed for
// what infrastructure did. They must never ask the code under test how it has come to what it says.
import { decidedWith, deploymentOf, isAtRest, runKey } from './deploy-truth.ts';
import { isRun, type Landing, runOf } from './landing.ts';
import type { Rule } from './rule.ts';

export const DEPLOY_RULES: readonly Rule[] = [
  { invariant: 'one worker at a time holds the lease of a deployment', broken: secondHolder },
  {
    invariant: 'a lease of a deployment is newer than all before',
    broken: oldToken,
    needsMemory: true,
  },
  {
    invariant: 'a step is reported under the present lease and operation',
    broken: strangersReport,
  },
  { invariant: 'never two deployments in an environment', broken: secondOperation },
  { invariant: 'nothing untested is deployed', broken: untested, needsMemory: true },
  { invariant: 'nothing goes on whose origin is in doubt', broken: doubtful },
  { invariant: 'a rollback is always possible', broken: noWayBack, needsMemory: true },
  { invariant: 'each release is decided once', broken: decidedTwice, needsMemory: true },
  { invariant: 'no version is blamed for infrastructure', broken: blamedWrongly },
  { invariant: 'no release is lost', broken: lostRelease },
  { invariant: 'whoever waits for a person says why', broken: silentHold },
  {
    invariant: 'a queue stays frozen until what is live is good, and no longer',
    broken: wronglyFrozen,
  },
];

/** Of a run, which hears from a deployment. */
export const DEPLOYED_RUN_RULES: readonly Rule[] = [
  {
    invariant: 'a run is told what its deployment has decided',
    broken: undecidedClaim,
    needsMemory: true,
  },
];

/** Tag, revision and statement. */
const QUESTIONS = 3;
const FROZEN_ENDS = ['healthy', 'rolledBack'];
/** A person has said so, or the model finds it bad. */
const PERSONS_CAUSES = ['rejected', 'rolled-back'];

function secondHolder({ previous, next }: Landing): string | null {
  const before = previous === null ? null : deploymentOf(previous).holder;
  const { holder } = deploymentOf(next);
  if (before === null || holder === null || before.token === holder.token) return null;
  return `${holder.worker} has taken ${next.address}, which ${before.worker} holds`;
}

function oldToken({ previous, next, truth }: Landing): string | null {
  const { holder } = deploymentOf(next);
  if (holder === null || (previous !== null && deploymentOf(previous).holder !== null)) return null;
  const newest = truth.deployments.newestToken.get(next.address) ?? 0;
  if (holder.token > newest && holder.token === previous?.revision) return null;
  return `${holder.worker} got token ${holder.token} after ${newest}`;
}

function strangersReport({ previous, next }: Landing): string | null {
  const { type, data } = next.record.event;
  if (previous === null || data === null) return null;
  const { holder, operation, watch } = deploymentOf(previous);
  const { token, operation: number, round } = data;
  if (token !== undefined && token !== holder?.token) {
    return `${next.address} applied ${type} of lease ${token}, held is ${holder?.token}`;
  }
  if (number !== undefined && number !== operation?.number) {
    return `${next.address} applied ${type} of operation ${number}, it is ${operation?.number}`;
  }
  if (round === undefined || round === watch?.round) return null;
  return `${next.address} applied ${type} of round ${round}, it is ${watch?.round}`;
}

/** What is under way ends, or goes back to those who wait, before the next one begins. */
function secondOperation({ previous, next }: Landing): string | null {
  if (previous === null) return null;
  const before = deploymentOf(previous);
  const { operation, operations, ended, queue, release } = deploymentOf(next);
  if (before.operation?.number === operation?.number) return null;
  const number = before.operation?.number;
  const item = before.release?.item;
  const isOver = number === undefined || ended.some((one) => one.number === number);
  const isBack = before.operation?.isTouched === false && queue.some((one) => one.item === item);
  const isKept = isBack || release?.item === item || before.operation?.kind === 'rollback';
  if (!isOver && !isKept) return `operation ${number} of ${next.address} is gone without an end`;
  const isNext = operation === null || operation.number === before.operations + 1;
  return isNext
    ? null
    : `${next.address} went on to operation ${operation.number} of ${operations}`;
}

function untested({ previous, next, truth }: Landing): string | null {
  if (next.state !== 'deploying' || previous?.state === 'deploying') return null;
  const { environment, release, artifacts } = deploymentOf(next);
  const known = artifacts.findLast(({ sha }) => sha === release?.sha);
  const digest = (release?.artifact ?? known)?.digest ?? '';
  if (truth.deployments.environments.isAllowed(environment, digest)) return null;
  return `${next.address} is about to deploy ${digest}, which nobody has tested`;
}

function doubtful({ next }: Landing): string | null {
  const { type } = next.record.event;
  const { operation } = deploymentOf(next);
  if (type !== 'checked' || next.state !== 'promoting') return null;
  const unmet = operation?.findings.find(({ isMet }) => !isMet);
  if (unmet === undefined && operation?.findings.length === QUESTIONS) return null;
  return `${next.address} goes on although ${unmet?.check ?? 'something'} does not agree`;
}

function noWayBack({ next, truth }: Landing): string | null {
  const { environment, holding, live, operation } = deploymentOf(next);
  const good = truth.deployments.good.get(environment) ?? new Set<string>();
  const { environments } = truth.deployments;
  const target = operation?.target?.digest;
  if (target !== undefined && (!environments.has(target) || !good.has(target))) {
    return `${next.address} is to bring back ${target}, which is not there or was never good`;
  }
  if (next.state !== 'held' || holding?.cause !== 'nothing-to-roll-back-to') return null;
  const left = [...good].filter((digest) => digest !== live?.digest);
  return left.length === 0 ? null : `${next.address} finds nothing to come back, and ${left[0]} is`;
}

function decidedTwice(landing: Landing): string | null {
  const { next, truth } = landing;
  const { environment } = deploymentOf(next);
  const again = decidedWith(landing).find((one) =>
    truth.deployments.decided.has(runKey(environment, one)),
  );
  return again === undefined ? null : `${runKey(environment, again)} was decided twice`;
}

function blamedWrongly(landing: Landing): string | null {
  const { next, truth, previous } = landing;
  if (previous === null) return null;
  const { environments } = truth.deployments;
  const blamed = decidedWith(landing).find(
    ({ kind, cause }) => kind === 'product_fail' && !PERSONS_CAUSES.includes(cause),
  );
  if (blamed === undefined || environments.isBad(blamed.digest ?? '')) return null;
  return `${next.address} blames ${blamed.item} for ${blamed.cause}: ${blamed.summary}`;
}

function lostRelease(landing: Landing): string | null {
  const { previous, next } = landing;
  if (previous === null) return null;
  const { type, data } = next.record.event;
  const { environment } = deploymentOf(next);
  const nowIn = [deploymentOf(next).release, ...deploymentOf(next).queue];
  const decided = decidedWith(landing).map((one) => runKey(environment, one));
  const before = deploymentOf(previous);
  const lost = [before.release, ...before.queue].find((one) => {
    if (one?.item == null || one.withdrawn !== null) return false;
    const isStill = nowIn.some((other) => other?.item === one.item);
    const isTakenBack = type === 'withdraw' && data?.['item'] === one.item;
    return (
      !isStill && !isTakenBack && !decided.includes(runKey(environment, { ...one, item: one.item }))
    );
  });
  return lost === undefined ? null : `${lost?.item} was lost by ${next.address} with ${type}`;
}

function silentHold({ next }: Landing): string | null {
  const { holding, incidents, ended } = deploymentOf(next);
  if (next.state === 'held' && !holding?.reason) return `${next.address} is held without a reason`;
  if (next.state === 'degraded' && incidents.length === 0) return `${next.address} says nothing`;
  const isFailed = next.state === 'rollbackFailed' && ended.at(-1)?.outcome !== 'failed';
  return isFailed ? `${next.address} has failed to roll back, and does not say why` : null;
}

/** What it has frozen is in its record until what is live is good. */
function wronglyFrozen({ next }: Landing): string | null {
  const { frozen } = deploymentOf(next);
  const isOver = isAtRest(next) && FROZEN_ENDS.includes(next.state);
  return isOver && frozen.length > 0
    ? `${next.address} is ${next.state}, and freezes ${frozen}`
    : null;
}

function undecidedClaim({ previous, next, truth }: Landing): string | null {
  if (!isRun(next) || previous === null || runOf(previous).claim !== null) return null;
  const { claim, item, stage, attempt } = runOf(next);
  if (claim === null || !claim.claimant.startsWith('deployment:')) return null;
  const environment = stage.deploy?.environment ?? '';
  const decided = truth.deployments.decided.get(
    runKey(environment, { item, stage: stage.name, attempt }),
  );
  if (decided?.kind === claim.verdict.kind) return null;
  return `${next.address} was told ${claim.verdict.kind}, decided was ${decided?.kind ?? 'nothing'}`;
}
