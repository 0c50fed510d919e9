// Ends a process group and proves it gone: SIGTERM, then SIGKILL, then nobody left alive.
// It must never be given a group that is not ours, nor return while a member lives.
import { OncewardError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { hasProcessTable, livingMembers } from './process-table.ts';

/** How long after SIGKILL a group may still be seen; longer means the kernel holds it. */
const PROOF_LIMIT_MS = 10_000;
const POLL_MIN_MS = 5;
const POLL_MAX_MS = 200;

export interface TerminationOptions {
  clock: Clock;
  /** Between SIGTERM and SIGKILL, in milliseconds. */
  killGraceMs: number;
}

/**
 * Ends every process of the group and resolves once none is alive. A group already gone is fine.
 * @throws PROCESS_FAILED when a member is still alive 10 s after SIGKILL
 */
export async function terminateGroup(
  groupId: number,
  { clock, killGraceMs }: TerminationOptions,
): Promise<void> {
  if (!isGroupAlive(groupId)) return;
  signalGroup(groupId, 'SIGTERM');
  if (await isGoneWithin(groupId, killGraceMs, clock)) return;
  signalGroup(groupId, 'SIGKILL');
  if (await isGoneWithin(groupId, PROOF_LIMIT_MS, clock)) return;
  throw new OncewardError(
    'PROCESS_FAILED',
    `process group ${groupId} is still alive ${PROOF_LIMIT_MS} ms after SIGKILL`,
    { details: { groupId } },
  );
}

/** True while the group has a living member. Zombies are not alive. */
export function isGroupAlive(groupId: number): boolean {
  try {
    process.kill(-groupId, 0);
  } catch (error) {
    // Anything but ESRCH (above all EPERM) means that somebody is there.
    if (isNoSuchProcess(error)) return false;
  }
  // A member whose parent never reaps it can be signalled for ever, though it is long dead.
  return !hasProcessTable() || livingMembers(groupId).length > 0;
}

function signalGroup(groupId: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-groupId, signal);
  } catch {
    // Gone meanwhile, or not ours to signal: the proof that follows tells the two apart.
  }
}

async function isGoneWithin(groupId: number, limitMs: number, clock: Clock): Promise<boolean> {
  const untilMs = clock.monotonicMs() + limitMs;
  let pauseMs = POLL_MIN_MS;
  while (isGroupAlive(groupId)) {
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs <= 0) return false;
    await pause(clock, Math.min(pauseMs, leftMs));
    pauseMs = Math.min(pauseMs * 2, POLL_MAX_MS);
  }
  return true;
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

function isNoSuchProcess(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH';
}
