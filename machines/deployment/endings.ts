// How an operation ends, as values: what is live then, what is known to be good or bad, and what the run is told.
// Infrastructure must never be charged to an item: what it did ends in a hold, and a person decides.
import { currentArtifact } from './conditions.ts';
import {
  type Decided,
  type DeploymentArgs,
  type DeploymentContext,
  type Ended,
  type Incident,
  type OperationOutcome,
  rulesOf,
} from './context.ts';
import { decisionOf, failureOf } from './failure.ts';
import { presentVersion } from './step-actions.ts';

const MAX_ENDED = 20;
const MAX_DECIDED = 32;
const MAX_GOOD = 10;
const MAX_CONDEMNED = 20;
const MAX_INCIDENTS = 6;
const MAX_FROZEN = 4;
/** As much as a verdict's summary may hold. */
const MAX_SUMMARY_CHARACTERS = 4_000;
const MAX_KEPT_CHARACTERS = 300;
const MAX_INCIDENT_CHARACTERS = 1_000;

interface Ending {
  outcome: OperationOutcome;
  kind: Decided['kind'];
  cause: string;
  summary: string;
}

type Change = Partial<DeploymentContext>;

/** What is live holds it, or the very commit is. */
export function settleContained(args: DeploymentArgs): Change {
  const { live } = args.context;
  const summary = `${live?.sha.slice(0, 12) ?? 'what is live'} holds it already`;
  return end(args, { outcome: 'contained', kind: 'pass', cause: 'contained', summary });
}

export function settleNotNeeded(args: DeploymentArgs): Change {
  const summary = args.event.type === 'assessed' ? args.event.data.reason : '';
  return end(args, { outcome: 'not-applicable', kind: 'not_applicable', cause: 'paths', summary });
}

/** Nothing here could make it fit: its item waits for a person, and others go on. */
export function settleUnfit(args: DeploymentArgs): Change {
  const { context, event } = args;
  const digest = currentArtifact(context)?.digest;
  const condemned = context.condemned.find((one) => one.digest === digest);
  const isOffBase = event.type === 'assessed' && !event.data.isOnBase;
  const [cause, summary] = isOffBase
    ? ['not-on-base', event.data.reason]
    : condemned !== undefined
      ? ['condemned', `this image has proved bad here before: ${condemned.reason}`]
      : ['no-artifact', 'no image of it is known, and this environment builds none'];
  return end(args, { outcome: 'failed', kind: 'inconclusive', cause, summary });
}

export function settleWithdrawn(args: DeploymentArgs): Change {
  const { event } = args;
  const reason = event.type === 'withdraw' ? event.data.reason : '';
  const ending = { outcome: 'withdrawn', kind: 'inconclusive', cause: 'withdrawn' } as const;
  return { ...end(args, { ...ending, summary: reason }), decided: args.context.decided };
}

/** A product failure before anything was changed. */
export function settleFailed(args: DeploymentArgs): Change {
  const { cause, summary } = failureOf(args);
  return end(args, { outcome: 'failed', kind: 'product_fail', cause, summary });
}

export function settleRejected(args: DeploymentArgs): Change {
  const { by, reason } = decisionOf(args);
  const summary = `given up by ${by}${reason && `: ${reason}`}`;
  return end(args, { outcome: 'rejected', kind: 'product_fail', cause: 'rejected', summary });
}

/** It is live, and good as far as anybody asked. */
export function settleHealthy(args: DeploymentArgs): Change {
  const { context, event } = args;
  const live = presentVersion(context, event.atMs) ?? context.live;
  const { by } = decisionOf(args);
  const words = event.type === 'release' ? `accepted by ${by}` : 'it was deployed';
  const summary = event.type === 'measured' ? 'every probe found it good' : words;
  const ended = end(args, { outcome: 'healthy', kind: 'pass', cause: 'healthy', summary });
  // It had proved bad before where a person has answered for it.
  const condemned = context.condemned.filter(({ digest }) => digest !== live?.digest);
  return { ...ended, ...goodNow(context, live), condemned, rest: 'healthy' };
}

/** A person finds what is live good, although it had proved bad. */
export function settleAccepted({ context }: DeploymentArgs): Change {
  const condemned = context.condemned.filter(({ digest }) => digest !== context.live?.digest);
  const good = goodNow({ ...context, condemned }, context.live);
  return { ...good, condemned, holding: null, rollbackWanted: null, rest: 'healthy' };
}

