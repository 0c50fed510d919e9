// The conditions of a merge queue on what is said of a candidate, by its gates or by the forge.
// None of them may take silence, or a fault of the infrastructure, for a word on the work.
import { isPassing } from '../verdict.ts';
import { isAllAdmitted } from './conditions.ts';
import type { MergeArgs } from './context.ts';

/** Everything that is asked of the candidate has passed with this. */
export function isAllGreen(args: MergeArgs): boolean {
  const { trial } = args.context;
  if (!isGreen(args) || trial?.kind !== 'batch') return false;
  return isLastWord(args);
}

/** The same, but the forge does not let one of the members in any more: it must not land. */
export function isGreenInVain(args: MergeArgs): boolean {
  const { candidate } = args.context.trial ?? {};
  return isAllGreen(args) && !isAllAdmitted(args.context, candidate?.members ?? []);
}

export function isGreenBase(args: MergeArgs): boolean {
  return isGreen(args) && args.context.trial?.kind === 'control' && isLastWord(args);
}

/** The forge has still to speak, or the gates have. */
export function isPartlyGreen(args: MergeArgs): boolean {
  return isGreen(args) && !isLastWord(args);
}

export function isRed(args: MergeArgs): boolean {
  return isJudgement(args, (kind) => kind === 'product_fail') && !isControl(args);
}

export function isRedBase(args: MergeArgs): boolean {
  return isJudgement(args, (kind) => kind === 'product_fail') && isControl(args);
}

/** It says nothing of the work, for the first time in this trial. */
export function isFaultOnceMore(args: MergeArgs): boolean {
  return isFault(args) && (args.context.trial?.faults ?? 0) === 0;
}

export function isFault(args: MergeArgs): boolean {
  return isJudgement(args, (kind) => !isPassing(kind) && kind !== 'product_fail');
}

function isControl({ context }: MergeArgs): boolean {
  return context.trial?.kind === 'control';
}

function isGreen(args: MergeArgs): boolean {
  return isJudgement(args, isPassing);
}

function isJudgement(
  { context, event }: MergeArgs,
  says: (kind: Extract<MergeArgs['event'], { type: 'validated' }>['data']['kind']) => boolean,
): boolean {
  const { trial } = context;
  if (event.type === 'validated') {
    const isOfThis = (event.data.sha ?? trial?.candidate?.sha) === trial?.candidate?.sha;
    return isOfThis && says(event.data.kind);
  }
  if (event.type !== 'checks-judged') return false;
  if (trial?.checks !== 'pending' || trial.candidate?.sha !== event.data.sha) return false;
  return says(event.data.kind);
}

function isLastWord({ context, event }: MergeArgs): boolean {
  const { trial } = context;
  if (event.type === 'validated') return trial?.checks !== 'pending';
  return trial?.gates === 'passed';
}
