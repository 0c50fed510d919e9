// Makes what people are shown of a deployment from its record. Pure.
// It must never guess at a record that it cannot read.
import { deploymentAddress } from '../../machines/address.ts';
import { artifactOf, rollbackTarget } from '../../machines/deployment/conditions.ts';
import type { DeploymentContext, Release } from '../../machines/deployment/context.ts';
import { tagOf } from '../../machines/deployment/rules.ts';
import { fromToken } from '../../machines/identifier.ts';
import { type Stored, stateName } from '../../machines/record.ts';
import { deploymentContextOf } from '../../machines/typed-context.ts';
import { deploymentHoldOf } from './deployment-decisions.ts';
import { operationOf, versionOf, watchOf } from './deployment-operation.ts';
import type { AskedView, DeploymentView, ReleaseView } from './deployment-view.ts';
import { awaitedHere, awaitedInQueue } from './deployment-words.ts';

/** `nowMs` is server time. */
export function deploymentView(stored: Stored, nowMs: number): DeploymentView {
  const { record, revision } = stored;
  const context = deploymentContextOf(record);
  const { project, environment, good, live, holder } = context;
  const state = stateName(record.state);
  const hold = deploymentHoldOf(stored, nowMs);
  const operation = operationOf(context, state);
  const watch = watchOf(context);
  const waitsFor = awaitedHere(context, { state, nowMs, hold, operation, watch });
  const named = (item: string | null) => (item === null ? null : `${project}/${item}`);
  const isLive = ({ digest }: { digest: string }) => digest === live?.digest;
  const versions = good.flatMap((one) => versionOf(context, one) ?? []);
  return {
    address: deploymentAddress(project, fromToken(environment)),
    ...{ project, environment, state, sinceMs: record.sinceMs, revision, waitsFor, hold },
    asked: askedOf(context),
    live: versionOf(context, live),
    liveIs: context.condemned.some(isLive) ? 'bad' : good.some(isLive) ? 'good' : 'unknown',
    rollbackTo: versionOf(context, rollbackTarget(context)),
    good: versions.filter((one) => !isLive(one)).reverse(),
    condemned: context.condemned.toReversed(),
    release: context.release && releaseView(context, context.release, { position: 0, waitsFor }),
    queue: context.queue.map((one, index) => {
      const position = index + 1;
      return releaseView(context, one, { position, waitsFor: awaitedInQueue(context, position) });
    }),
    ...{ operation, holder, leaseUntilMs: context.deadlines['lease-elapsed'] ?? null, watch },
    incidents: context.incidents
      .map((one) => ({ ...one, item: named(one.item), openedItem: named(one.openedItem) }))
      .reverse(),
    rules: rulesIn(context),
    ended: context.ended.map((one) => ({ ...one, item: named(one.item) })).reverse(),
  };
}

function askedOf({ holdWanted, rollbackWanted }: DeploymentContext): AskedView[] {
  return [
    ...(holdWanted === null ? [] : [{ what: 'hold' as const, ...holdWanted }]),
    ...(rollbackWanted === null ? [] : [{ what: 'rollback' as const, ...rollbackWanted }]),
  ];
}

function releaseView(
  context: DeploymentContext,
  release: Release,
  { position, waitsFor }: Pick<ReleaseView, 'position' | 'waitsFor'>,
): ReleaseView {
  const { project } = context;
  const { item, stage, attempt, title, sha, by, passes, override, requestedAtMs } = release;
  const name = item === null ? null : `${project}/${item}`;
  return {
    ...{ position, item: name, run: name && `${name}/${stage}/${attempt}`, title, sha },
    digest: artifactOf(context, release)?.digest ?? null,
    ...{ by, passes: passes.map(({ environment }) => environment), override, requestedAtMs },
    ...{ withdrawn: release.withdrawn, waitsFor },
  };
}

function rulesIn({ settings, offered }: DeploymentContext): DeploymentView['rules'] {
  const stage = (offered ?? settings)?.stage;
  if (stage?.deploy === undefined) return null;
  const { deploy, name, pool } = stage;
  return {
    ...{ stage: name, pool, image: deploy.image.name, tag: tagOf(deploy) },
    requires: deploy.requires ?? null,
    rollback: deploy.reaction.rollback,
    isSelf: deploy.self !== undefined,
    probes: deploy.watch.probes.length,
  };
}
