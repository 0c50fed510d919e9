// The board as a page, where nobody could watch it change.
import type { CommandContext } from '../command-context.ts';
import { createSections } from '../sections.ts';
import { styleOfState } from '../state-style.ts';
import { timesOf } from '../times.ts';
import type { Board } from './board.ts';
import { minuteText } from './summary-parts.ts';

export function boardLines(
  context: Pick<CommandContext, 'style' | 'timeStyle'>,
  board: Board,
): string[] {
  const times = timesOf(context, board.nowMs);
  const sections = createSections(context);
  sections.pairs([
    ['hosts', String(board.hosts)],
    ['workers', String(board.workers)],
    ['items', String(board.total)],
    ['last minute', minuteText(board).replace(/^last minute: /, '')],
  ]);
  sections.table('Suspended accounts', board.suspended, [
    { header: 'account', cell: ({ address }) => address },
    { header: 'cause', cell: ({ cause }) => cause },
    { header: 'until', cell: ({ untilMs }) => (untilMs === null ? '' : times.due(untilMs)) },
  ]);
  sections.table('Held merge queues', board.heldQueues, [
    { header: 'queue', cell: ({ address }) => address },
    { header: 'is', isProse: true, cell: ({ why }) => why },
    { header: 'release', isProse: true, cell: ({ release }) => release },
  ]);
  const cells = board.stages.flatMap(({ stage, states }) =>
    states.map(({ state, count }) => ({ stage, state, count })),
  );
  sections.table('Stages', cells, [
    { header: 'stage', cell: ({ stage }) => stage },
    { header: 'state', cell: ({ state }) => state, style: ({ state }) => styleOfState(state) },
    { header: 'items', cell: ({ count }) => String(count) },
  ]);
  sections.table('Queues', board.queues ?? [], [
    { header: 'pool', cell: ({ pool }) => pool },
    { header: 'project', cell: ({ project }) => project },
    { header: 'lane', cell: ({ lane }) => lane },
    { header: 'waiting', cell: ({ waiting }) => String(waiting) },
    { header: 'under way', cell: ({ underWay }) => String(underWay) },
  ]);
  sections.table('Alarms of the last day', board.alarms, [
    { header: 'at', cell: ({ atMs }) => times.past(atMs) },
    { header: 'about', cell: ({ address }) => address },
    { header: 'reason', cell: ({ reason }) => reason },
    { header: 'message', cell: ({ message }) => message },
  ]);
  return sections.lines();
}
