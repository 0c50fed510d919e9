// What stands above the list of the board: who is alive, the last minute, stages, queues, alarms. Pure.
import { printable, shortened } from '../printable.ts';
import { styleOfState } from '../state-style.ts';
import { type Column, tableLines } from '../table.ts';
import type { Times } from '../times.ts';
import type { Board, HeldQueue, StageCounts, Suspended } from './board.ts';
import type { Canvas } from './drawing.ts';
import type { View } from './view.ts';

/** Lines that are shown together or not at all. */
export type Part = readonly string[];

const MAX_STAGES = 12;
const MAX_QUEUES = 6;
const MAX_ALARMS = 3;
const MAX_SUSPENDED = 3;
const MAX_HELD_QUEUES = 3;
const SECONDS_OF_A_MINUTE = 60;
/** In the order of a life; a state that is not listed comes last. */
const STATES = [
  'parked',
  'awaitingApproval',
  'running.queued',
  'running.held',
  'running.starting',
  'running.working',
  'running.overCap',
  'running.stopping',
  'finalizing',
  'graceExpired',
  'claimed',
  'cancelling',
  'advanced',
  'done',
  'failed',
  'cancelled',
];

export function headLines(board: Board, view: View, { columns, style, times }: Canvas): string[] {
  const { nowMs, hosts, workers, total, matching } = board;
  const clock = `${new Date(nowMs).toISOString().slice(11, 19)} UTC`;
  const counted = view.filter === '' ? `${total}` : `${matching} of ${total}`;
  const notes = [...(view.isPaused ? ['PAUSED'] : []), ...(board.isComplete ? [] : ['reading …'])];
  // Ahead of what it makes doubtful: a narrow terminal cuts the rest off.
  const link = board.isConnected ? [] : ['CONNECTION LOST'];
  const alive = `${plural(hosts, 'host')}, ${plural(workers, 'worker')}`;
  const first = ['onceward', clock, ...link, alive, `${counted} items`, ...notes].join('   ');
  const cut = (text: string) => shortened(text, columns);
  const red = (texts: string[], most: number) =>
    texts.slice(0, most).map((text) => style('red', cut(text)));
  const suspended = board.suspended.map((one) => suspendedText(one, times));
  const held = [
    ...red(suspended, MAX_SUSPENDED),
    ...red(board.heldQueues.map(heldQueueText), MAX_HELD_QUEUES),
  ];
  return [style('bold', cut(first)), cut(minuteText(board)), ...held, ''];
}

/** `account.provider.claude is suspended (usage-limit), available in 1h59m; no run begins on it` */
function suspendedText({ address, cause, untilMs }: Suspended, times: Times): string {
  const end = untilMs === null ? '' : `, available ${times.due(untilMs)}`;
  return printable(`${address} is suspended (${cause})${end}; no run begins on it`);
}

/** `merge.shop.main is frozen by ada (release day): onceward queue resume shop --branch main releases it` */
function heldQueueText({ address, why, release }: HeldQueue): string {
  return printable(`${address} is ${why}: ${release}`);
}

/** `last minute: 312 events (5.2/s), 4 refused, 31 claims won, 2 lost, 1 takeover, 30 advanced` */
export function minuteText({ minute }: Pick<Board, 'minute'>): string {
  const { events, refused, claimsWon, claimsLost, takeovers, advances } = minute;
  const rate = (events / SECONDS_OF_A_MINUTE).toFixed(1);
  return [
    `last minute: ${plural(events, 'event')} (${rate}/s)`,
    `${refused} refused`,
    `${plural(claimsWon, 'claim')} won`,
    `${claimsLost} lost`,
    plural(takeovers, 'takeover'),
    `${advances} advanced`,
  ].join(', ');
}

export function stagePart(board: Board, { columns, style }: Canvas): Part {
  const names = board.states.map(({ state }) => state).sort(byLife);
  const countOf = ({ states }: StageCounts, name: string) =>
    states.find(({ state }) => state === name)?.count ?? 0;
  const table: Column<StageCounts>[] = [
    { header: 'stage', cell: ({ stage }) => stage },
    { header: 'items', cell: ({ items }) => String(items) },
    ...names.map(
      (name): Column<StageCounts> => ({
        // `working` tells more than `running` in as many characters.
        header: name.split('.').at(-1) ?? name,
        cell: (row) => String(countOf(row, name) || ''),
        style: (row) => (countOf(row, name) > 0 ? styleOfState(name) : undefined),
      }),
    ),
  ];
  if (board.stages.length === 0) return [];
  return tableLines(board.stages.slice(0, MAX_STAGES), table, { style, maxColumns: columns });
}

export function queuePart({ queues }: Board, { columns, style }: Canvas): Part {
  const busy = (queues ?? []).filter(({ waiting, underWay }) => waiting + underWay > 0);
  if (busy.length === 0) return [];
  const table = [
    { header: 'queue', cell: ({ pool, project, lane }) => `${pool} ${project} ${lane}` },
    { header: 'waiting', cell: ({ waiting }) => String(waiting) },
    { header: 'under way', cell: ({ underWay }) => String(underWay) },
  ] satisfies Column<(typeof busy)[number]>[];
  return tableLines(busy.slice(0, MAX_QUEUES), table, { style, maxColumns: columns });
}

export function alarmPart({ alarms }: Board, { columns, style, times }: Canvas): Part {
  if (alarms.length === 0) return [];
  const lines = alarms.slice(0, MAX_ALARMS).map(({ atMs, address, reason, message }) => {
    const text = `${times.past(atMs)}  ${address}  ${[reason, message].filter(Boolean).join(': ')}`;
    return style('red', shortened(printable(text), columns));
  });
  return [style('dim', 'ALARMS'), ...lines];
}

function byLife(one: string, other: string): number {
  const at = (state: string) => (STATES.includes(state) ? STATES.indexOf(state) : STATES.length);
  return at(one) - at(other) || one.localeCompare(other, 'en');
}

function plural(some: number, noun: string): string {
  return `${some} ${noun}${some === 1 ? '' : 's'}`;
}
