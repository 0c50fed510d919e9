// Judges the history of a chaos run: each line is a promise, with everything that breaks it by name.
// Pure: it reads nothing but what it is given, and uses no rule of the machines themselves.
import { advanceProblems, claimProblems, startProblems } from './audit-duplicates.ts';
import { orderProblems } from './audit-order.ts';
import { takeoverProblems } from './audit-takeovers.ts';
import type { ChaosHistory, ItemHistory } from './history.ts';

export interface AuditLine {
  /** What must hold. */
  title: string;
  /** How many things were looked at. */
  checked: number;
  /** Each names what breaks it. */
  problems: readonly string[];
}

const FINISHED = ['done', 'failed', 'cancelled'];

/** All lines, in the order in which they are shown. */
export function auditChaos(history: ChaosHistory): AuditLine[] {
  const { submitted, runs, starts, strays, crashes, unstopped } = history;
  const claimed = runs.filter(({ context }) => context.claim !== null).length;
  const landed = [...history.landings.values()].flat().length;
  return [
    line(
      'items submitted = items finished or visibly parked',
      submitted.length,
      lostItems(history),
    ),
    line('duplicates: no stage advanced twice', runs.length, advanceProblems(history)),
    line('duplicates: no run claimed twice', claimed, claimProblems(history)),
    line('duplicates: no agent started twice for one epoch', starts.length, startProblems(history)),
    line('duplicates: no item landed twice, none done without', landed, landingProblems(history)),
    line(
      'lost updates: each event met the newest record',
      history.audit.length,
      orderProblems(history),
    ),
    line('wrongful takeovers: none before the grace', claimed, takeoverProblems(history)),
    line('orphan processes', strays.length, strays.map(strayText)),
    line('processes that ended by themselves', crashes.length, crashes),
    line('processes that did not stop in order', unstopped.length, unstopped),
  ];
}

/** How many items ended in each state. */
export function countStates(items: Iterable<ItemHistory>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of items) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function line(title: string, checked: number, problems: readonly string[]): AuditLine {
  return { title, checked, problems };
}

function lostItems({ submitted, items }: ChaosHistory): string[] {
  const known = new Set(submitted);
  const lost = submitted.flatMap((name) => {
    const item = items.get(name);
    if (item === undefined) return [`${name}: submitted, and nowhere to be found`];
    if (FINISHED.includes(item.state)) return [];
    if (item.state !== 'parked') return [`${name}: still ${item.state}`];
    const isVisible = item.parking !== null && item.parking.message !== '';
    return isVisible ? [] : [`${name}: parked without a reason`];
  });
  const invented = [...items.keys()].filter((name) => !known.has(name));
  return [...lost, ...invented.map((name) => `${name}: nobody submitted it`)];
}

function landingProblems({ items, landings }: ChaosHistory): string[] {
  return [...items].flatMap(([name, { project, item, state }]) => {
    const subjects = landings.get(project);
    if (subjects === undefined) return [];
    const count = subjects.filter((subject) => subject === item).length;
    if (count > 1) return [`${name}: landed ${count} times`];
    return state === 'done' && count === 0 ? [`${name}: done, and never landed`] : [];
  });
}

function strayText({ pid, command, item }: ChaosHistory['strays'][number]): string {
  return `process ${pid} of item ${item}: ${command}`;
}
