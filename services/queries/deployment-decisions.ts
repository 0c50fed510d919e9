// What a person may decide about a deployment that waits for one, and what each word would lead to. Pure.
// It must never offer what the machine would refuse: it is asked of the machine.
import { parseAddress } from '../../machines/address.ts';
import { decide } from '../../machines/decide.ts';
import type { DeploymentContext, HeldFrom } from '../../machines/deployment/context.ts';
import { movedTo } from '../../machines/prospects.ts';
import { type ActorRecord, type Stored, stateName } from '../../machines/record.ts';
import { deploymentContextOf } from '../../machines/typed-context.ts';
import type { DecisionView, DeploymentHold } from './deployment-view.ts';

const DECISIONS = ['retry', 'accept', 'reject'] as const;
/** An id that no record remembers: what is asked here is never sent. */
const ASKED_ID = 'onceward-look:decision';

type Decision = DecisionView['decision'];

/** Null where nobody is waited for. */
export function deploymentHoldOf(stored: Stored, nowMs: number): DeploymentHold | null {
  const { record } = stored;
  const context = deploymentContextOf(record);
  const state = stateName(record.state);
  const waiting = waitingOf(context, state);
  if (waiting === null) return null;
  return { ...waiting, sinceMs: record.sinceMs, decisions: decisionsOf(stored, nowMs) };
}

function waitingOf(
  { holding, incidents, ended }: DeploymentContext,
  state: string,
): Pick<DeploymentHold, 'cause' | 'reason' | 'by'> | null {
  if (state === 'held' && holding !== null) {
    const { cause, reason, by } = holding;
    return { cause, reason, by };
  }
  if (state === 'degraded') {
    const last = incidents.at(-1);
    const reason = last === undefined ? '' : `${last.cause}: ${last.summary}`;
    return { cause: 'degraded', reason, by: 'onceward' };
  }
  if (state !== 'rollbackFailed') return null;
  return { cause: 'rollback-failed', reason: ended.at(-1)?.reason ?? '', by: 'onceward' };
}

/** Those that the machine would take now. */
function decisionsOf(stored: Stored, nowMs: number): DecisionView[] {
  const context = deploymentContextOf(stored.record);
  const from = placeOf(context, stateName(stored.record.state));
  if (from === null) return [];
  const open = from === 'rest' ? (['retry'] as const) : DECISIONS;
  return open.flatMap((decision) => {
    const after = recordAfter(stored, decision, nowMs);
    if (after === null) return [];
    const command = releaseCommand(context, decision);
    const isOverride = decision === 'accept' && from === 'untouched';
    const to = movedTo(stored.record, after);
    return [{ decision, command, to, does: MEANINGS[from][decision], isOverride }];
  });
}

/** `onceward release shop production --accept` */
function releaseCommand(
  { project, environment }: Pick<DeploymentContext, 'project' | 'environment'>,
  decision: Decision = 'retry',
): string {
  const choice = decision === 'retry' ? '' : ` --${decision}`;
  return `onceward release ${project} ${environment}${choice}`;
}

/** A rollback that has failed is not held, and can be decided on like something that is. */
type Place = HeldFrom | 'rollingBack';

function placeOf({ holding }: DeploymentContext, state: string): Place | null {
  if (state === 'held') return holding?.from ?? null;
  if (state === 'degraded') return 'degraded';
  return state === 'rollbackFailed' ? 'rollingBack' : null;
}

/** Null where the machine would refuse it. */
function recordAfter(stored: Stored, decision: Decision, atMs: number): ActorRecord | null {
  const { project, environment } = deploymentContextOf(stored.record);
  const address = `deployment.${project}.${environment}`;
  if (parseAddress(address) === null) return null;
  const data = { by: 'operator', decision, reason: '' };
  const event = { address, type: 'release', data, id: ASKED_ID, atMs, door: 'ask' } as const;
  const made = decide(stored, event);
  return made.outcome === 'applied' ? made.record : null;
}

const MEANINGS: Readonly<Record<Place, Readonly<Record<Decision, string>>>> = {
  rest: {
    retry: 'lets the next release begin',
    accept: 'lets the next release begin',
    reject: 'lets the next release begin',
  },
  untouched: {
    retry: 'begins it anew, from the comparison with what is live',
    accept: 'deploys it although nobody has tested it: an override, and whoever says so answers',
    reject: 'gives it up before anything was changed; its item hears that it has failed',
  },
  deploying: {
    retry: 'runs the commands that deploy it once more',
    accept: 'takes it for good, whatever the commands said',
    reject: 'takes it for bad, and goes on as the rules of the stage say of that',
  },
  observing: {
    retry: 'watches it again from the beginning',
    accept: 'takes it for good, although no probe has shown it',
    reject: 'takes it for bad, and goes on as the rules of the stage say of that',
  },
  degraded: {
    retry: 'looks again for a version that can come back',
    accept: 'takes what is live for good, although it had proved bad',
    reject: 'leaves what is live as it is; it is not taken for good',
  },
  rollingBack: {
    retry: 'tries the rollback again',
    accept: 'takes the version that came back for good',
    reject: 'gives the rollback up; what is live is not taken for good',
  },
  observingRollback: {
    retry: 'watches the version that came back again',
    accept: 'takes the version that came back for good',
    reject: 'says that the rollback has failed',
  },
};
