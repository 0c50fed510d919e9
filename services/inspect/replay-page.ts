// A replayed life as people read it: a line for each revision, what it changed, and what was refused in between.
import type { Change } from '../../machines/differences.ts';
import { formatMoment } from '../queries/duration.ts';
import type { Replay, ReplayedRevision } from '../queries/export-replay.ts';
import { auditLine } from './audit-line.ts';
import { changeLine } from './change-lines.ts';
import type { CommandContext, TextStyle } from './command-context.ts';
import { printable } from './printable.ts';

type Styled = Pick<CommandContext, 'style'>;

/** Two lines at the head, the revisions, and the sum. */
export function replayLines(context: Styled, replay: Replay): string[] {
  const { address, exportedAtMs, versions, revisions, counts } = replay;
  const { same, differs, notReplayable } = counts;
  const by = `exported ${formatMoment(exportedAtMs)} by onceward ${printable(versions.onceward)}`;
  const sum = `${same} of ${revisions.length} revisions reproduced`;
  const rest = [
    ...(differs === 0 ? [] : [`${differs} differ`]),
    ...(notReplayable === 0 ? [] : [`${notReplayable} could not be replayed`]),
  ];
  return [
    `${address}, ${by}`,
    '',
    ...revisions.flatMap((revision) => revisionLines(context, revision)),
    '',
    [sum, ...rest].join(', '),
  ];
}

const OUTCOMES: Readonly<Record<ReplayedRevision['outcome'], readonly [string, TextStyle]>> = {
  same: ['reproduced', 'green'],
  differs: ['differs', 'red'],
  'not-replayable': ['not replayable', 'yellow'],
};

function revisionLines({ style }: Styled, revision: ReplayedRevision): string[] {
  const { type, atMs, from, to, changes, effects, differences, refused, reason } = revision;
  const [word, colour] = OUTCOMES[revision.outcome];
  const why = reason === '' ? '' : ` (${printable(reason)})`;
  const head = [
    `revision ${revision.revision}`,
    style('dim', formatMoment(atMs)),
    style('bold', printable(type)),
    printable(from === null || from === to ? to : `${from} → ${to}`),
    style(colour, `${word}${why}`),
  ];
  return [
    head.join('  '),
    ...(changes ?? []).filter(isNews).map((change) => `  ${changeLine(change)}`),
    ...(effects ?? []).map((effect) => `  ${printable(effect)}`),
    ...differences.map((change) => `  ${style('red', `now ${changeLine(change)}`)}`),
    ...refused.map((entry) => `    ${auditLine(entry, { style })}`),
  ];
}

/** State and time stand on the first line already. */
function isNews({ path }: Change): boolean {
  return path !== 'state' && path !== 'sinceMs';
}