/** Nothing comes back, and what is there is not known to be good. */
export function settleGivenUp(): Change {
  return { holding: null, rollbackWanted: null, rest: 'idle' };
}

/** It has proved bad: the run hears so, and it does not come here again by itself. */
export function settleDegraded(args: DeploymentArgs): Change {
  const { context, event } = args;
  const { settings } = context;
  const { reaction } = rulesOf(context);
  const version = presentVersion(context, event.atMs) ?? context.live;
  const { cause, summary } = failureOf(args);
  const ended = end(args, { outcome: 'degraded', kind: 'product_fail', cause, summary });
  if (version === null) return { ...ended, rest: 'idle' };
  const reason = `${cause}: ${summary}`.slice(0, MAX_KEPT_CHARACTERS);
  const known = context.condemned.filter(({ digest }) => digest !== version.digest);
  const condemned = [...known, { digest: version.digest, reason, atMs: event.atMs }];
  const incident: Incident = {
    ...{ number: version.operation, item: version.item, sha: version.sha },
    ...{ digest: version.digest, cause, atMs: event.atMs, openedItem: null },
    summary: summary.slice(0, MAX_INCIDENT_CHARACTERS),
    isItemWanted: reaction.openItem,
  };
  const branch = settings?.baseBranch ?? '';
  const frozen = reaction.freezeQueue ? [...new Set([...context.frozen, branch])] : context.frozen;
  return {
    ...ended,
    live: version,
    condemned: condemned.slice(-MAX_CONDEMNED),
    incidents: [...context.incidents, incident].slice(-MAX_INCIDENTS),
    frozen: frozen.slice(-MAX_FROZEN),
    rest: 'idle',
  };
}

export function settleRolledBack(args: DeploymentArgs): Change {
  const { context, event } = args;
  const live = presentVersion(context, event.atMs) ?? context.live;
  const { by } = decisionOf(args);
  const summary = event.type === 'release' ? `accepted by ${by}` : 'the version of before serves';
  const ended = end(args, { outcome: 'rolled-back', kind: 'pass', cause: 'healthy', summary });
  return { ...ended, ...goodNow(context, live), rest: 'rolledBack' };
}

export function settleRollbackFailed(args: DeploymentArgs): Change {
  const { cause, summary } = failureOf(args);
  return end(args, { outcome: 'failed', kind: 'product_fail', cause, summary });
}

function goodNow({ good }: DeploymentContext, live: DeploymentContext['live']): Change {
  if (live === null) return {};
  const others = good.filter(({ digest }) => digest !== live.digest);
  return { live, good: [...others, live].slice(-MAX_GOOD) };
}

/** Ends what is under way: it is on record, and its run is told, unless it has left. */
function end({ context, event }: DeploymentArgs, ending: Ending): Change {
  const { operation, release, decided } = context;
  const { atMs, revision } = event;
  const artifact = currentArtifact(context);
  const over = { release: null, operation: null, holder: null, watch: null, holding: null };
  if (operation === null) return over;
  const { number, kind, startedAtMs, target } = operation;
  const reason = ending.summary.slice(0, MAX_KEPT_CHARACTERS);
  const isContained = ending.outcome === 'contained';
  const digest = (isContained ? context.live?.digest : artifact?.digest) ?? null;
  const ended: Ended = {
    ...{ number, kind, item: release?.item ?? target?.item ?? null },
    ...{ sha: release?.sha ?? target?.sha ?? '', digest: target?.digest ?? digest },
    ...{ outcome: ending.outcome, reason, by: release?.by ?? 'onceward' },
    ...{ startedAtMs, endedAtMs: atMs },
  };
  const kept = decided.map((one) => ({
    ...one,
    summary: one.summary.slice(0, MAX_KEPT_CHARACTERS),
  }));
  const told = toldOf(release, ending, { digest, atMs, revision });
  return {
    ...over,
    ended: [...context.ended, ended].slice(-MAX_ENDED),
    decided: [...kept, ...told].slice(-MAX_DECIDED),
  };
}

function toldOf(
  release: DeploymentContext['release'],
  { kind, cause, summary }: Ending,
  rest: Pick<Decided, 'digest' | 'atMs' | 'revision'>,
): Decided[] {
  if (release === null || release.item === null || release.withdrawn !== null) return [];
  const { item, stage, attempt, headSha, sha } = release;
  const said = { kind, cause, summary: summary.slice(0, MAX_SUMMARY_CHARACTERS) };
  return [{ item, stage, attempt, headSha, sha, ...said, ...rest }];
}
