// Why a run says no, as a reason from the public list. Fences are checked before the machine is asked.
import type { ActorEvent, RefusalReason } from '../event.ts';
import type { RunContext } from './context.ts';

/** Events that speak for one generation of a run. */
const EPOCH_EVENTS: readonly string[] = [
  'hold',
  'started',
  'progress',
  'exited',
  'finalize-step',
  'checks-seen',
  'claim',
  'worker-lost',
  'gone',
];

/** A stale generation changes nothing; a stage with a process must name its generation. */
export function fenceRun(
  context: RunContext,
  event: Pick<ActorEvent, 'type' | 'door'>,
  data: Record<string, unknown>,
): { reason: RefusalReason; message: string } | null {
  if (!EPOCH_EVENTS.includes(event.type)) return null;
  const epoch = data['epoch'];
  const mayLeaveItOut = context.stage.kind === 'external' || event.door === 'tell';
  if (epoch === undefined && mayLeaveItOut) return null;
  if (epoch === context.epoch) return null;
  const found = epoch === undefined ? 'none' : String(epoch);
  return { reason: 'stale-epoch', message: `epoch ${found}, the run is at ${context.epoch}` };
}

/** Names the reason after the machine has refused. */
export function explainRun(
  context: RunContext,
  event: { type: string; revision: number },
  data: Record<string, unknown>,
): { reason: RefusalReason; message: string } | null {
  if (event.type !== 'claim') return null;
  const evaluated = data['evaluatedRevision'];
  const { claim } = context;
  if (claim !== null) return { reason: 'not-now', message: `already claimed by ${claim.claimant}` };
  // Before an exit there is nothing a verdict could have been evaluated on, but for checks.
  const isJudged = context.exit !== null || context.stage.kind === 'checks';
  if (!isJudged || evaluated === undefined || evaluated === event.revision) return null;
  const message = `evaluated on revision ${String(evaluated)}, found ${event.revision}`;
  return { reason: 'revision', message };
}
