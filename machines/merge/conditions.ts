// What can be read from the record of a merge queue without an event: guards, actions and readers share it.
import type { Candidate, MergeContext } from './context.ts';

/** The gates have passed, and only the forge has still to say something: nobody need hold the lease. */
export function isWaitingForChecks({ trial }: Pick<MergeContext, 'trial'>): boolean {
  return trial?.candidate != null && trial.gates === 'passed' && trial.checks === 'pending';
}

/** What a validation stands for: the same heads on the same base, tested in the same way. */
export function validationKey(
  { baseSha, members }: Pick<Candidate, 'baseSha' | 'members'>,
  digest: string,
): string {
  return `${members.map(({ headSha }) => headSha).join(',')}@${baseSha}/${digest}`;
}
