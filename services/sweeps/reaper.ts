// Tier one of reaping: a worker whose presence lapsed before its run recorded an exit. Tier two, the grace
// of a finished run, is a deadline in the record itself. It never judges by elapsed time alone, and it
// reaps nothing while half the fleet seems dead: that is an outage, not so many deaths.
import { parseAddress } from '../../machines/address.ts';
import type { Clock } from '../../transport/ports.ts';
import type { LiveRun } from '../actors/live-run.ts';

/** Fewer than this many losses at once are never taken for an outage. */
const OUTAGE_MIN_RUNS = 5;
const OUTAGE_SHARE = 0.5;
/** The presence of the holder of a merge lease has lapsed: all others wait for it. In milliseconds. */
const LEASE_MS = 1_000;

export interface Lost extends LiveRun {
  unseenMs: number;
}

export type Sweep =
  | { kind: 'quiet' }
  | { kind: 'reap'; lost: Lost[] }
  /** So many at once that the observation itself is suspect. */
  | { kind: 'outage'; lost: Lost[]; live: number };

/**
 * Decides one sweep, without acting on it.
 * @param unseenMs how long each worker has not been seen; 0 while it is alive
 * @param ttlMs how long a worker may be unseen before its runs count as lost; for a merge lease 1 s at most
 */
export function judgeSweep(
  live: readonly LiveRun[],
  unseenMs: (worker: string) => number,
  ttlMs: number,
): Sweep {
  const lost = live
    .map((run) => ({ ...run, unseenMs: unseenMs(run.worker) }))
    .filter((run) => run.unseenMs >= (isMergeQueue(run) ? Math.min(LEASE_MS, ttlMs) : ttlMs));
  if (lost.length === 0) return { kind: 'quiet' };
  const isOutage = lost.length >= OUTAGE_MIN_RUNS && lost.length >= live.length * OUTAGE_SHARE;
  return isOutage ? { kind: 'outage', lost, live: live.length } : { kind: 'reap', lost };
}

/** Whoever lands is fenced by the remote, too: one that is given up too early has lost its work, and nothing else. */
function isMergeQueue({ address }: LiveRun): boolean {
  return parseAddress(address)?.kind === 'merge';
}

export interface ReaperOptions {
  clock: Clock;
  sweepMs: number;
  ttlMs: number;
  /** After the start nothing is reaped for so long: workers need time to announce themselves. */
  bootGraceMs: number;
  /** An outage that lasts this long, while somebody is seen alive, is taken for what it looks like. */
  outageHoldMs: number;
  liveRuns: () => LiveRun[];
  unseenMs: (worker: string) => number;
  /** True while the presence bucket shows at least this host itself. */
  isPresenceTrusted: () => boolean;
  reportLost: (run: Lost) => Promise<void>;
  alarm: (message: string) => void;
}

export interface Reaper {
  stop(): void;
}

export function startReaper(options: ReaperOptions): Reaper {
  const { clock } = options;
  const startedMs = clock.monotonicMs();
  let outageSinceMs: number | null = null;
  let trustedSinceMs: number | null = null;
  let isStopped = false;
  let cancelTimer = () => {};

  const sweep = async (): Promise<void> => {
    // Asked during the boot grace, too: the time to come back runs beside it, and not after it.
    const canJudge = isTrusted();
    if (!canJudge || clock.monotonicMs() - startedMs < options.bootGraceMs) return;
    const judged = judgeSweep(options.liveRuns(), options.unseenMs, options.ttlMs);
    if (judged.kind !== 'outage') outageSinceMs = null;
    if (judged.kind === 'quiet') return;
    if (judged.kind === 'outage' && isHeld(judged)) return;
    // One at a time and each by itself: what fails for one run must not keep the others waiting.
    for (const run of judged.lost) {
      if (isStopped) return;
      await options.reportLost(run).catch((error: unknown) => {
        options.alarm(`${run.address} could not be reaped: ${String(error)}`);
      });
    }
  };

  /** After an outage of the presence bucket itself everybody gets a time to live to come back. */
  const isTrusted = (): boolean => {
    const nowMs = clock.monotonicMs();
    if (!options.isPresenceTrusted()) {
      trustedSinceMs = null;
      outageSinceMs = null;
      return false;
    }
    trustedSinceMs ??= nowMs;
    return nowMs - trustedSinceMs >= options.ttlMs;
  };

  const isHeld = ({ lost, live }: Extract<Sweep, { kind: 'outage' }>): boolean => {
    const nowMs = clock.monotonicMs();
    if (outageSinceMs === null) {
      outageSinceMs = nowMs;
      options.alarm(`${lost.length} of ${live} live runs seem lost at once: nothing is reaped`);
    }
    return nowMs - outageSinceMs < options.outageHoldMs;
  };

  const loop = async (): Promise<void> => {
    await sweep();
    if (!isStopped) cancelTimer = clock.after(options.sweepMs, () => void loop());
  };
  cancelTimer = clock.after(options.sweepMs, () => void loop());

  return {
    stop() {
      isStopped = true;
      cancelTimer();
    },
  };
}
