// Rows that change, in place on a terminal: drawn anew when something has changed, at most four times a second.
// It must never leave the terminal other than it found it.
import type { Clock } from '../../../transport/ports.ts';
import type { CommandContext, Screen } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { shortened } from '../printable.ts';
import { tableLines } from '../table.ts';
import { timesOf } from '../times.ts';
import { keysOf } from '../top/keys.ts';
import { createPacer } from '../top/pacer.ts';
import type { RowKind } from './kinds.ts';

export interface RowScreenOptions<Row> {
  context: Pick<CommandContext, 'style' | 'timeStyle' | 'output' | 'hasHeaders'>;
  screen: Screen;
  clock: Pick<Clock, 'after' | 'nowMs'>;
  kind: RowKind<Row>;
  rows: () => Iterable<Row>;
  /** What the last line says besides: that the connection is lost, for example. */
  notice: () => string;
  stop: AbortSignal;
  /** Rejects when there is nothing to show any more. */
  broken: Promise<never>;
}

export interface RowScreen {
  /** To be called after each change. */
  change(): void;
  /** Resolves with the exit code once somebody has left. @throws what `broken` rejects with */
  run(): Promise<number>;
}

const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K';
const END_OF_SCREEN = '\u001b[J';
const FOOTER_ROWS = 1;

export function createRowScreen<Row>(options: RowScreenOptions<Row>): RowScreen {
  const { screen, clock, stop, broken } = options;
  const draw = () => {
    const lines = frameOf(options).join(`${END_OF_LINE}\r\n`);
    screen.text(`${HOME}${lines}${END_OF_LINE}${END_OF_SCREEN}`);
  };
  const pacer = createPacer(clock, draw);
  return {
    change: pacer.change,
    async run() {
      const leave = screen.enter();
      const listeners: (() => void)[] = [];
      try {
        pacer.start();
        return await new Promise<number>((resolve, reject) => {
          broken.catch(reject);
          stop.addEventListener('abort', () => resolve(EXIT.interrupted), { once: true });
          if (stop.aborted) resolve(EXIT.interrupted);
          listeners.push(
            screen.onResize(draw),
            screen.onKeys((keys) => press(keys, resolve)),
          );
        });
      } finally {
        pacer.stop();
        for (const end of listeners) end();
        leave();
      }
    },
  };
}

function press(keys: string, leave: (code: number) => void): void {
  for (const key of keysOf(keys)) {
    if (key.name === 'interrupt') leave(EXIT.interrupted);
    if (key.name === 'character' && key.character === 'q') leave(EXIT.done);
  }
}

/** As many rows as there is room for, and how many there are. */
function frameOf<Row>({
  context,
  screen,
  clock,
  kind,
  rows,
  notice,
}: RowScreenOptions<Row>): string[] {
  const { style, hasHeaders, output } = context;
  const sorted = [...rows()].sort(kind.order);
  const room = Math.max(0, screen.rows - FOOTER_ROWS - (hasHeaders ? 1 : 0));
  const shown = sorted.slice(0, room);
  const { columns, name } = kind.listing(shown, timesOf(context, clock.nowMs()));
  const wanted = output === 'wide' ? columns : columns.filter(({ isWide }) => isWide !== true);
  const maxColumns = screen.columns;
  const lines = tableLines(shown, wanted, { style, maxColumns, hasHeaders });
  const left = sorted.length - shown.length;
  const parts = [`${sorted.length} ${name}`, left > 0 ? `${left} below` : '', notice(), 'q quits'];
  const footer = style('dim', shortened(parts.filter(Boolean).join(' · '), screen.columns));
  const empty = Array.from({ length: Math.max(0, room - shown.length) }, () => '');
  return [...lines, ...empty, footer].slice(-screen.rows);
}
