// What somebody is working on, as the reaper needs to know it: runs, merge queues and deployments. An index of its own: the cache
// of records may forget one at any time, and a run that nobody looks at would outlive its worker unseen.
import { type Stored, stateName } from '../../machines/record.ts';
import { deploymentContextOf, mergeContextOf, runContextOf } from '../../machines/typed-context.ts';

/** What a worker is believed to carry out: a run, or the work of a merge queue or a deployment. */
export interface LiveRun {
  address: string;
  worker: string;
  /** Of a run, its epoch; of the others, the token of their holder. What is reported of another one changes nothing. */
  epoch: number;
  revision: number;
}

export interface LiveRuns {
  /** Adds, changes or removes the run of this address, as its record says. */
  update(address: string, stored: Stored): void;
  list(): LiveRun[];
  forgetWhere(isGone: (address: string) => boolean): void;
}

/** States in which only the worker can say what happens next. */
const LIVE_STATES = ['running.starting', 'running.working', 'cancelling'];

export function createLiveRuns(): LiveRuns {
  const runs = new Map<string, LiveRun>();
  return {
    update(address, stored) {
      const live = liveRunOf(address, stored);
      if (live === null) runs.delete(address);
      else runs.set(address, live);
    },
    list: () => [...runs.values()],
    forgetWhere(isGone) {
      for (const address of runs.keys()) if (isGone(address)) runs.delete(address);
    },
  };
}

/** Null for everything the reaper has no business with: publishers announce no presence. */
function liveRunOf(address: string, stored: Stored): LiveRun | null {
  const { record, revision } = stored;
  if (record.machine === 'merge' || record.machine === 'deployment') {
    return heldBy(holderOf(stored), address, revision);
  }
  if (record.machine !== 'run' || !LIVE_STATES.includes(stateName(record.state))) return null;
  const { worker, epoch, stage } = runContextOf(record);
  const isProcess = stage.kind === 'agent' || stage.kind === 'command';
  return worker === null || !isProcess ? null : { address, worker, epoch, revision };
}

/** While nothing is to be done but waiting nobody holds the lease, and nobody can be lost. */
function heldBy(
  holder: { worker: string; token: number } | null,
  address: string,
  revision: number,
): LiveRun | null {
  if (holder === null) return null;
  return { address, worker: holder.worker, epoch: holder.token, revision };
}

function holderOf({ record }: Stored) {
  const context = record.machine === 'merge' ? mergeContextOf(record) : deploymentContextOf(record);
  return context.holder;
}
