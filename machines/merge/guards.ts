// The named conditions of a merge queue, one pure predicate each.
import {
  countFruitless,
  decidedOf,
  isAllAdmitted,
  isWaitingForChecks,
  MAX_ENTRIES,
  MAX_FRUITLESS_TRIALS,
  MAX_WORDS_CHARACTERS,
  validationKey,
} from './conditions.ts';
import { entryOf, type MergeArgs } from './context.ts';
import { nextMembers } from './order.ts';

export * from './judging-guards.ts';

/** Of one trial: faults around it, one of them of what is tested. */
const MAX_FAULTS = 3;
/** A trial that has cost so many holders is given up for now. */
const MAX_RECLAIMS = 5;
const MAX_BASE_MOVES = 3;

/** The time in the record has really come; a forged or early deadline changes nothing. */
export function isDue({ context, event }: MergeArgs): boolean {
  const dueAtMs = context.deadlines[event.type];
  return dueAtMs !== undefined && event.atMs >= dueAtMs;
}

export function isFreezeWanted({ context }: MergeArgs): boolean {
  return context.freeze !== null;
}

export function isFruitless({ context, event }: MergeArgs): boolean {
  return countFruitless(context, event.atMs) >= MAX_FRUITLESS_TRIALS;
}

/** Somebody may be tried, and nothing asks to wait. */
export function canBegin({ context, event }: MergeArgs): boolean {
  if (event.atMs < context.notBeforeMs) return false;
  return context.hunt?.needsControl === true || nextMembers(context).length > 0;
}

/** There is room for it, or it has its place already. */
export function hasRoom({ context, event }: MergeArgs): boolean {
  if (event.type !== 'enqueue') return false;
  if (isDecidedAlready({ context, event })) return false;
  return entryOf(context, event.data.item) !== null || context.entries.length < MAX_ENTRIES;
}

/** What became of this very run was decided before, and it has not heard of it. */
export function isDecidedAlready({ context, event }: MergeArgs): boolean {
  if (event.type !== 'enqueue') return false;
  return decidedOf(context, event.data) !== null;
}

/** Another attempt, or another commit, of an item whose former one is being tried. */
export function replacesTried(args: MergeArgs): boolean {
  const { context, event } = args;
  if (event.type !== 'enqueue' || !hasRoom(args)) return false;
  const { item, attempt, headSha } = event.data;
  const known = entryOf(context, item);
  const isChanged = known !== null && (known.attempt !== attempt || known.headSha !== headSha);
  return isChanged && isTried(args);
}

/** The item that is spoken of has an entry, of the attempt that is spoken of. */
export function isQueued({ context, event }: MergeArgs): boolean {
  if (!('data' in event) || !('item' in event.data)) return false;
  const entry = entryOf(context, event.data.item);
  if (entry === null) return false;
  return event.type !== 'withdraw' || entry.attempt === event.data.attempt;
}

export function isTried({ context, event }: MergeArgs): boolean {
  if (!('data' in event) || !('item' in event.data)) return false;
  return context.trial?.members.includes(event.data.item) === true;
}

export function isQueuedAndTried(args: MergeArgs): boolean {
  return isQueued(args) && isTried(args);
}

export function isQueuedOnly(args: MergeArgs): boolean {
  return isQueued(args) && !isTried(args);
}

/** Told for the commit that is to be landed, and it changes something. */
export function isNewsOfAdmission({ context, event }: MergeArgs): boolean {
  if (event.type !== 'admission' || event.data.outcome === 'refused') return false;
  const entry = entryOf(context, event.data.item);
  if (entry === null || entry.headSha !== event.data.headSha) return false;
  const isAdmitted = event.data.outcome === 'admitted';
  const waitsFor = event.data.reason.slice(0, MAX_WORDS_CHARACTERS);
  return entry.isAdmitted !== isAdmitted || (!isAdmitted && entry.waitsFor !== waitsFor);
}

/** It may not be landed as it is: somebody has asked for changes since it came here. */
export function isNotAdmitted({ context, event }: MergeArgs): boolean {
  if (event.type !== 'admission' || event.data.outcome !== 'refused') return false;
  return entryOf(context, event.data.item)?.headSha === event.data.headSha;
}

