// The answer to "why?" as a page: what it waits for, who moves it on and when, and what can be done about it.
// It must never cut a command in two: each stands on a line of its own, to be pasted.
import type { Why } from '../queries/why-view.ts';
import type { CommandContext } from './command-context.ts';
import { printable } from './printable.ts';
import { createSections, type Pair, type Sections } from './sections.ts';
import { type Times, timesOf } from './times.ts';

type Writing = Pick<CommandContext, 'style' | 'timeStyle'>;

export function whyLines(context: Writing, why: Why, nowMs: number): string[] {
  const times = timesOf(context, nowMs);
  const own = actorLines(context, why, times);
  const run = why.run === null ? [] : actorLines(context, withoutKnown(why.run, why), times);
  return [
    ...own,
    ...(run.length === 0 ? [] : ['', context.style('bold', 'Its current run'), ...indented(run)]),
    ...actionLines(context, why),
  ];
}

/** What was spent on the stage stands with the item already. */
function withoutKnown(run: Why, item: Why): Why {
  const isKnown = ({ stage, budget }: Why['budgets'][number]) =>
    item.budgets.some((one) => one.stage === stage && one.budget === budget);
  return { ...run, budgets: run.budgets.filter((budget) => !isKnown(budget)) };
}

function actorLines(context: Writing, why: Why, times: Times): string[] {
  const sections = createSections(context);
  sections.pairs(headPairs(why, times));
  addTimers(sections, why, times);
  addRefusal(sections, why);
  addClaims(sections, why, times);
  addBudgets(sections, why);
  return sections.lines();
}

function headPairs(why: Why, times: Times): Pair[] {
  const { type, atMs, revision, by } = why.lastApplied;
  const { lastRefused: refused } = why;
  const archived = why.isArchived ? ' (archived)' : '';
  return [
    [why.kind, why.address],
    ['state', `${why.state}${archived} ${times.since(why.sinceMs)}`],
    ['waits for', why.waitsFor],
    ['owner', ownerOf(why)],
    ['otherwise', why.reconciler],
    ['last applied', `${type} ${times.at(atMs)}, revision ${revision}, by ${by}`],
    ['last refused', refused === null ? 'nothing the audit knows of' : refusedText(refused, times)],
    ...why.notes.map((note): Pair => ['note', note]),
  ];
}

function ownerOf({ owner }: Why): string {
  const alive = owner.isAlive === null ? '' : owner.isAlive ? ' (alive)' : ' (not alive)';
  return `${owner.who}${alive}${owner.detail === '' ? '' : `, ${owner.detail}`}`;
}

function refusedText(refused: NonNullable<Why['lastRefused']>, times: Times): string {
  const { type, atMs, claimant, reason, message } = refused;
  const who = claimant === null ? '' : ` by ${claimant}`;
  return `${type}${who} ${times.at(atMs)}: ${[reason, message].filter(Boolean).join(', ')}`;
}

function addTimers(sections: Sections, { timers }: Why, times: Times): void {
  sections.table('Timers', timers, [
    { header: 'event', cell: ({ event }) => event },
    { header: 'due', cell: ({ dueAtMs }) => times.due(dueAtMs) },
    { header: 'does', cell: ({ does }) => does },
  ]);
}

function addRefusal(sections: Sections, { lastRefused }: Why): void {
  const title = `Ways that were closed to ${printable(lastRefused?.type ?? '')}`;
  sections.table(title, lastRefused?.candidates ?? [], [
    { header: 'from', cell: ({ from }) => from },
    { header: 'to', cell: ({ to }) => to ?? '(stays)' },
    { header: 'guard', cell: ({ guard }) => guard ?? '' },
    { header: 'holds', cell: ({ holds }) => (holds === null ? 'not asked' : holds ? 'yes' : 'no') },
    { header: 'asks', cell: ({ asks }) => asks },
  ]);
}

function addClaims(sections: Sections, { lostClaims }: Why, times: Times): void {
  sections.table('Lost claims', lostClaims, [
    { header: 'at', cell: ({ atMs }) => times.moment(atMs) },
    { header: 'claimant', cell: ({ claimant }) => claimant ?? '' },
    { header: 'found revision', cell: ({ foundRevision }) => String(foundRevision ?? '') },
    { header: 'reason', cell: ({ reason }) => reason ?? '' },
    { header: 'message', cell: ({ message }) => message },
  ]);
}

function addBudgets(sections: Sections, { budgets }: Why): void {
  sections.table('Budgets', budgets, [
    { header: 'stage', cell: ({ stage }) => stage },
    { header: 'budget', cell: ({ budget }) => budget },
    { header: 'spent', cell: ({ spent }) => String(spent) },
    { header: 'allowed', cell: ({ allowed }) => String(allowed) },
    {
      header: 'left',
      cell: ({ left }) => String(left),
      style: ({ left }) => (left === 0 ? 'yellow' : undefined),
    },
  ]);
}

function actionLines({ style }: Writing, { actions }: Why): string[] {
  return [
    '',
    style('bold', 'What you can do'),
    ...actions.flatMap(({ command, does }) => [
      `  ${printable(command)}`,
      `    ${style('dim', printable(does))}`,
    ]),
  ];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}
