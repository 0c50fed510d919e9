// How far long work has come, on standard error, where somebody sits at a terminal.
// It must never write where nobody reads along, nor leave its line behind.
import type { Sink } from '../command-context.ts';

export interface Progress {
  step(): void;
  end(): void;
}

const START_OF_LINE = '\r';
const END_OF_LINE = '\u001b[K';

export function createProgress(
  { isTerminal, text }: Pick<Sink, 'isTerminal' | 'text'>,
  { what, total }: { what: string; total: number },
): Progress {
  if (!isTerminal) return { step: () => {}, end: () => {} };
  let done = 0;
  let shown = '';
  return {
    step() {
      done += 1;
      const percent = `${Math.floor((100 * done) / total)} %`;
      if (percent === shown) return;
      shown = percent;
      text(`${START_OF_LINE}${what}: ${done} of ${total} (${percent})${END_OF_LINE}`);
    },
    end: () => text(START_OF_LINE + END_OF_LINE),
  };
}
