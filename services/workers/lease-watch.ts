// Ends a command whose worker is heard by nobody: others may have taken its run over by now.
// It must never take for silence what was never asked: a worker that has slept asks before it ends anything.
import type { Clock } from '../../transport/ports.ts';
import type { Heartbeat } from './heartbeat.ts';
import { watchIdle } from './idle-watch.ts';
import { withTimeLimit } from './time-limit.ts';

export interface LeaseWatchOptions {
  clock: Clock;
  /** How long the command may go on while no sign of life is answered, in milliseconds. */
  leaseMs: number;
  /** Between two signs of life, in milliseconds. */
  progressMs: number;
  heartbeat: Pick<Heartbeat, 'answeredMs' | 'beatNow'>;
  /** Ends the command, with what was seen. */
  fence: (evidence: string) => void;
  onTrouble?: ((error: unknown) => void) | undefined;
}

/** The part of a lease that is left for its last question. */
const LAST_QUESTIONS_PER_LEASE = 10;

/** Watches until it is told to stop. */
export function watchLease(options: LeaseWatchOptions): () => void {
  const { clock, leaseMs, progressMs, heartbeat, fence, onTrouble } = options;
  const { answeredMs } = heartbeat;
  const lastQuestionMs = Math.min(progressMs, leaseMs / LAST_QUESTIONS_PER_LEASE);
  const limitMs = leaseMs - lastQuestionMs;
  return watchIdle({
    ...{ clock, limitMs, lastMs: answeredMs, onTrouble },
    async onIdle(signal) {
      // Asked within the lease, so that it does not outlast it; only after a sleep is it later than that.
      const limit = { clock, limitMs: lastQuestionMs, subject: 'a sign of life' };
      await withTimeLimit(limit, heartbeat.beatNow).catch(() => {});
      const forMs = clock.monotonicMs() - answeredMs();
      if (signal.aborted || forMs < limitMs) return signal.aborted;
      fence(`no sign of life was answered for ${Math.round(forMs / 1_000)} s`);
      return true;
    },
  });
}
