// Says again and again that a command is alive, and what it has to show for its time.
// It must never take not being heard for having lost the run: only an answer says that.
import type { Clock } from '../../transport/ports.ts';

/** `lost`: the run is no longer this worker's. `cancelled`, `over-cap`: somebody wants it ended. */
export type SignOfLifeAnswer = 'ours' | 'lost' | 'cancelled' | 'over-cap';

export interface HeartbeatOptions {
  clock: Clock;
  /** Between two signs of life, in milliseconds; the first goes out at once. */
  progressMs: number;
  /** Sends one sign of life. */
  say: () => Promise<SignOfLifeAnswer>;
  onAnswer: (answer: SignOfLifeAnswer) => void;
  /** Told of a sign of life that could not be sent; the command goes on. */
  onTrouble?: ((error: unknown) => void) | undefined;
}

export interface Heartbeat {
  /** When it was answered last, in monotonic milliseconds; the start counts as an answer. */
  answeredMs(): number;
  /** Resolves once a sign of life that goes out from now on is answered or given up. */
  beatNow(): Promise<void>;
  /** Resolves once the last sign of life is answered or given up. */
  end(): Promise<void>;
}

export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { clock, progressMs } = options;
  let isEnded = false;
  let answeredMs = clock.monotonicMs();
  let cancel = () => {};
  // The events of a run go out one after the other: its revision is that of the last answer.
  let pending = Promise.resolve();
  const beat = async () => {
    if (isEnded) return;
    cancel();
    // Counted from before the question left: a slow answer must shorten our trust, never lengthen it.
    const askedMs = clock.monotonicMs();
    try {
      const answer = await options.say();
      answeredMs = askedMs;
      options.onAnswer(answer);
    } catch (error) {
      options.onTrouble?.(error);
    }
    if (!isEnded) cancel = clock.after(progressMs, () => void next());
  };
  const next = () => {
    pending = pending.then(beat);
    return pending;
  };
  void next();
  return {
    answeredMs: () => answeredMs,
    beatNow: next,
    end() {
      isEnded = true;
      cancel();
      return pending;
    },
  };
}
