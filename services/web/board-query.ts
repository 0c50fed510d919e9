// What a board shows of its rows: filtered, counted, and one window of them, newest change first.
// It must never look at a row more than once: there may be a hundred thousand.
import type { ItemRow } from '../queries/rows.ts';
import { isWithinState } from '../queries/state-names.ts';

export interface BoardQuery {
  project: string | null;
  /** `active` covers `active.working`. */
  state: string | null;
  stage: string | null;
  /** Anywhere in the address or the title, whatever the case. */
  text: string | null;
  isArchiveIncluded: boolean;
  offset: number;
  limit: number;
}

export interface BoardPage {
  total: number;
  offset: number;
  rows: ItemRow[];
  /** In the order of the pipelines. As if no stage had been asked for. */
  stages: { stage: string; count: number }[];
  /** As if no state had been asked for. */
  states: { state: string; count: number }[];
  projects: string[];
}

export interface BoardRows {
  /** Newest change first. */
  rows: readonly ItemRow[];
  /** Where stages stand in their pipelines. */
  positions: ReadonlyMap<string, number>;
}

export function queryBoard({ rows, positions }: BoardRows, query: BoardQuery): BoardPage {
  const { offset, limit } = query;
  const stages = new Map<string, number>();
  const states = new Map<string, number>();
  const projects = new Set<string>();
  const shown: ItemRow[] = [];
  const hasText = textFilter(query.text);
  let total = 0;

  for (const row of rows) {
    projects.add(row.project);
    if (query.project !== null && row.project !== query.project) continue;
    if (!hasText(row)) continue;
    const isInStage = query.stage === null || row.stage === query.stage;
    const isInState = query.state === null || isWithinState(row.state, query.state);
    if (isInState && row.stage !== null) count(stages, row.stage);
    if (isInStage) count(states, row.state);
    if (!isInStage || !isInState) continue;
    if (total >= offset && shown.length < limit) shown.push(row);
    total += 1;
  }
  return {
    ...{ total, offset, rows: shown },
    stages: [...stages]
      .map(([stage, found]) => ({ stage, count: found }))
      .sort((a, b) => byPosition(positions, a.stage, b.stage)),
    states: [...states]
      .map(([state, found]) => ({ state, count: found }))
      .sort((a, b) => a.state.localeCompare(b.state)),
    projects: [...projects].sort(),
  };
}

/** One pattern for all rows: to write each in small letters first would take three times as long. */
function textFilter(text: string | null): (row: ItemRow) => boolean {
  if (text === null || text === '') return () => true;
  const pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
  return ({ address, title }) => pattern.test(address) || pattern.test(title);
}

function byPosition(positions: ReadonlyMap<string, number>, one: string, other: string): number {
  const difference = (positions.get(one) ?? 0) - (positions.get(other) ?? 0);
  return difference || one.localeCompare(other);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
