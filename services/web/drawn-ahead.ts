// Lays out the chart of a run before a page asks for it: the first layout of a process takes longer than all the rest of
// a page. It must never be done in a process whose page nobody opens, nor delay an answer.
import type { Clock } from '../../transport/ports.ts';
import type { Log } from '../actors/log.ts';

export interface DrawnAhead {
  /** Once, when the page that has been opened is there. */
  soon(): void;
  /** Once: the page that is being opened shows it. */
  now(): void;
  close(): void;
}

export interface DrawnAheadOptions {
  clock: Pick<Clock, 'after'>;
  log: Pick<Log, 'warn'>;
  draw?: () => Promise<unknown>;
}

/** By then a page is there. */
const SOON_MS = 2_000;

export function createDrawnAhead({ clock, log, draw = drawRun }: DrawnAheadOptions): DrawnAhead {
  let cancel: (() => void) | null = null;
  let isDone = false;

  const now = () => {
    if (isDone) return;
    isDone = true;
    draw().catch((err: unknown) => log.warn({ err }, 'the chart of a run could not be laid out'));
  };
  return {
    now,
    soon() {
      cancel ??= clock.after(SOON_MS, now);
    },
    close() {
      isDone = true;
      cancel?.();
    },
  };
}

async function drawRun(): Promise<void> {
  const { machineDrawing, svgOf } = await import('../charts/drawing.ts');
  await svgOf(machineDrawing('run'));
}
