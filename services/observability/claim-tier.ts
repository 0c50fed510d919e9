// Who claims a run, as one of a few kinds: the claimant's name alone is somebody's word.
// It must never decide anything: it is for people who compare who wins.
import { match } from 'ts-pattern';
import { type ActorRecord, stateName } from '../../machines/record.ts';
import { runContextOf } from '../../machines/typed-context.ts';

/**
 * `monitor`: the worker that carried the run out. `evaluator`: another worker, after the grace.
 * `reaper`: the host, by the exit alone. `publisher`: a program outside. `queue` and `deployment`: the merge queue or
 * the deployment, or the item that had nothing to ask of it.
 */
export type ClaimTier =
  | 'monitor'
  | 'evaluator'
  | 'reaper'
  | 'person'
  | 'policy'
  | 'publisher'
  | 'queue'
  | 'deployment'
  | 'other';

/** Claims for an exit that needs no worker to be judged; see machines/run/effects.ts. */
const REAPER = 'reaper';
const POLICY = 'policy:';
const WORKER = 'worker-';
const QUEUE = 'queue:';
const DEPLOYMENT = 'deployment:';
const ITEM = 'item';

/** @param before the run as the claim met it; null when there was none to be read */
export function claimTierOf(
  claimant: string | null,
  reason: string | null,
  before: ActorRecord | null,
): ClaimTier {
  if (claimant === REAPER) return 'reaper';
  if (before === null || before.machine !== 'run') return 'other';
  const { stage, worker } = runContextOf(before);
  return match(stage.kind)
    .with('approval', () => (claimant?.startsWith(POLICY) ? 'policy' : 'person'))
    .with('merge', () => (claimant === ITEM || claimant?.startsWith(QUEUE) ? 'queue' : 'person'))
    .with('deploy', () => {
      return claimant === ITEM || claimant?.startsWith(DEPLOYMENT) ? 'deployment' : 'person';
    })
    .with('external', () => tierOfExternal(claimant, before))
    .otherwise(() => {
      // A worker that was given up speaks of the epoch it knew.
      const isMonitor = claimant === worker || reason === 'stale-epoch';
      return isMonitor ? 'monitor' : 'evaluator';
    });
}

/** A worker has a say in a publisher's run only when it is asked to evaluate it, after the grace. */
function tierOfExternal(claimant: string | null, before: ActorRecord): ClaimTier {
  const isAsked = stateName(before.state) === 'graceExpired';
  return isAsked && claimant?.startsWith(WORKER) ? 'evaluator' : 'publisher';
}
