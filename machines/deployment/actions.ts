// What a deployment writes down of what waits, of its operators, and of its deadlines. Deadlines are replaced as a whole.
import { newerSettings } from '../stage-settings.ts';
import type { Artifact, Pass } from './artifact.ts';
import type { DeploymentArgs, DeploymentContext, HeldFrom, Holding, Release } from './context.ts';
import { nextMeasurementMs } from './watch.ts';

/** A worker that has taken no job by then is asked again. */
const JOB_OVERDUE_MS = 60_000;
/** How long a holder may stand still at least: asking a registry, fetching a commit. */
const LEASE_MS = 120_000;
/** A deployment at rest looks at itself from time to time. */
const LOOK_MS = 3_600_000;
const MAX_TITLE_CHARACTERS = 60;
const MAX_PASSES = 4;
const MAX_REASON_CHARACTERS = 1_000;

/** Comes to the end; what is known of it already keeps its place. */
export function recordRelease({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  if (event.type !== 'request') return {};
  const { settings, ...told } = event.data;
  const offered = newerSettings(context.offered, settings);
  const { artifact } = told;
  const release: Release = {
    ...told,
    title: told.title.slice(0, MAX_TITLE_CHARACTERS),
    passes: passesFor(artifact, told.passes),
    ...{ by: `item ${told.item}`, override: null, withdrawn: null },
    requestedAtMs: event.atMs,
  };
  const at = context.queue.findIndex(({ item }) => item === told.item);
  const known = context.queue[at];
  if (known === undefined) return { offered, queue: [...context.queue, release] };
  const { requestedAtMs, override } = known;
  const isSame = known.attempt === told.attempt && known.sha === told.sha;
  const kept = isSame ? { override, artifact: artifact ?? known.artifact } : {};
  return { offered, queue: context.queue.with(at, { ...release, ...kept, requestedAtMs }) };
}

export function recordDeploy({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  if (event.type !== 'deploy') return {};
  const { by, reason, artifact, passes, override } = event.data;
  const { atMs } = event;
  const release: Release = {
    ...{ item: null, stage: '', attempt: 0, headSha: null, withdrawn: null },
    title: reason.slice(0, MAX_TITLE_CHARACTERS),
    ...{ sha: artifact.sha, artifact, by, requestedAtMs: atMs },
    passes: passesFor(artifact, passes),
    override:
      override === '' ? null : { by, reason: override.slice(0, MAX_REASON_CHARACTERS), atMs },
  };
  return { queue: [...context.queue, release] };
}

/** What another image has passed says nothing of this one. */
function passesFor(artifact: Artifact | null, passes: readonly Pass[]): Pass[] {
  return passes.filter(({ digest }) => digest === artifact?.digest).slice(-MAX_PASSES);
}

export function removeRelease({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  if (event.type !== 'withdraw') return {};
  return { queue: context.queue.filter(({ item }) => item !== event.data.item) };
}

/** It may be in the environment already: it goes on, and nobody is told. */
export function markWithdrawn({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  if (event.type !== 'withdraw' || context.release === null) return {};
  const withdrawn = event.data.reason.slice(0, MAX_REASON_CHARACTERS) || 'its run has ended';
  return { release: { ...context.release, withdrawn } };
}

/** Nothing was changed yet: it comes first once this is over. */
export function putBack({ context }: DeploymentArgs): Partial<DeploymentContext> {
  const { release, queue } = context;
  const nothing = { release: null, operation: null, holder: null, watch: null, holding: null };
  return release === null ? nothing : { ...nothing, queue: [release, ...queue] };
}

export function recordHold({ event }: DeploymentArgs): Partial<DeploymentContext> {
  if (event.type !== 'hold') return {};
  const { by, reason } = event.data;
  return { holdWanted: { by, reason: reason.slice(0, MAX_REASON_CHARACTERS), atMs: event.atMs } };
}

export function clearHold(): Partial<DeploymentContext> {
  return { holdWanted: null, holding: null };
}

/** What an operator has held stays held: only the version of before comes back. */
export function recordRollbackWanted({
  context,
  event,
}: DeploymentArgs): Partial<DeploymentContext> {
  if (event.type !== 'rollback') return {};
  const { by, reason } = event.data;
  const { holding, holdWanted } = context;
  const rollbackWanted = { by, reason: reason.slice(0, MAX_REASON_CHARACTERS), atMs: event.atMs };
  if (holding?.cause !== 'operator') return { rollbackWanted };
  const { by: holder, reason: why, atMs } = holding;
  return { rollbackWanted, holdWanted: holdWanted ?? { by: holder, reason: why, atMs } };
}

/** Because an operator has said so. */
export function holdWanted({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const { by, reason } = context.holdWanted ?? { by: 'operator', reason: '' };
  const why = { cause: 'operator', reason: reason || 'no reason was given', by };
  return { ...hold(context, why, event), holdWanted: null };
}

/** The version that is to come back is not there. */
export function holdWithoutTarget({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const last = context.incidents.at(-1);
  const reason = `no version that was good before is there to come back; ${last?.summary ?? ''}`;
  const why = { cause: 'nothing-to-roll-back-to', reason, by: 'onceward' };
  return { ...hold(context, why, event, 'degraded'), rollbackWanted: null };
}

/** Nobody goes on with it until a person has decided. */
export function hold(
  context: DeploymentContext,
  { cause, reason, by }: Pick<Holding, 'cause' | 'reason' | 'by'>,
  { atMs }: { atMs: number },
  from = heldFrom(context),
): Partial<DeploymentContext> {
  return {
    holding: { cause, reason: reason.slice(0, MAX_REASON_CHARACTERS), by, from, atMs },
    holder: null,
  };
}

/** Where it stands, by what is under way. */
function heldFrom({ operation, watch }: DeploymentContext): HeldFrom {
  if (operation === null) return 'rest';
  if (operation.kind === 'rollback') return 'observingRollback';
  if (!operation.isTouched) return 'untouched';
  return watch === null ? 'deploying' : 'observing';
}

export function recordItem({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  if (event.type !== 'item-opened') return {};
  const { incident, item } = event.data;
  return {
    incidents: context.incidents.map((one) =>
      one.number === incident ? { ...one, openedItem: item } : one,
    ),
  };
}

/** Only once they were told: what they are told is in the record until then. */
export function recordThaw(): Partial<DeploymentContext> {
  return { frozen: [] };
}

/** At rest: nobody has anything to do. */
export function armLook({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  return { deadlines: { 'look-due': (event.atMs ?? context.openedAtMs) + LOOK_MS } };
}

export function armReminder({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const atMs = event.atMs ?? context.openedAtMs;
  return { deadlines: { reminder: atMs + (context.settings?.reminderMs ?? LOOK_MS) } };
}

/** Until when somebody must have taken the job. */
export function armJob({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  return { deadlines: { 'job-overdue': (event.atMs ?? context.openedAtMs) + JOB_OVERDUE_MS } };
}

/** Until when it is not to be asked for: infrastructure has failed, and is given some time. */
export function armRetry({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const { operation } = context;
  if (operation !== null && operation.notBeforeMs <= event.atMs) return {};
  return { deadlines: { 'retry-due': operation?.notBeforeMs ?? context.openedAtMs } };
}

/** Until when the holder must have got on; a machine without an operation is only asked for the name. */
export function armLease({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const { operation, holder, settings } = context;
  if (operation !== null && holder === null) return {};
  const leaseMs = Math.max(settings?.stage.silenceMs ?? LEASE_MS, LEASE_MS);
  return { deadlines: { 'lease-elapsed': (event.atMs ?? context.openedAtMs) + leaseMs } };
}

/** Until the next measurement. */
export function armMeasure({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const nextMs = context.watch === null ? null : nextMeasurementMs(context.watch);
  return { deadlines: { 'measure-due': nextMs ?? (event.atMs ?? context.openedAtMs) + LEASE_MS } };
}

/** Besides whatever else is waited for: until when the watch must have come to an end. */
export function armWatch({ context }: DeploymentArgs): Partial<DeploymentContext> {
  const dueAtMs = context.watch?.deadlineMs ?? context.openedAtMs;
  return { deadlines: { ...context.deadlines, 'watch-overdue': dueAtMs } };
}
