// What the kernel says of processes, read from /proc. Elsewhere than on Linux it knows nothing and says so.
// It must never signal anything.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

export interface ProcessEntry {
  pid: number;
  parentId: number;
  groupId: number;
  sessionId: number;
  /** Start in clock ticks since boot: with the pid it names one process of this boot. */
  startTicks: number;
  /** Dead, and only waiting for its parent to take note. */
  isZombie: boolean;
  /** True when it has a controlling terminal: as a rule, somebody sits at it. */
  hasTerminal: boolean;
}

// Positions in /proc/<pid>/stat, counted from the field behind the command's name.
const STATE = 0;
const PARENT = 1;
const GROUP = 2;
const SESSION = 3;
const TERMINAL = 4;
const START = 19;

/** True where the process table can be read; without it, kinship cannot be proven. */
export function hasProcessTable(): boolean {
  return process.platform === 'linux' && readProcess(process.pid) !== null;
}

/** One process, dead but unreaped ones included; null when there is none or no table. */
export function readProcess(pid: number): ProcessEntry | null {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The command's name stands in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    parentId: Number(fields[PARENT]),
    groupId: Number(fields[GROUP]),
    sessionId: Number(fields[SESSION]),
    startTicks: Number(fields[START]),
    isZombie: fields[STATE] === 'Z' || fields[STATE] === 'X',
    hasTerminal: Number(fields[TERMINAL]) !== 0,
  };
}

/** The living members of a process group. Linear in the number of processes of the machine. */
export function livingMembers(groupId: number): ProcessEntry[] {
  return livingProcesses().filter((entry) => entry.groupId === groupId);
}

/** Every living process that can be seen from here. Linear in their number. */
export function livingProcesses(): ProcessEntry[] {
  return takeCensus().living;
}

/**
 * Every living process, and whether that is all there were: one that ended between listing and reading may
 * have started another that is in no list.
 */
export function takeCensus(): { living: ProcessEntry[]; isComplete: boolean } {
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const entries = names.map((name) => readProcess(Number(name)));
  const living = entries.filter((entry) => entry !== null).filter((entry) => !entry.isZombie);
  return { living, isComplete: !entries.includes(null) };
}

/** True when the process belongs to the user this one runs as. */
export function isOwnProcess(pid: number): boolean {
  try {
    return statSync(`/proc/${pid}`).uid === process.geteuid?.();
  } catch {
    return false;
  }
}

/** The folder the process works in; null without the process, or the right to know. */
export function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '');
  } catch {
    return null;
  }
}

/** True when the process has its id in the same name space as this one. */
export function isInOurNameSpace(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`) === readlinkSync('/proc/self/ns/pid');
  } catch {
    return false;
  }
}

/** True when the process was started with this `NAME=value` in its environment. */
export function isStartedWith(pid: number, variable: string): boolean {
  return environmentOf(pid).includes(variable);
}

/** The value the process was started with for this variable; null without one, or without the process. */
export function startedVariable(pid: number, name: string): string | null {
  const found = environmentOf(pid).find((entry) => entry.startsWith(`${name}=`));
  return found?.slice(name.length + 1) ?? null;
}

function environmentOf(pid: number): string[] {
  return readText(`/proc/${pid}/environ`)?.split('\0') ?? [];
}

// A process may end between listing and reading: that is an answer, not an error.
function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
