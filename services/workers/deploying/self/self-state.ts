// How far a replacement of onceward by itself has come, by the facts, and what a worker does about it. Pure.
// A worker must never start what a living step is about to do, nor call anything proven but its own version.
import { match } from 'ts-pattern';
import type { StepFault } from '../step-verdict.ts';
import type { SelfFacts, SelfRun } from './self-facts.ts';

export type SelfState =
  | { is: 'unknown' | 'pending' | 'replaced' | 'proven' }
  | { is: 'undoing' }
  | { is: 'undone'; fault: StepFault; isBack: boolean };

export type SelfAction =
  /** Write down what is to be done. */
  | 'order'
  /** Start the step, or start it again. */
  | 'start'
  | 'prove'
  | 'wait'
  /** Nothing is left to be done: it is told. */
  | 'tell';

export function selfState({ order, replaced, decision, undone }: SelfFacts): SelfState {
  if (order === null) return { is: 'unknown' };
  if (decision === null) return { is: replaced === null ? 'pending' : 'replaced' };
  if (decision.outcome === 'proven') return { is: 'proven' };
  if (undone === null) return { is: 'undoing' };
  return { is: 'undone', fault: decision.fault, isBack: undone.isBack };
}

export function selfAction(
  state: SelfState,
  { isExpected, isStepAlive }: { isExpected: boolean; isStepAlive: boolean },
): SelfAction {
  const waiting = isStepAlive ? 'wait' : 'start';
  return match(state.is)
    .with('proven', 'undone', () => 'tell' as const)
    .with('unknown', () => (isExpected ? 'tell' : 'order'))
    .with('pending', 'replaced', () => (isExpected ? 'prove' : waiting))
    .with('undoing', () => waiting)
    .exhaustive();
}

/** True when this process is the version that is expected: it was started with its digest, or its commit. */
export function isRelease(
  own: string | undefined,
  { digest, sha }: { digest: string; sha: string },
): boolean {
  return own !== undefined && (own === digest || own === sha);
}

/** What the step has run, in the order in which it did. */
export function selfRuns({ replaced, decision, undone }: SelfFacts): {
  replace: SelfRun | null;
  undo: SelfRun | null;
} {
  const failed = decision?.outcome === 'failed' ? decision.run : null;
  return { replace: replaced?.run ?? failed, undo: undone?.run ?? null };
}
