// What a command has to show for its time: bytes of output, commits, tokens. It only ever rises.
// It must never call a command stuck: it says since when nothing has come, and what was looked at.
import type { Clock } from '../../transport/ports.ts';

export interface WatermarkOptions {
  clock: Clock;
  /** Head of the worktree; null when it cannot be told. */
  readHead: () => Promise<string | null>;
  /** All tokens so far; 0 for a command that uses none. */
  tokens: () => number;
}

export interface Watermark {
  /** Some output has come. */
  note(bytes: number): void;
  outputBytes(): number;
  headSha(): string | null;
  /** When anything rose last, in monotonic milliseconds. */
  risenMs(): number;
  /** Looks at what does not announce itself: commits and tokens. True when something has risen. */
  look(): Promise<boolean>;
  /** What was seen, for people. */
  evidence(): string;
}

const SHORT_SHA = 12;

export function createWatermark({ clock, readHead, tokens }: WatermarkOptions): Watermark {
  let outputBytes = 0;
  let head: string | null = null;
  let seenTokens = 0;
  let risenMs = clock.monotonicMs();
  const rise = () => {
    risenMs = clock.monotonicMs();
  };
  return {
    note(bytes) {
      outputBytes += bytes;
      rise();
    },
    outputBytes: () => outputBytes,
    headSha: () => head,
    risenMs: () => risenMs,
    async look() {
      const found = await readHead().catch(() => null);
      const isNewHead = found !== null && found !== head;
      const hasNewTokens = tokens() > seenTokens;
      // The first look only finds out where the work began.
      const hasRisen = (isNewHead && head !== null) || hasNewTokens;
      head = found ?? head;
      seenTokens = Math.max(seenTokens, tokens());
      if (hasRisen) rise();
      return hasRisen;
    },
    evidence() {
      const forS = Math.round((clock.monotonicMs() - risenMs) / 1_000);
      const at = head === null ? 'no commit known' : `head still ${head.slice(0, SHORT_SHA)}`;
      return `nothing new for ${forS} s: ${outputBytes} bytes of output, ${at}, ${seenTokens} tokens`;
    },
  };
}
