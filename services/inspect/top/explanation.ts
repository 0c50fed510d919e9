// Why the open item stands where it stands: told anew now and then, because time passes, and when the item changes.
// It must never ask while an answer is under way, nor tell of an item that is not open any more.
import type { Clock } from '../../../transport/ports.ts';

export interface OpenItem {
  address: string;
  /** Another one when the item has changed. */
  mark: string;
}

export interface ExplanationOptions {
  clock: Pick<Clock, 'after'>;
  explain: (address: string) => Promise<string[]>;
  /** While it is true, what was told stays. */
  isPaused: () => boolean;
  onTold: (address: string, lines: readonly string[]) => void;
}

export interface Explanation {
  /** To be called with the open item, null for none, whenever that may have changed. */
  look(open: OpenItem | null): void;
  stop(): void;
}

/** As often as the page does. */
const TELL_AGAIN_AFTER_MS = 5_000;

export function createExplanation(options: ExplanationOptions): Explanation {
  const { clock, explain, isPaused, onTold } = options;
  let open: OpenItem | null = null;
  let told: readonly string[] = [];
  let isUnderWay = false;
  let cancel = () => {};

  const tell = async (asked: OpenItem) => {
    isUnderWay = true;
    const lines = await explain(asked.address).catch((error: unknown) => [
      `cannot be told now: ${error instanceof Error ? error.message : String(error)}`,
      ...told,
    ]);
    isUnderWay = false;
    if (open?.address === asked.address) {
      told = lines;
      onTold(asked.address, lines);
    }
    if (open === null) return;
    if (open === asked) wait();
    else void tell(open);
  };
  const wait = () => {
    cancel = clock.after(TELL_AGAIN_AFTER_MS, () => {
      if (open === null) return;
      if (isPaused()) wait();
      else void tell(open);
    });
  };
  return {
    look(now) {
      if (now?.address === open?.address && now?.mark === open?.mark) return;
      if (now?.address !== open?.address) told = [];
      open = now;
      cancel();
      if (open !== null && !isUnderWay) void tell(open);
    },
    stop() {
      open = null;
      cancel();
    },
  };
}
