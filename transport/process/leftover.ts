// Ends the process group that a dead worker left behind on this machine.
// It must never signal a group it cannot prove to be that one: process ids are used again.
import { type TerminationOptions, terminateGroup } from './group-termination.ts';
import { hasProcessTable, isStartedWith, livingMembers, readProcess } from './process-table.ts';

export interface Leftover {
  pid: number;
  startTicks: number | null;
  /** A `NAME=value` the group was started with; asked for where the leader can no longer testify. */
  mark?: string;
}

/** `unproven`: without a start time or a process table nothing is known, so nothing was touched. */
export type LeftoverOutcome = 'killed' | 'gone' | 'unproven';

/**
 * Ends the group when it is provably the one that was recorded, and resolves once it is gone.
 * Proof is the leader's start time; or, when the leader has died, a member that kept the leader's
 * session and group, started no earlier, and carries the mark.
 * @throws PROCESS_FAILED when a member survives SIGKILL
 */
export async function killLeftover(
  leftover: Leftover,
  options: TerminationOptions,
): Promise<LeftoverOutcome> {
  if (leftover.startTicks === null || !hasProcessTable()) return 'unproven';
  if (!isTheRecordedGroup({ ...leftover, startTicks: leftover.startTicks })) return 'gone';
  await terminateGroup(leftover.pid, options);
  return 'killed';
}

function isTheRecordedGroup(leftover: Leftover & { startTicks: number }): boolean {
  const leader = readProcess(leftover.pid);
  if (leader !== null) {
    // The kernel does not give an id away while a group still bears it: another start time
    // therefore also means that the recorded group has no member left.
    return leader.startTicks === leftover.startTicks && leader.groupId === leftover.pid;
  }
  return livingMembers(leftover.pid).some(
    (member) =>
      member.sessionId === leftover.pid &&
      member.startTicks >= leftover.startTicks &&
      (leftover.mark === undefined || isStartedWith(member.pid, leftover.mark)),
  );
}
