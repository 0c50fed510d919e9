// Reads deployments for the page: all of them, one of them, and where one item stands in that of its stage.
// It must never hide the others for one record that cannot be read.
import { deploymentAddress } from '../../machines/address.ts';
import type { ItemContext } from '../../machines/item/context.ts';
import { prospectsOf } from '../../machines/prospects.ts';
import type { Stored } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';
import { deploymentContextOf } from '../../machines/typed-context.ts';
import type { Entry } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry } from '../actors/record-cache.ts';
import { requireActor } from './absent-actor.ts';
import { watchOf } from './deployment-operation.ts';
import type {
  DeploymentList,
  DeploymentPage,
  DeploymentPlace,
  DeploymentSummary,
} from './deployment-page-view.ts';
import { deploymentView } from './deployment-reading.ts';
import type { WatchView } from './deployment-view.ts';
import { findActor } from './found-actor.ts';
import { byAddress } from './listed-actor.ts';
import type { Session } from './session.ts';
import { tried } from './tried-reading.ts';
import { explainFound, surroundingsOf, type WhySource } from './why.ts';
import { timersOf } from './why-timers.ts';

type Reading = Pick<Session, 'bucket' | 'clock'>;

/** More of the audit a page cannot hold. */
const MAX_AUDIT_LINES = 200;
/** What a person may say without data that only a record knows; the rest is reported by workers. */
const OPERATORS_EVENTS: readonly string[] = ['hold', 'rollback', 'release'];

/** @throws ACTOR_NOT_FOUND, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readDeploymentPage(
  session: WhySource,
  which: { project: string; environment: string },
): Promise<DeploymentPage> {
  const found = await requireActor(session, { kind: 'deployment', ...which });
  const { stored } = found;
  const surroundings = await surroundingsOf(session, found);
  const nowMs = session.clock.nowMs();
  const view = deploymentView(stored, nowMs);
  const { accepts } = prospectsOf(stored, nowMs);
  return {
    ...view,
    lastWatch: view.watch === null ? await lastWatchOf(session, which) : null,
    accepts: accepts.filter(({ type }) => OPERATORS_EVENTS.includes(type)),
    timers: timersOf(stored),
    why: await explainFound(session, found, surroundings),
    audit: surroundings.audit.slice(-MAX_AUDIT_LINES),
  };
}

/** The record keeps no watch that is over; its revisions of before do. Its last round is not in it. */
async function lastWatchOf(
  session: Reading,
  { project, environment }: { project: string; environment: string },
): Promise<WatchView | null> {
  const bucket = session.bucket(BUCKET_OF.deployment);
  const { value: entries } = await tried(
    'its history',
    bucket.history(`${project}.${environment}`),
  );
  const watched = (entries ?? []).findLast((entry) => {
    const stored = storedIn(entry);
    return typeof stored !== 'string' && deploymentContextOf(stored.record).watch !== null;
  });
  const stored = watched === undefined ? null : storedIn(watched);
  if (stored === null || typeof stored === 'string') return null;
  return watchOf(deploymentContextOf(stored.record));
}

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readDeployments(session: Reading): Promise<DeploymentList> {
  const deployments: DeploymentSummary[] = [];
  const notes: string[] = [];
  const nowMs = session.clock.nowMs();
  await session.bucket(BUCKET_OF.deployment).scan((entry) => {
    if (entry.value === null) return;
    const stored = storedIn(entry);
    if (typeof stored !== 'string') deployments.push(summaryOf(stored, nowMs));
    else notes.push(`deployment.${entry.key} could not be read: ${stored}`);
  });
  return { deployments: deployments.sort(byAddress), notes: notes.sort() };
}

/** What is wrong with it where it cannot be read. */
function storedIn(entry: Entry): Stored | string {
  const loaded = decodeEntry(entry);
  if (loaded.status === 'stored') return loaded.stored;
  return 'message' in loaded ? loaded.message : loaded.status;
}

function summaryOf(stored: Stored, nowMs: number): DeploymentSummary {
  const { ended, good, condemned, incidents, ...view } = deploymentView(stored, nowMs);
  return { ...view, lastEnded: ended[0] ?? null };
}

/** Null where the stage is of another kind, or the deployment cannot be read: an item can be shown without it. */
export async function readDeploymentPlace(
  session: Reading,
  {
    project,
    item,
    pipeline,
    current,
  }: Pick<ItemContext, 'project' | 'item' | 'pipeline' | 'current'>,
): Promise<DeploymentPlace | null> {
  const stage = pipeline.stages.find(({ name }) => name === current?.stage);
  const environment = stage?.deploy?.environment;
  if (current === null || environment === undefined) return null;
  const run = `${project}/${item}/${current.stage}/${current.attempt}`;
  return readPlace(session, { project, environment, run });
}

/** The same of a run. */
export async function readDeploymentOfRun(
  session: Reading,
  { project, item, stage, attempt }: Pick<RunContext, 'project' | 'item' | 'stage' | 'attempt'>,
): Promise<DeploymentPlace | null> {
  const environment = stage.deploy?.environment;
  if (environment === undefined) return null;
  const run = `${project}/${item}/${stage.name}/${attempt}`;
  return readPlace(session, { project, environment, run });
}

async function readPlace(
  session: Reading,
  { project, environment, run }: { project: string; environment: string; run: string },
): Promise<DeploymentPlace | null> {
  const user = { kind: 'deployment', project, environment } as const;
  const { value: found } = await tried('its deployment', findActor(session, user));
  if (found === null) return null;
  const { release, queue, state } = deploymentView(found.stored, session.clock.nowMs());
  const here = [release, ...queue].find((one) => one?.run === run);
  return {
    ...{ address: deploymentAddress(project, environment), environment, state },
    position: here?.position ?? null,
    length: queue.length,
    waitsFor: here?.waitsFor ?? '',
  };
}
