// Finds what agents have left running: whatever carries the mark of this chaos run, or works in one of its
// folders, and ends it when the chaos is over. It must never signal anything else.
import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { livingProcesses } from '../../transport/process/process-table.ts';
import { MARK_VARIABLE } from './chaos-projects.ts';
import type { StrayProcess } from './history.ts';

/** One that is killed may just have started another. */
const MAX_ROUNDS = 20;
const ROUND_MS = 100;

/** Every living process with the mark in its environment, or whose folder is a worktree below `folder`. */
export function findMarked(mark: string, folder: string): StrayProcess[] {
  return livingProcesses().flatMap(({ pid }) => {
    const environment = textOf(`/proc/${pid}/environ`).split('\0');
    const isMarked = environment.includes(`${MARK_VARIABLE}=${mark}`);
    if (!isMarked && !isInWorktree(pid, folder)) return [];
    const item = environment.find((entry) => entry.startsWith('ONCEWARD_ITEM='))?.slice(14);
    const command = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    return [{ pid, command, item: item ?? 'unknown' }];
  });
}

/** Kills whatever is still marked, so that nothing outlives the chaos, however it ended. */
export async function endMarked(mark: string, folder: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const left = findMarked(mark, folder);
    if (left.length === 0) return;
    for (const { pid } of left) killOne(pid);
    await delay(ROUND_MS);
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isInWorktree(pid: number, folder: string): boolean {
  try {
    const place = readlinkSync(`/proc/${pid}/cwd`);
    return place.startsWith(`${folder}/`) && place.includes('/worktrees/');
  } catch {
    return false;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
