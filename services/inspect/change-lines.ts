// Differences, effects and the ways out of a state, as people read them.
// It must never let a value from outside reach the terminal as it is, nor fill a screen by itself.
import type { Change } from '../../machines/differences.ts';
import type { Candidate } from '../../machines/explanation.ts';
import { formatMoment } from '../queries/duration.ts';
import { printable, shortened } from './printable.ts';
import type { Sections } from './sections.ts';

/** A pipeline or a body is a value, too. */
const MAX_VALUE_CHARACTERS = 100;

/** `context.exit: null → {"code":0}` */
export function changeLine({ path, before, after }: Change): string {
  return `${printable(path)}: ${valueText(path, before)} → ${valueText(path, after)}`;
}

export function addChanges(sections: Sections, title: string, changes: readonly Change[]): void {
  sections.table(title, changes, [
    { header: 'path', cell: ({ path }) => path },
    { header: 'before', cell: ({ path, before }) => valueText(path, before) },
    { header: 'after', cell: ({ path, after }) => valueText(path, after) },
  ]);
}

/** The ways out of a state for an event, in the order in which they are tried. */
export function addCandidates(sections: Sections, title: string, candidates: Candidate[]): void {
  sections.table(title, candidates, [
    { header: 'from', cell: ({ from }) => from || '(anywhere)' },
    { header: 'to', cell: ({ to }) => to ?? '(stays)' },
    { header: 'holds', cell: ({ holds }) => answerOf(holds), style: ({ holds }) => styleOf(holds) },
    { header: 'only if', cell: ({ guard, asks }) => (guard === null ? '' : `${asks} [${guard}]`) },
  ]);
}

function answerOf(holds: boolean | null): string {
  if (holds === null) return 'not tried';
  return holds ? 'yes' : 'no';
}

function styleOf(holds: boolean | null): 'green' | 'red' | 'dim' {
  if (holds === null) return 'dim';
  return holds ? 'green' : 'red';
}

/** Paths whose numbers are moments: `sinceMs`, `context.exit.atMs`, `context.deadlines.reminder`. */
const MOMENT = /(?:^|\.)(?:sinceMs|atMs|\w+AtMs|deadlines\.[^.]+)$/;
/** The last moment a date can hold. */
const MAX_DATE_MS = 8.64e15;

/** As JSON, moments in UTC; `(none)` for what is not there. */
function valueText(path: string, value: unknown): string {
  if (value === undefined) return '(none)';
  const isMoment = typeof value === 'number' && MOMENT.test(path) && Math.abs(value) <= MAX_DATE_MS;
  if (isMoment) return formatMoment(value);
  return shortened(printable(JSON.stringify(value)), MAX_VALUE_CHARACTERS);
}
