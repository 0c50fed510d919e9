// Ends what processes of ours have left running when they were killed: known by the folder it was started
// for, and by who started it. It must never touch what was started by a process that is still alive.
import { sep } from 'node:path';
import { type TerminationOptions, terminateGroup, terminateProcess } from './group-termination.ts';
import {
  hasProcessTable,
  isInOurNameSpace,
  isOwnProcess,
  livingProcesses,
  type ProcessEntry,
  readProcess,
  startedVariable,
} from './process-table.ts';

/** How often new ones may turn up while others are ended. */
const MAX_ROUNDS = 8;

export interface AbandonedOptions extends TerminationOptions {
  /** Name of the variable that holds the folder a process was started for. */
  folderVariable: string;
  /** Name of the variable that holds the mark of whoever started it; see `ownProcessMark`. */
  starterVariable: string;
  /** Only what was started for a folder below this one; absolute. */
  folder: string;
}

/** Names this very process: an id alone may be given to another. */
export function ownProcessMark(): string {
  return `${process.pid}.${readProcess(process.pid)?.startTicks ?? 0}`;
}

/**
 * Ends every process of this user and machine that was started for a folder below `folder` by a process
 * that is gone: the whole group of one that leads a group, otherwise only the process. Resolves with how
 * many were found, once all are gone. Without /proc nothing is found.
 * @throws PROCESS_FAILED when one survives SIGKILL
 */
export async function endAbandoned(options: AbandonedOptions): Promise<number> {
  if (!hasProcessTable()) return 0;
  let found = 0;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const abandoned = livingProcesses().filter((entry) => isAbandoned(entry, options));
    if (abandoned.length === 0) return found;
    found += abandoned.length;
    await Promise.all(abandoned.map((entry) => end(entry, options)));
  }
  return found;
}

function end(entry: ProcessEntry, options: TerminationOptions): Promise<void> {
  const isLeader = entry.pid === entry.groupId;
  return isLeader ? terminateGroup(entry.groupId, options) : terminateProcess(entry, options);
}

function isAbandoned({ pid }: ProcessEntry, options: AbandonedOptions): boolean {
  const startedFor = startedVariable(pid, options.folderVariable);
  if (startedFor === null || !startedFor.startsWith(options.folder + sep)) return false;
  const starter = startedVariable(pid, options.starterVariable);
  // Ids mean something in their own name space only: that of a container is not ours to judge.
  return starter !== null && isGone(starter) && isOwnProcess(pid) && isInOurNameSpace(pid);
}

/** True when the process of this mark, see `ownProcessMark`, has ended. What is no mark is no proof. */
export function isGone(mark: string): boolean {
  const [pid, startTicks] = mark.split('.').map(Number);
  if (pid === undefined || startTicks === undefined) return false;
  const found = readProcess(pid);
  return found === null || found.isZombie || found.startTicks !== startTicks;
}
