// Says now and then how much of its grace an interrupted run has left, so that waiting is seen to be waiting.
// It must never move anything: the host fires the deadline, whether somebody counts along or not.
import type { RunContext } from '../../machines/run/context.ts';
import type { Clock } from '../../transport/ports.ts';
import type { AuditLine } from '../queries/audit-entries.ts';
import { seconds, type Timeline } from './timeline.ts';

export interface GraceCountdown {
  /** Takes note of a run's step; a run that is not finalizing has no grace to count. */
  see(entry: AuditLine, run: RunContext | null): void;
  begin(): void;
  stop(): void;
}

const TICK_MS = 2_000;
/** Less than this is not worth a line. */
const MIN_LEFT_MS = 500;

export function createGraceCountdown(clock: Clock, timeline: Timeline): GraceCountdown {
  let finalizing: { address: string; untilMs: number } | null = null;
  let isBegun = false;
  let cancel = () => {};

  const tick = (): void => {
    const nowMs = clock.nowMs();
    const leftMs = (finalizing?.untilMs ?? 0) - nowMs;
    if (leftMs > MIN_LEFT_MS) {
      timeline.note(nowMs, `left alone: ${seconds(leftMs)} s of its grace to go`, 'dim');
    }
    cancel = clock.after(TICK_MS, tick);
  };

  return {
    see({ address, outcome, to }, run) {
      if (run === null || outcome !== 'applied') return;
      if (to === 'finalizing') {
        finalizing = { address, untilMs: run.deadlines['grace-elapsed'] ?? 0 };
      } else if (finalizing?.address === address) {
        finalizing = null;
        // The interrupted run has been taken over: those that follow have a worker again.
        if (isBegun) cancel();
      }
    },
    begin() {
      isBegun = true;
      tick();
    },
    stop: () => cancel(),
  };
}
