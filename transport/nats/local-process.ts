// What this machine knows of a process id: whether it still is the process it was, and what it runs.
// It never signals a process.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';

const POLL_MS = 20;

/**
 * Identifies one process beyond its reusable id: two equal marks are the same process.
 * Null when there is no such process, or only its remains (a zombie).
 */
export async function processMark(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  const stat = await readProc(`${pid}/stat`);
  // The second field is the program's name in parentheses and may hold spaces and parentheses.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || state === '' || state === 'Z' || state === 'X') return null;
  const bootId = await readProc('sys/kernel/random/boot_id');
  return `${bootId.trim()}:${fields[18]}`;
}

/** The command line of a process, its arguments separated by spaces; null when it is gone. */
export async function commandLine(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') return ps(pid, 'command=');
  const text = await readProc(`${pid}/cmdline`);
  return text.replaceAll('\0', ' ').trim() || null;
}

/** Waits until the process with this mark is gone; false when it still lives after `limitMs`. */
export async function hasEnded(pid: number, mark: string, limitMs: number): Promise<boolean> {
  const polls = Math.ceil(limitMs / POLL_MS);
  for (let poll = 0; poll < polls; poll += 1) {
    if ((await processMark(pid)) !== mark) return true;
    await delay(POLL_MS);
  }
  return (await processMark(pid)) !== mark;
}

function readProc(path: string): Promise<string> {
  return readFile(`/proc/${path}`, 'utf8').catch(() => '');
}

async function ps(pid: number, field: string): Promise<string | null> {
  const result = await execa('ps', ['-ww', '-o', field, '-p', String(pid)], { reject: false });
  return result.stdout.trim() || null;
}
