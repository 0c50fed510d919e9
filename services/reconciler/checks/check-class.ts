// What one check says by itself, in six words. It must never excuse a failure for a reason that is not known.
import { match } from 'ts-pattern';
import type { Check } from '../../../transport/forge/forge.ts';
import { infrastructureEvidence } from './infrastructure-evidence.ts';

/** `cancelled` was ended before it could say anything; `action-required` waits for a person. */
export type CheckClass =
  | 'pending'
  | 'passed'
  | 'product'
  | 'infrastructure'
  | 'cancelled'
  | 'action-required';

export function classOf(check: Check): CheckClass {
  const { conclusion, stepsEnded } = check;
  return (
    match(conclusion)
      .returnType<CheckClass>()
      .with(null, () => 'pending')
      // As on GitHub: a job that was skipped does not hold a merge up, even where it is required.
      .with('success', 'neutral', 'skipped', () => 'passed')
      .with('action_required', () => 'action-required')
      .with('startup_failure', () => 'infrastructure')
      .with('cancelled', 'stale', () => (hasEvidence(check) ? 'infrastructure' : 'cancelled'))
      .otherwise(() => (stepsEnded === 0 || hasEvidence(check) ? 'infrastructure' : 'product'))
  );
}

/** Why a check counts as a fault of the infrastructure, in words. */
export function infrastructureReason(check: Check): string {
  const evidence = infrastructureEvidence(check.summary);
  if (evidence !== null) return evidence;
  return check.conclusion === 'startup_failure' ? 'it never started' : 'no step of it ever ended';
}

function hasEvidence(check: Check): boolean {
  return infrastructureEvidence(check.summary) !== null;
}
