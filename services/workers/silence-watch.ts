// Ends a command that has had nothing to show for too long, at two looks: output, commits, tokens.
// It must never act on one look alone, nor once the command has ended.
import type { Clock } from '../../transport/ports.ts';
import { watchIdle } from './idle-watch.ts';
import { pause } from './pause.ts';
import type { Watermark } from './watermark.ts';

export interface SilenceWatchOptions {
  clock: Clock;
  /** Longest time without output, commits or tokens, in milliseconds. */
  silenceMs: number;
  watermark: Pick<Watermark, 'look' | 'risenMs' | 'evidence'>;
  /** Ends the command, with what was seen. */
  end: (evidence: string) => void;
  onTrouble?: ((error: unknown) => void) | undefined;
}

/** Between two looks at a command that seems stuck, in milliseconds. */
const MAX_SECOND_LOOK_MS = 5_000;
const SECOND_LOOKS_PER_SILENCE = 10;

/** Watches until it is told to stop. */
export function watchSilence(options: SilenceWatchOptions): () => void {
  const { clock, silenceMs, watermark, end, onTrouble } = options;
  const secondLookMs = Math.min(MAX_SECOND_LOOK_MS, silenceMs / SECOND_LOOKS_PER_SILENCE);
  const hasRisen = async () =>
    (await watermark.look()) || watermark.risenMs() + silenceMs > clock.monotonicMs();
  return watchIdle({
    ...{ clock, limitMs: silenceMs, lastMs: watermark.risenMs, onTrouble },
    async onIdle(signal) {
      if (await hasRisen()) return false;
      await pause(clock, secondLookMs, signal);
      if ((await hasRisen()) || signal.aborted) return false;
      end(watermark.evidence());
      return true;
    },
  });
}
