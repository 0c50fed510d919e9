// A record as it was, and what differs between two revisions: for `show --at` and `--diff`.
// It must never show the present record as a past one.
import { isFinished } from '../../machines/decide.ts';
import { recordChanges } from '../../machines/differences.ts';
import { type ActorRecord, type Stored, stateName } from '../../machines/record.ts';
import { OncewardError } from '../../transport/errors.ts';
import type { FoundActor } from '../queries/found-actor.ts';
import type { Change, Step } from '../queries/run-view.ts';
import { userAddress } from '../queries/user-address.ts';
import { addChanges } from './change-lines.ts';
import type { CommandContext } from './command-context.ts';
import { createSections } from './sections.ts';

/** Never null here: the record of a revision that is kept, or was made again. */
export type PastStep = Step & { record: ActorRecord };

/** @throws REVISION_NOT_KEPT naming those there are */
export function stepAt(steps: readonly Step[], address: string, revision: number): PastStep {
  const kept = steps.filter((step): step is PastStep => step.record !== null);
  const step = kept.find((one) => one.revision === revision);
  if (step !== undefined) return step;
  const known = kept.map((one) => one.revision).join(', ');
  const message = `${userAddress(address)} has no record of revision ${revision}; kept are ${known}`;
  throw new OncewardError('REVISION_NOT_KEPT', message);
}

/** The actor as it was at that revision. */
export function pastActor(found: FoundActor, { record, revision }: PastStep): FoundActor {
  const isNewest = revision === found.stored.revision;
  const isArchived = found.isArchived && isNewest;
  const stored: Stored = { record, revision };
  return { ...found, stored, isArchived, isFinished: isFinished(record) };
}

export interface RevisionDifference {
  address: string;
  from: { revision: number; state: string };
  to: { revision: number; state: string };
  changes: Change[];
}

/** From the older to the newer, whichever is named first. */
export function differenceBetween(
  address: string,
  one: PastStep,
  other: PastStep,
): RevisionDifference {
  const [older, newer] = one.revision <= other.revision ? [one, other] : [other, one];
  const outline = ({ revision, record }: PastStep) => {
    return { revision, state: stateName(record.state) };
  };
  return {
    address: userAddress(address),
    from: outline(older),
    to: outline(newer),
    changes: recordChanges(older.record, newer.record),
  };
}

export function differenceLines(
  context: Pick<CommandContext, 'style'>,
  { address, from, to, changes }: RevisionDifference,
): string[] {
  const sections = createSections(context);
  const span = `revision ${from.revision} (${from.state}) to ${to.revision} (${to.state})`;
  addChanges(sections, 'Changes', changes);
  const isSame = changes.length === 0;
  return [`${address}, ${span}${isSame ? ': no difference' : ''}`, ...sections.lines()];
}
