// What the reaper needs to know of a run that somebody is working on.

import { type Stored, stateName } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';

/** A run that a worker is believed to carry out. */
export interface LiveRun {
  address: string;
  worker: string;
  epoch: number;
  revision: number;
}

/** States in which only the worker can say what happens next. */
const LIVE_STATES = ['running.starting', 'running.working', 'cancelling'];

/** Null for everything the reaper has no business with: publishers announce no presence. */
export function liveRunOf(address: string, { record, revision }: Stored): LiveRun | null {
  if (record.machine !== 'run' || !LIVE_STATES.includes(stateName(record.state))) return null;
  const { worker, epoch, stage } = record.context as unknown as RunContext;
  const isProcess = stage.kind === 'agent' || stage.kind === 'command';
  return worker === null || !isProcess ? null : { address, worker, epoch, revision };
}
