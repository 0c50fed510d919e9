// What a board shows of its rows: filtered, counted, and one window of them, newest change first.
// It must never look at a row more than once, nor at all in one go: there may be a hundred thousand.
import { textFilter } from '../queries/actor-filter.ts';
import type { ItemRow } from '../queries/rows.ts';
import { isWithinState } from '../queries/state-names.ts';

export interface BoardFilter {
  project: string | null;
  /** `active` covers `active.working`. */
  state: string | null;
  stage: string | null;
  /** Anywhere in the address or the title, whatever the case. */
  text: string | null;
  isArchiveIncluded: boolean;
}

export interface BoardQuery extends BoardFilter {
  offset: number;
  limit: number;
}

/** All that passes a filter. */
export interface BoardMatch {
  /** In the order they came in. */
  matching: ItemRow[];
  /** In the order of the pipelines. As if no stage had been asked for. */
  stages: { stage: string; count: number }[];
  /** As if no state had been asked for. */
  states: { state: string; count: number }[];
  projects: string[];
}

export interface BoardPage extends Omit<BoardMatch, 'matching'> {
  total: number;
  offset: number;
  rows: ItemRow[];
}

export interface BoardRows {
  /** Newest change first. */
  rows: readonly ItemRow[];
  /** Where stages stand in their pipelines. */
  positions: ReadonlyMap<string, number>;
}

/** Rows looked at in one go: about 3 ms. A host in the same thread must not wait for longer. */
const TURN_ROWS = 5_000;

/** Stands still after every few thousand rows, for whoever shares the thread. */
export function* matchBoard(
  { rows, positions }: BoardRows,
  filter: BoardFilter,
): Generator<void, BoardMatch> {
  const stages = new Map<string, number>();
  const states = new Map<string, number>();
  const projects = new Set<string>();
  const matching: ItemRow[] = [];
  const hasText = textFilter(filter.text ?? undefined);
  const look = (row: ItemRow) => {
    projects.add(row.project);
    if (filter.project !== null && row.project !== filter.project) return;
    if (!hasText(row.address, row.title)) return;
    const isInStage = filter.stage === null || row.stage === filter.stage;
    const isInState = filter.state === null || isWithinState(row.state, filter.state);
    if (isInState && row.stage !== null) count(stages, row.stage);
    if (isInStage) count(states, row.state);
    if (isInStage && isInState) matching.push(row);
  };
  for (const [n, row] of rows.entries()) {
    if (n > 0 && n % TURN_ROWS === 0) yield;
    look(row);
  }
  return {
    matching,
    stages: [...stages]
      .map(([stage, found]) => ({ stage, count: found }))
      .sort((a, b) => byPosition(positions, a.stage, b.stage)),
    states: [...states]
      .map(([state, found]) => ({ state, count: found }))
      .sort((a, b) => a.state.localeCompare(b.state)),
    projects: [...projects].sort(),
  };
}

/** One window of what has passed. */
export function pageOf<Match extends BoardMatch>(
  { matching, ...counts }: Match,
  { offset, limit }: Pick<BoardQuery, 'offset' | 'limit'>,
): BoardPage & Omit<Match, 'matching'> {
  return {
    ...counts,
    total: matching.length,
    offset,
    rows: matching.slice(offset, offset + limit),
  };
}

function byPosition(positions: ReadonlyMap<string, number>, one: string, other: string): number {
  const difference = (positions.get(one) ?? 0) - (positions.get(other) ?? 0);
  return difference || one.localeCompare(other);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
