// Ends a process group, or one process of no group of ours, and proves it gone: SIGINT where that is worth
// a wait, SIGTERM, SIGKILL. It must never be given what is not ours, nor return while a member lives.
import { OncewardError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { hasProcessTable, livingMembers, type ProcessEntry, readProcess } from './process-table.ts';

/** How long after SIGKILL a group may still be seen; longer means the kernel holds it. */
const PROOF_LIMIT_MS = 10_000;
const POLL_MIN_MS = 5;
const POLL_MAX_MS = 200;

export interface TerminationOptions {
  clock: Clock;
  /**
   * Between SIGINT and SIGTERM, in milliseconds: for what saves its work when it is interrupted. With 0, the
   * default, there is no SIGINT. What `sh` runs in the background ignores it, and gets SIGTERM after the wait.
   */
  interruptGraceMs?: number | undefined;
  /** Between SIGTERM and SIGKILL, in milliseconds. */
  killGraceMs: number;
}

/**
 * Ends every process of the group and resolves once none is alive. A group already gone is fine.
 * @throws PROCESS_FAILED when a member is still alive 10 s after SIGKILL
 */
export async function terminateGroup(groupId: number, options: TerminationOptions): Promise<void> {
  const isAlive = () => isGroupAlive(groupId);
  await terminate({ name: `process group ${groupId}`, killId: -groupId, isAlive }, options);
}

/**
 * Ends one process and resolves once it is gone; the others of its group are left alone.
 * @throws PROCESS_FAILED when it is still alive 10 s after SIGKILL
 */
export async function terminateProcess(
  { pid, startTicks }: Pick<ProcessEntry, 'pid' | 'startTicks'>,
  options: TerminationOptions,
): Promise<void> {
  const isAlive = () => {
    const found = readProcess(pid);
    return found !== null && !found.isZombie && found.startTicks === startTicks;
  };
  await terminate({ name: `process ${pid}`, killId: pid, isAlive }, options);
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

interface Target {
  name: string;
  /** As `kill` takes it: negative for a group. */
  killId: number;
  isAlive: () => boolean;
}

async function terminate(target: Target, options: TerminationOptions): Promise<void> {
  const { clock, interruptGraceMs = 0, killGraceMs } = options;
  const steps = [
    ...(interruptGraceMs > 0 ? [{ name: 'SIGINT', waitMs: interruptGraceMs } as const] : []),
    { name: 'SIGTERM', waitMs: killGraceMs } as const,
    { name: 'SIGKILL', waitMs: PROOF_LIMIT_MS } as const,
  ];
  if (!target.isAlive()) return;
  for (const { name, waitMs } of steps) {
    signal(target, name);
    if (await isGoneWithin(target, waitMs, clock)) return;
  }
  throw new OncewardError(
    'PROCESS_FAILED',
    `${target.name} is still alive ${PROOF_LIMIT_MS} ms after SIGKILL`,
    { details: { id: Math.abs(target.killId) } },
  );
}

function signal({ killId }: Target, name: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(killId, name);
  } catch {
    // Gone meanwhile, or not ours to signal: the proof that follows tells the two apart.
  }
}

async function isGoneWithin(target: Target, limitMs: number, clock: Clock): Promise<boolean> {
  const untilMs = clock.monotonicMs() + limitMs;
  let pauseMs = POLL_MIN_MS;
  while (target.isAlive()) {
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs <= 0) return false;
    await pause(clock, Math.min(pauseMs, leftMs));
    pauseMs = Math.min(pauseMs * 2, POLL_MAX_MS);
  }
  return true;
}

export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

function isNoSuchProcess(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH';
}
