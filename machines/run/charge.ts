// Which budget of its item a run's verdict is charged to.
// It must never believe a verdict that excuses itself: what an agent's end was is read from the exit.
import { isAccountCause } from '../agent.ts';
import type { Budgets } from '../pipeline.ts';
import type { RunContext } from './context.ts';

/** A name of a budget; null when nobody is charged; undefined where the kind of the verdict decides. */
export type Charge = keyof Budgets | null | undefined;

/** The charge of a claimed run. A limit of the provider's costs an item nothing, nor does one of ours. */
export function chargeOf({
  claim,
  exit,
  stage,
}: Pick<RunContext, 'claim' | 'exit' | 'stage'>): Charge {
  if (claim === null || claim.verdict.cause !== exit?.cause) return undefined;
  const { kind, cause } = claim.verdict;
  // No run follows by itself.
  if (kind === 'inconclusive' && cause === 'cap-reached') return null;
  // A publisher's own word on a stage of its own is no provider's.
  if (stage.agent === undefined) return undefined;
  if (kind === 'infra_error' && isAccountCause(cause)) return null;
  if (kind === 'infra_error' && cause === 'resume-failed') return 'resumes';
  if (kind === 'inconclusive' && cause === 'turn-limit') return 'continuations';
  return undefined;
}
