// The processes of one process group, from outside: who is still alive, and ending them all.
// It must never signal a group that the caller did not start.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/** Sends SIGKILL to every process of the group; a group that is gone already is fine. */
export function killGroup(groupId: number): void {
  try {
    process.kill(-groupId, 'SIGKILL');
  } catch {
    // ESRCH: nobody left, or EPERM on macOS: only zombies left.
  }
}

/**
 * Waits until the group has no living member, at most `limitMs` milliseconds,
 * and returns the command lines of those still alive. Zombies are not alive.
 */
export async function lingeringMembers(groupId: number, limitMs: number): Promise<string[]> {
  const polls = Math.ceil(limitMs / POLL_MS);
  for (let poll = 0; poll < polls && livingMembers(groupId).length > 0; poll += 1) {
    await delay(POLL_MS);
  }
  return livingMembers(groupId);
}

function livingMembers(groupId: number): string[] {
  if (!isSignalable(groupId)) return [];
  if (process.platform !== 'linux') return ['unknown command'];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isLivingMember(name, groupId))
    .map((name) => readProc(name, 'cmdline').replaceAll('\0', ' ').trim());
}

function isSignalable(groupId: number): boolean {
  try {
    process.kill(-groupId, 0);
    return true;
  } catch {
    return false;
  }
}

function isLivingMember(pid: string, groupId: number): boolean {
  // The command's name stands in parentheses and may itself hold spaces and parentheses.
  const [state, , group] = readProc(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  return Number(group) === groupId && state !== 'Z' && state !== 'X';
}

function readProc(pid: string, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
