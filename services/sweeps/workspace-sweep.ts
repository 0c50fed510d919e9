// One sweep over the state directory of a worker: every project by itself, a few of its items at a time.
// A project that cannot be read must never delay another, nor a sweep grow with what lies there.
import { join } from 'node:path';
import { condemn, removeCondemned } from '../../transport/disk/condemned.ts';
import { diskUsage } from '../../transport/disk/disk-usage.ts';
import { itemFolders } from '../../transport/disk/state-folders.ts';
import { abandonedFolders } from '../../transport/git/abandoned-folders.ts';
import type { Log } from '../actors/log.ts';
import { writeJanitorReport } from '../queries/janitor-file.ts';
import { withTimeLimit } from '../workers/time-limit.ts';
import {
  budgetBytesOf,
  type DiskBudget,
  type DiskLedger,
  type DiskPart,
  ITEM_PARTS,
  SHARED_PARTS,
} from './disk-ledger.ts';
import {
  type CleaningOptions,
  cleanItem,
  createFetchOnce,
  type ItemOnDisk,
} from './item-cleaning.ts';
import { type Kept, keptReport } from './kept-items.ts';

export interface JanitorSettings {
  janitorMs: number;
  logMaxAgeDays: number;
  /** 0 for none. */
  diskBudgetMb: number;
}

/** `stateDir` is absolute. */
export interface SweepOptions extends Omit<CleaningOptions, 'logMaxAgeMs'> {
  /** Of this worker. */
  identity: string;
  /** Told of everything measured and kept, after each sweep. */
  onSwept?:
    | ((parts: Record<DiskPart, number>, reasons: Record<string, number>) => void)
    | undefined;
  /** Raises an alarm for people. */
  alarm: (message: string) => void;
  log: Log;
}

/** What is remembered from sweep to sweep. */
export interface SweepState {
  ledger: DiskLedger;
  budget: DiskBudget;
  kept: Map<string, Kept>;
  /** By project: the item that was looked at last. */
  cursors: Map<string, string>;
  /** Projects that have gone on beyond their limit. */
  busy: Set<string>;
}

interface Sweep extends SweepOptions {
  settings: JanitorSettings;
  signal: AbortSignal;
}

const DAY_MS = 86_400_000;
/** Items of one project that are looked at in one sweep; the others have their turn in the next. */
const MAX_ITEMS = 50;
/** For one project: fetching, looking and removing. */
const PROJECT_LIMIT_MS = 120_000;

/** Errors of one project are logged; others are thrown. */
export async function sweepWorkspaces(state: SweepState, sweep: Sweep): Promise<void> {
  const { stateDir } = sweep;
  await removeCondemned(stateDir);
  for (const path of await abandonedFolders(stateDir)) await condemn(stateDir, path);
  const items = await itemsOnDisk(stateDir);
  const addresses = new Set(items.map(addressOf));
  for (const address of state.kept.keys()) if (!addresses.has(address)) state.kept.delete(address);
  const projects = [...new Set(items.map(({ project }) => project))];
  await Promise.all(
    projects.map((project) => {
      const own = items.filter((one) => one.project === project);
      return sweepProject(state, { ...sweep, project, items: own });
    }),
  );
  for (const part of SHARED_PARTS) {
    state.ledger.note(part, part, (await diskUsage(join(stateDir, part))).bytes);
  }
  state.ledger.retain(addresses);
  await tell(state, sweep);
}

