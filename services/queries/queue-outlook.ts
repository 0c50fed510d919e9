// What the trial under way leads to: who is tried next if it is green, and who if it is red. Pure.
// It must never decide anything by itself: it asks the rules that the machine goes by.
import { entryOf, type MergeContext, type Trial } from '../../machines/merge/context.ts';
import {
  type HuntStep,
  huntAfterControl,
  huntAfterLanding,
  huntAfterRed,
} from '../../machines/merge/hunt.ts';
import { nextMembers } from '../../machines/merge/order.ts';
import { MAX_BATCH_SIZE } from '../../machines/merge/rules.ts';
import type { Outlook, Prospect } from './queue-page-view.ts';

/** Null while nothing is tried. */
export function outlookOf(context: MergeContext): Outlook | null {
  const { trial } = context;
  if (trial === null) return null;
  if (trial.kind === 'control') return { green: afterGreenBase(context, trial), red: FROZEN };
  const members = trial.candidate?.members.map(({ item }) => item) ?? trial.members;
  return { green: afterLanding(context, members), red: afterRed(context, trial, members) };
}

const FROZEN: Prospect = { sentBack: null, members: [], isControl: false, isFrozen: true };

function afterGreenBase(context: MergeContext, trial: Trial): Prospect {
  // Before it is known where the base is, it is taken to be where the suspect was red.
  const baseSha = trial.candidate?.sha ?? context.hunt?.baseSha ?? '';
  return prospectOf(context, huntAfterControl(context, baseSha));
}

function afterLanding(context: MergeContext, members: string[]): Prospect {
  const step = huntAfterLanding(context, members, context.trial?.candidate?.sha ?? '');
  const window = Math.min(MAX_BATCH_SIZE, context.window * 2);
  return prospectOf({ ...context, window }, step, members);
}

function afterRed(context: MergeContext, trial: Trial, members: string[]): Prospect {
  const window = Math.max(1, Math.floor(Math.min(context.window, members.length) / 2));
  return prospectOf({ ...context, window }, huntAfterRed(context, trial, members));
}

function prospectOf(
  context: MergeContext,
  { hunt, entries, guilty }: HuntStep,
  landed: readonly string[] = [],
): Prospect {
  const sentBack = guilty === null || entryOf({ entries }, guilty) === null ? null : guilty;
  const left = entries.filter(({ item }) => item !== sentBack && !landed.includes(item));
  const named = (item: string) => `${context.project}/${item}`;
  return {
    sentBack: sentBack === null ? null : named(sentBack),
    members: nextMembers({ ...context, hunt, entries: left }).map(named),
    isControl: hunt?.needsControl === true,
    isFrozen: false,
  };
}
