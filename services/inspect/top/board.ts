// The board as it is at one moment: items by stage and state, the fleet, the last minute. Pure.
// It must never look at a row more than once: there may be a hundred thousand.
import type { Alarm } from '../../queries/fleet-view.ts';
import type { ItemRow } from '../../queries/rows.ts';
import type { MinuteCounts } from './minute.ts';

/** What is known of an item's current run. */
export interface CurrentRun {
  state: string;
  holder: string | null;
  sinceMs: number;
}

export interface Queue {
  pool: string;
  project: string;
  lane: string;
  waiting: number;
  underWay: number;
}

export interface Suspended {
  /** `account.provider.claude` */
  address: string;
  cause: string;
  untilMs: number | null;
}

/** A merge queue that lands nothing until somebody, or a new commit on its base, releases it. */
export interface HeldQueue {
  /** `merge.shop.main` */
  address: string;
  /** `frozen by ada (release day)` */
  why: string;
  release: string;
}

export interface BoardItem {
  address: string;
  title: string;
  /** Of its current run while it is active, else its own. */
  state: string;
  /** Why it stands still, when it does. */
  reason: string | null;
  stage: string | null;
  attempt: number | null;
  sinceMs: number | null;
  holder: string | null;
}

export interface StageCounts {
  stage: string;
  items: number;
  states: { state: string; count: number }[];
}

export interface Board {
  nowMs: number;
  /** False while the first reading is under way. */
  isComplete: boolean;
  /** False while the connection is lost: what is shown is as it was then. */
  isConnected: boolean;
  total: number;
  stages: StageCounts[];
  states: { state: string; count: number }[];
  hosts: number;
  workers: number;
  /** Null where they cannot be read. */
  queues: Queue[] | null;
  /** Accounts on which no run begins now, as far as they can be read. */
  suspended: Suspended[];
  heldQueues: HeldQueue[];
  minute: MinuteCounts;
  /** Newest first. */
  alarms: Alarm[];
  /** How many the filter lets through. */
  matching: number;
  /** Of these the first: what needs a person, then the newest change. */
  items: BoardItem[];
}

export interface BoardSources
  extends Omit<Board, 'total' | 'stages' | 'states' | 'matching' | 'items'> {
  /** Newest change first. */
  rows: Iterable<ItemRow>;
  /** Where stages stand in their pipelines. */
  positions: ReadonlyMap<string, number>;
  runOf(row: ItemRow): CurrentRun | undefined;
}

/** More are counted, and found with a filter. */
const MAX_ITEMS = 1_000;
/** What a person has to see first stands first. */
const RANK: Readonly<Record<string, number>> = {
  ...{ corrupt: 0, newer: 0, parked: 0, awaitingApproval: 1, graceExpired: 1 },
  ...{ done: 3, failed: 3, cancelled: 3 },
};
const RANK_DEFAULT = 2;
const RANKS = 4;
const NO_STAGE = '-';

/** @param filter words that must all stand in an item's address, title, state, stage or holder */
export function boardOf(sources: BoardSources, filter: string): Board {
  const { rows, positions, runOf, ...fleet } = sources;
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const ranked: BoardItem[][] = Array.from({ length: RANKS }, () => []);
  const stages = new Map<string, Map<string, number>>();
  const states = new Map<string, number>();
  let total = 0;
  let matching = 0;

  for (const row of rows) {
    const run = row.state.startsWith('active') ? runOf(row) : undefined;
    const state = run?.state ?? row.state;
    total += 1;
    count(states, state);
    count(mapIn(stages, row.stage ?? NO_STAGE), state);
    if (!isMatching(row, { words, state, run })) continue;
    matching += 1;
    const rank = ranked[RANK[state.split('.')[0] ?? ''] ?? RANK_DEFAULT];
    if (rank !== undefined && rank.length < MAX_ITEMS) rank.push(itemOf(row, state, run));
  }
  return {
    ...{ ...fleet, total, matching },
    stages: [...stages]
      .map(([stage, counts]) => stageOf(stage, counts))
      .sort(byPosition(positions)),
    states: listed(states),
    items: ranked.flat().slice(0, MAX_ITEMS),
  };
}

function itemOf(row: ItemRow, state: string, run: CurrentRun | undefined): BoardItem {
  const { address, title, stage, attempt, parking } = row;
  const reason = parking?.reason ?? null;
  const sinceMs = run?.sinceMs ?? row.sinceMs;
  return { address, title, state, reason, stage, attempt, sinceMs, holder: run?.holder ?? null };
}

function isMatching(
  row: ItemRow,
  { words, state, run }: { words: readonly string[]; state: string; run: CurrentRun | undefined },
): boolean {
  if (words.length === 0) return true;
  const { address, title, stage, parking } = row;
  const texts = [address, title, state, stage, parking?.reason, run?.holder];
  const text = texts.filter(Boolean).join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

function stageOf(stage: string, counts: ReadonlyMap<string, number>): StageCounts {
  const items = [...counts.values()].reduce((sum, some) => sum + some, 0);
  return { stage, items, states: listed(counts) };
}

/** In the order of the pipelines; what stands in none comes last. */
function byPosition(positions: ReadonlyMap<string, number>) {
  const at = ({ stage }: StageCounts) => positions.get(stage) ?? Number.MAX_SAFE_INTEGER;
  return (one: StageCounts, other: StageCounts) =>
    at(one) - at(other) || one.stage.localeCompare(other.stage, 'en');
}

function listed(counts: ReadonlyMap<string, number>): { state: string; count: number }[] {
  return [...counts].map(([state, some]) => ({ state, count: some }));
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function mapIn(maps: Map<string, Map<string, number>>, name: string): Map<string, number> {
  const known = maps.get(name) ?? new Map<string, number>();
  maps.set(name, known);
  return known;
}
