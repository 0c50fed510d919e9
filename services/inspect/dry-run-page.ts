// What an event would do, or why it would be refused, as people read it.
import type { DryRun } from '../queries/dry-run.ts';
import { addCandidates, addChanges } from './change-lines.ts';
import type { CommandContext } from './command-context.ts';
import { printable } from './printable.ts';
import { createSections } from './sections.ts';

/** The outcome on the first line; then effects, changes, and the ways out that were tried. */
export function dryRunLines(context: Pick<CommandContext, 'style'>, foreseen: DryRun): string[] {
  const { type, from, effects, changes, candidates } = foreseen;
  const sections = createSections(context);
  sections.table(
    'Effects',
    effects.map((effect) => [effect]),
    [{ header: 'effect', cell: ([effect = '']) => effect }],
  );
  addChanges(sections, 'Changes', changes);
  addCandidates(sections, `What answers to ${printable(type)} in ${from}`, candidates);
  return [printable(headline(foreseen)), ...sections.lines()];
}

function headline(foreseen: DryRun): string {
  const { address, type, revision, from, to, isRepeat, reason, message } = foreseen;
  const what = `${address} at revision ${revision}`;
  if (reason !== null) return `${what} would refuse ${type} (${reason}): ${message}`;
  if (isRepeat) return `${what} knows this ${type} already: nothing would change`;
  return `${what} would accept ${type}: ${to === null ? `stays ${from}` : `${from} → ${to}`}`;
}
