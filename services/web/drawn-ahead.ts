// Lays out the chart of a machine before a page asks for it: the first layout of a process takes longer than all the rest of
// a page. It must never be done in a process whose page nobody opens, nor delay an answer.
import type { ActorKind } from '../../machines/address.ts';
import type { Clock } from '../../transport/ports.ts';
import type { Log } from '../actors/log.ts';

export interface DrawnAhead {
  /** That of a run, once, when the page that has been opened is there. */
  soon(): void;
  /** Each once: the page that is being opened shows it. */
  now(kind: ActorKind): void;
  close(): void;
}

export interface DrawnAheadOptions {
  clock: Pick<Clock, 'after'>;
  log: Pick<Log, 'warn'>;
  draw?: (kind: ActorKind) => Promise<unknown>;
}

/** By then a page is there. */
const SOON_MS = 2_000;

export function createDrawnAhead({
  clock,
  log,
  draw = drawMachine,
}: DrawnAheadOptions): DrawnAhead {
  let cancel: (() => void) | null = null;
  let isClosed = false;
  const begun = new Set<ActorKind>();

  const now = (kind: ActorKind) => {
    if (isClosed || begun.has(kind)) return;
    begun.add(kind);
    draw(kind).catch((err: unknown) =>
      log.warn({ err }, `the chart of the ${kind} machine could not be laid out`),
    );
  };
  return {
    now,
    soon() {
      cancel ??= clock.after(SOON_MS, () => now('run'));
    },
    close() {
      isClosed = true;
      cancel?.();
    },
  };
}

async function drawMachine(kind: ActorKind): Promise<void> {
  const { machineDrawing, svgOf } = await import('../charts/drawing.ts');
  await svgOf(machineDrawing(kind));
}
