// What the trial under way leads to: who is tried next if it is green, and who if it is red. Pure.
// It must never decide anything by itself: it asks the machine.
import { type Stored, stateName } from '../../machines/record.ts';
import { mergeContextOf } from '../../machines/typed-context.ts';
import { futureOf } from './queue-future.ts';
import type { Outlook, Prospect } from './queue-page-view.ts';

const NOTHING: Prospect = { sentBack: null, members: [], isControl: false, isFrozen: false };

/** Null while nothing is tried. What is being landed has been judged: it can only be green. */
export function outlookOf(stored: Stored): Outlook | null {
  if (mergeContextOf(stored.record).trial === null) return null;
  const green = futureOf(stored, 'green');
  return { green: prospectOf(stored, green), red: prospectOf(stored, futureOf(stored, 'red')) };
}

function prospectOf({ revision }: Stored, future: Stored | null): Prospect {
  if (future === null) return NOTHING;
  const { project, trial, decided } = mergeContextOf(future.record);
  const named = (item: string) => `${project}/${item}`;
  const sentBack = decided.find((one) => one.revision >= revision && one.outcome === 'sent-back');
  return {
    sentBack: sentBack === undefined ? null : named(sentBack.item),
    members: trial?.members.map(named) ?? [],
    isControl: trial?.kind === 'control',
    isFrozen: stateName(future.record.state) === 'frozen',
  };
}