export function isNotAdmittedAndTried(args: MergeArgs): boolean {
  return isNotAdmitted(args) && isTried(args);
}

export function isNotAdmittedOnly(args: MergeArgs): boolean {
  return isNotAdmitted(args) && !isTried(args);
}

/** Nobody holds the lease, and somebody is needed. */
export function isVacant({ context }: MergeArgs): boolean {
  return context.holder === null && !isWaitingForChecks(context);
}

/** A sign of life alone renews nothing: something must have got done. */
export function isProgress({ context, event }: MergeArgs): boolean {
  return event.type === 'progress' && event.data.watermark > (context.holder?.watermark ?? 0);
}

/** The event speaks for the present trial; that of a holder for its lease is seen to before. */
export function isLost({ event, context }: MergeArgs): boolean {
  if (event.type === 'lease-elapsed') return isDue({ context, event });
  return event.type === 'holder-lost' && event.data.worker === context.holder?.worker;
}

export function isLostOnceMore(args: MergeArgs): boolean {
  return isLost(args) && (args.context.trial?.reclaims ?? 0) < MAX_RECLAIMS;
}

export function mayFailAgain({ context, event }: MergeArgs): boolean {
  return event.type === 'failed' && (context.trial?.faults ?? 0) < MAX_FAULTS;
}

export function mayMoveAgain({ context }: MergeArgs): boolean {
  return (context.trial?.baseMoves ?? 0) < MAX_BASE_MOVES;
}

/** A member has left while it was being landed, or nothing is to land any more. */
export function isOutdated({ context }: MergeArgs): boolean {
  return context.freeze !== null || context.entries.some(({ withdrawn }) => withdrawn !== null);
}

export function isCandidateOfBatch({ context, event }: MergeArgs): boolean {
  return event.type === 'prepared' && isMade({ context, event });
}

/** The same heads on the same base have passed the same tests before. */
export function isKnownToPass({ context, event }: MergeArgs): boolean {
  if (event.type !== 'prepared' || event.data.candidate === null) return false;
  if (context.trial?.kind === 'control' || context.settings === null) return false;
  const { candidate, baseSha } = event.data;
  const { members, treeSha } = candidate;
  const key = validationKey({ baseSha, treeSha, members }, context.settings.digest);
  return context.passed.includes(key) && isAllAdmitted(context, members);
}

function isMade({ context, event }: MergeArgs): boolean {
  if (event.type !== 'prepared') return false;
  return context.trial?.kind === 'control' || (event.data.candidate?.members.length ?? 0) > 0;
}

export function isNewsOfChecks({ context, event }: MergeArgs): boolean {
  const { trial } = context;
  if (event.type !== 'checks-seen' || trial?.candidate?.sha !== event.data.sha) return false;
  const { digest, reruns } = event.data;
  return trial.seen?.digest !== digest || trial.seen.reruns < reruns;
}

/** The base holds the very tree that was tested. */
export function isHeldAsTested({ context, event }: MergeArgs): boolean {
  if (event.type !== 'verified') return false;
  return event.data.isHeld && event.data.treeSha === context.trial?.candidate?.treeSha;
}

/** It was red by itself, and is another one now. */
export function isAnotherBase({ context, event }: MergeArgs): boolean {
  if (event.type !== 'base-seen' || context.freeze?.cause !== 'red-base') return false;
  return context.freeze.baseSha !== event.data.sha;
}

/** It is frozen, and by whomever this is about, where it is about one. */
export function isFreezeResumed({ context: { freeze }, event }: MergeArgs): boolean {
  if (event.type !== 'resume' || freeze === null) return false;
  const { frozenBy = freeze.by } = event.data;
  return frozenBy === freeze.by;
}

/** It is not only about what somebody has frozen. */
export function isPersonsWord({ event }: MergeArgs): boolean {
  return event.type === 'resume' && event.data.frozenBy === undefined;
}

/** Nobody has asked for that before. */
export function isFrozenAnew({ context }: MergeArgs): boolean {
  return context.freeze === null;
}
