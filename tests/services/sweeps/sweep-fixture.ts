// A state directory with worktrees of a real repository, records in memory, and sweeps over both.
// The records are those of opened items, put into the final state that a test asks for.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDiskBudget, createDiskLedger } from '../../../services/sweeps/disk-ledger.ts';
import {
  type JanitorSettings,
  type SweepOptions,
  type SweepState,
  sweepWorkspaces,
} from '../../../services/sweeps/workspace-sweep.ts';
import { createRepositories } from '../../../transport/git/repository.ts';
import { itemOpening, OPENED_AT_MS, openActor } from '../../support/machine-steps.ts';
import { createMemoryBucket } from '../../support/memory-bucket.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { commitFile, createRemote, testGit } from '../../transport/git/remote-fixture.ts';

export async function createSweep(given: Partial<SweepOptions> = {}) {
  const remote = await createRemote();
  const stateDir = temporaryDirectory();
  const clock = createVirtualClock({ startsAtMs: OPENED_AT_MS });
  const items = createMemoryBucket({ name: 'onceward-items', clock });
  const archive = createMemoryBucket({ name: 'onceward-archive', clock });
  const repositories = createRepositories({ git: testGit, stateDir });
  const open = (project = 'shop') =>
    repositories.open({ project, url: remote.url, baseBranch: 'main' });
  const state: SweepState = {
    ...{ ledger: createDiskLedger(), budget: createDiskBudget() },
    ...{ kept: new Map(), cursors: new Map(), busy: new Set<string>() },
  };
  const waiting = new Map<string, () => void>();
  const kept = (address: string) => waiting.get(address)?.();
  /** Resolves once the sweep has said what becomes of an item. */
  const said = (address: string) =>
    new Promise<void>((resolve) => void waiting.set(address, resolve));
  const alarms: string[] = [];
  const warnings: string[] = [];
  const options: SweepOptions = {
    ...{ clock, stateDir, records: { items, archive }, repositories, identity: 'worker-1' },
    alarm: (message) => void alarms.push(message),
    log: {
      info: ({ address }) => kept(String(address)),
      error: () => {},
      warn: ({ project }, message) => void warnings.push(String(project ?? message)),
    },
    ...given,
  };
  const settings: JanitorSettings = { janitorMs: 1_000, logMaxAgeDays: 30, diskBudgetMb: 0 };
  const sweep = (changed: Partial<JanitorSettings> = {}, signal = new AbortController().signal) =>
    sweepWorkspaces(state, { ...options, settings: { ...settings, ...changed }, signal });

  /** A worktree with one commit of its own, a run folder, a HOME and a log. */
  const workOn = async (item: string, project = 'shop') => {
    const { path } = await open(project).openWorktree(item);
    const sha = await commitFile(path, `${item}.txt`, 'work\n');
    leave(stateDir, project, item);
    return { path, sha };
  };
  const record = async (
    item: string,
    final: 'done' | 'failed' | 'active',
    { project = 'shop', url = remote.url, isArchived = false, landedSha = '' } = {},
  ) => {
    const text = recordText(`${project}.${item}`, { final, url, landedSha });
    const write = isArchived
      ? { key: `item.${project}.${item}`, value: archivedText(text) }
      : { key: `${project}.${item}`, value: text };
    await (isArchived ? archive : items).write({ ...write, expectedRevision: 0 });
  };
  const left = (item: string, project = 'shop') =>
    ['worktrees', 'runs', 'logs'].filter((part) => existsSync(join(stateDir, part, project, item)));
  const reasonOf = (address: string) => state.kept.get(address)?.reason;
  return {
    ...{ remote, stateDir, clock, open, sweep, workOn, record, left, reasonOf },
    ...{ state, alarms, warnings, said },
  };
}

function leave(stateDir: string, project: string, item: string): void {
  for (const path of [`runs/${project}/${item}/build.1.1`, `runs/${project}/${item}/home`]) {
    mkdirSync(join(stateDir, path), { recursive: true });
    writeFileSync(join(stateDir, path, 'left.txt'), 'left\n');
  }
  mkdirSync(join(stateDir, 'logs', project, item), { recursive: true });
  writeFileSync(join(stateDir, 'logs', project, item, 'build.1.1.log'), 'log\n');
}

function recordText(
  key: string,
  { final, url, landedSha }: { final: string; url: string; landedSha: string },
): string {
  const { record } = openActor(`item.${key}`, itemOpening([{}])).stored();
  const context = record.context as Record<string, unknown>;
  const pipeline = { ...(context['pipeline'] as object), repository: url, baseBranch: 'main' };
  if (final === 'active') return JSON.stringify({ ...record, context: { ...context, pipeline } });
  const landing = landedSha === '' ? {} : { isLanded: true, headSha: landedSha };
  const ended = { ...context, ...landing, pipeline, endedAtMs: OPENED_AT_MS, current: null };
  return JSON.stringify({ ...record, state: final, context: ended });
}

function archivedText(text: string): string {
  return JSON.stringify({ v: 1, record: JSON.parse(text), revision: 3, history: [] });
}