async function sweepProject(
  state: SweepState,
  { project, items, ...sweep }: Sweep & { project: string; items: readonly ItemOnDisk[] },
): Promise<void> {
  const { busy, cursors } = state;
  if (busy.has(project)) return;
  busy.add(project);
  const turn = turnOf(items, cursors.get(project) ?? '');
  cursors.set(project, turn.at(-1)?.item ?? '');
  const work = async (signal: AbortSignal): Promise<void> => {
    const ending = AbortSignal.any([signal, sweep.signal]);
    const fetchOnce = createFetchOnce(ending);
    for (const onDisk of turn) {
      if (!ending.aborted) await lookAt(state, sweep, { onDisk, fetchOnce });
    }
  };
  const limit = { ...sweep, limitMs: PROJECT_LIMIT_MS, subject: `cleaning up project ${project}` };
  await withTimeLimit(limit, (signal) => work(signal).finally(() => busy.delete(project))).catch(
    (err: unknown) => sweep.log.warn({ err, project }, 'a project was not cleaned up'),
  );
}

async function lookAt(
  { kept, ledger }: SweepState,
  { settings, log, ...sweep }: Sweep,
  { onDisk, fetchOnce }: { onDisk: ItemOnDisk; fetchOnce: ReturnType<typeof createFetchOnce> },
): Promise<void> {
  const address = addressOf(onDisk);
  const logMaxAgeMs = settings.logMaxAgeDays * DAY_MS;
  const judgement = await cleanItem(onDisk, { ...sweep, logMaxAgeMs }, fetchOnce);
  const { isWorkspaceRemoved, areLogsRemoved } = judgement;
  if (isWorkspaceRemoved || areLogsRemoved) {
    log.info({ address, isWorkspaceRemoved, areLogsRemoved }, 'folders of an item were removed');
  }
  // Said when it changes: most are kept for as long as their items go on.
  if (judgement.kept !== null && judgement.kept.reason !== kept.get(address)?.reason) {
    log.info({ address, ...judgement.kept }, 'folders of an item are kept');
  }
  if (judgement.kept === null) kept.delete(address);
  else kept.set(address, { address, ...judgement.kept });
  for (const part of ITEM_PARTS) {
    const path = join(sweep.stateDir, part, onDisk.project, onDisk.item);
    ledger.note(address, part, (await diskUsage(path)).bytes);
  }
}

async function tell(
  { ledger, budget, kept }: SweepState,
  { settings, clock, stateDir, identity, onSwept, alarm, log }: Sweep,
): Promise<void> {
  const budgetBytes = budgetBytesOf(settings);
  const warning = budget.check(ledger, budgetBytes);
  if (warning !== null) {
    log.warn({ usedBytes: ledger.usedBytes(), budgetBytes }, warning);
    alarm(warning);
  }
  const about = { by: identity, atMs: clock.nowMs(), budgetBytes };
  const report = keptReport([...kept.values()], ledger, about);
  // What was measured is told also where the report cannot be written, and nothing is written after that.
  await writeJanitorReport(stateDir, report).finally(() =>
    onSwept?.(ledger.parts(), report.reasons),
  );
}

/** The next few, beginning behind the one that was looked at last, round and round. */
function turnOf(items: readonly ItemOnDisk[], lastItem: string): ItemOnDisk[] {
  const from = Math.max(
    items.findIndex(({ item }) => item > lastItem),
    0,
  );
  return [...items.slice(from), ...items.slice(0, from)].slice(0, MAX_ITEMS);
}

/** In the order of their names. */
async function itemsOnDisk(stateDir: string): Promise<ItemOnDisk[]> {
  const found = new Map<string, ItemOnDisk>();
  const fields = { worktrees: 'hasWorktree', runs: 'hasRuns', logs: 'hasLogs' } as const;
  for (const part of ITEM_PARTS) {
    for (const named of await itemFolders(stateDir, part)) {
      const none = { ...named, hasWorktree: false, hasRuns: false, hasLogs: false };
      const onDisk = found.get(addressOf(named)) ?? none;
      found.set(addressOf(named), { ...onDisk, [fields[part]]: true });
    }
  }
  return [...found.values()].sort((one, other) => (one.item < other.item ? -1 : 1));
}

function addressOf({ project, item }: { project: string; item: string }): string {
  return `${project}/${item}`;
}
