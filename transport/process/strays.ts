// Ends whatever still runs of a piece of work that is over, known by a variable it was started with.
// It must never touch itself, its ancestors or another user's processes, nor return while a stray lives.
import { OncewardError } from '../errors.ts';
import { type TerminationOptions, terminateGroup, terminateProcess } from './group-termination.ts';
import {
  hasProcessTable,
  isOwnProcess,
  isStartedWith,
  livingProcesses,
  type ProcessEntry,
  readProcess,
} from './process-table.ts';

/** How often new strays may turn up while others are ended. */
const MAX_ROUNDS = 8;
/** More generations than this between a process and the first one are taken for an error. */
const MAX_ANCESTORS = 1_000;

export interface StraysOptions extends TerminationOptions {
  /** `NAME=value`, exactly as it stands in the environment a stray was started with. */
  variable: string;
}

/**
 * Ends every process of this user and machine that was started with the variable: the whole group of
 * one that leads a group, otherwise only the process. Resolves with how many were found, once all are
 * gone. What has cleared its environment is not found; without /proc nothing is.
 * @throws PROCESS_FAILED when one survives SIGKILL, or new ones keep turning up
 */
export async function endStrays({ variable, ...options }: StraysOptions): Promise<number> {
  if (!hasProcessTable()) return 0;
  let found = 0;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const strays = findStrays(variable);
    // One that was being born during the first look is seen in a second.
    if (strays.length === 0 && (found === 0 || findStrays(variable).length === 0)) return found;
    found += strays.length;
    await endAll(strays, options);
  }
  throw new OncewardError(
    'PROCESS_FAILED',
    `processes with ${variable} kept turning up: ${found} were ended in ${MAX_ROUNDS} rounds`,
    { details: { variable, found } },
  );
}

function findStrays(variable: string): ProcessEntry[] {
  const spared = new Set(ownLine().map(({ pid }) => pid));
  return livingProcesses().filter(
    ({ pid }) => !spared.has(pid) && isStartedWith(pid, variable) && isOwnProcess(pid),
  );
}

async function endAll(strays: readonly ProcessEntry[], options: TerminationOptions): Promise<void> {
  const sparedGroups = new Set(ownLine().map(({ groupId }) => groupId));
  const leads = ({ pid, groupId }: ProcessEntry) => pid === groupId && !sparedGroups.has(groupId);
  const groups = new Set(strays.filter(leads).map(({ groupId }) => groupId));
  const singles = strays.filter(({ groupId }) => !groups.has(groupId));
  await Promise.all([
    ...[...groups].map((groupId) => terminateGroup(groupId, options)),
    ...singles.map((stray) => terminateProcess(stray, options)),
  ]);
}

/** This process, its parent, and so on up to the first one that can be seen. */
function ownLine(): ProcessEntry[] {
  const line: ProcessEntry[] = [];
  let entry = readProcess(process.pid);
  while (entry !== null && line.length < MAX_ANCESTORS) {
    line.push(entry);
    entry = entry.parentId > 0 ? readProcess(entry.parentId) : null;
  }
  return line;
}
