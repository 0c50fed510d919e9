// Says now and then how much of its grace an interrupted run has left, so that waiting is seen to be waiting.
// It must never move anything: the host fires the deadline, whether somebody counts along or not.
import type { RunContext } from '../../machines/run/context.ts';
import type { Clock } from '../../transport/ports.ts';
import type { AuditLine } from '../inspect/audit-line.ts';
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
  let untilMs: number | null = null;
  let cancel = () => {};

  const tick = (): void => {
    const nowMs = clock.nowMs();
    if (untilMs !== null && untilMs - nowMs > MIN_LEFT_MS) {
      timeline.note(nowMs, `left alone: ${seconds(untilMs - nowMs)} s of its grace to go`, 'dim');
    }
    cancel = clock.after(TICK_MS, tick);
  };

  return {
    see({ outcome, to }, run) {
      if (run === null || outcome !== 'applied') return;
      untilMs = to === 'finalizing' ? (run.deadlines['grace-elapsed'] ?? null) : null;
    },
    begin() {
      cancel();
      tick();
    },
    stop: () => cancel(),
  };
}
