// How far a long reading has come, on standard error, where somebody sits at a terminal.
// It must never write where nobody reads along, nor leave its line behind.
import type { Sink } from './command-context.ts';

export interface ReadingProgress {
  read(count: number, total: number): void;
  end(): void;
}

/** Less than this is read before anybody could read the line. */
const LONG_READING = 20_000;
const START_OF_LINE = '\r';
const END_OF_LINE = '\u001b[K';

export function createReadingProgress({
  isTerminal,
  text,
}: Pick<Sink, 'isTerminal' | 'text'>): ReadingProgress {
  let isShown = false;
  return {
    read(count, total) {
      if (!isTerminal || total < LONG_READING) return;
      isShown = true;
      text(`${START_OF_LINE}read ${grouped(count)} of ${grouped(total)}${END_OF_LINE}`);
    },
    end() {
      if (isShown) text(START_OF_LINE + END_OF_LINE);
    },
  };
}

/** `60 000` */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
