// The board on a terminal: drawn anew when something has changed, at most four times a second, and after each key.
// It must never leave the terminal other than it found it.
import type { Clock } from '../../../transport/ports.ts';
import type { CommandContext, Screen } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { timesOf } from '../times.ts';
import { type Board, type BoardSources, boardOf } from './board.ts';
import { drawBoard } from './drawing.ts';
import { createExplanation, type OpenItem } from './explanation.ts';
import { type Key, keysOf } from './keys.ts';
import { createPacer } from './pacer.ts';
import { FIRST_VIEW, pressed, type View } from './view.ts';

export interface LiveBoardOptions {
  context: Pick<CommandContext, 'style' | 'timeStyle'>;
  screen: Screen;
  clock: Pick<Clock, 'after' | 'nowMs'>;
  sources: () => BoardSources;
  /** Why an item stands where it stands, in lines. */
  explain: (address: string) => Promise<string[]>;
  stop: AbortSignal;
  /** Rejects when there is nothing to show any more. */
  broken: Promise<never>;
}

export interface LiveBoard {
  /** To be called after each change of the sources. */
  change(): void;
  /** Resolves with the exit code once somebody has left. @throws what `broken` rejects with */
  run(): Promise<number>;
}

const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K';
const END_OF_SCREEN = '\u001b[J';

export function createLiveBoard(options: LiveBoardOptions): LiveBoard {
  const { context, screen, clock, sources, explain, stop, broken } = options;
  let view: View = FIRST_VIEW;
  let board: Board = boardOf(sources(), '');
  let pageRows = 1;

  const draw = () => {
    const { columns, rows } = screen;
    const canvas = { columns, rows, style: context.style, times: timesOf(context, board.nowMs) };
    const frame = drawBoard(board, view, canvas);
    pageRows = frame.pageRows;
    screen.text(`${HOME}${frame.lines.join(`${END_OF_LINE}\r\n`)}${END_OF_LINE}${END_OF_SCREEN}`);
  };
  const refresh = () => {
    if (!view.isPaused) board = boardOf(sources(), view.filter);
    explanation.look(openItem(view, board));
    draw();
  };
  const pacer = createPacer(clock, refresh);
  const explanation = createExplanation({
    ...{ clock, explain, isPaused: () => view.isPaused },
    onTold(address, lines) {
      if (view.detail?.address === address) view = { ...view, detail: { ...view.detail, lines } };
      if (pacer.isRunning()) draw();
    },
  });
  const press = (key: Key): number | null => {
    const addresses = board.items.map(({ address }) => address);
    const { filter } = view;
    const next = pressed(view, key, { addresses, pageRows });
    view = next.view;
    if (next.intent === 'quit') return EXIT.done;
    if (next.intent === 'interrupt') return EXIT.interrupted;
    if (view.filter !== filter) board = boardOf(sources(), view.filter);
    explanation.look(openItem(view, board));
    draw();
    return null;
  };

  const untilLeft = () =>
    new Promise<number>((resolve, reject) => {
      broken.catch(reject);
      stop.addEventListener('abort', () => resolve(EXIT.interrupted), { once: true });
      if (stop.aborted) resolve(EXIT.interrupted);
      listeners.push(
        screen.onResize(draw),
        screen.onKeys((chunk) => {
          for (const key of keysOf(chunk)) {
            const code = press(key);
            if (code !== null) resolve(code);
          }
        }),
      );
    });
  const listeners: (() => void)[] = [];

  return {
    change: pacer.change,
    async run() {
      const leave = screen.enter();
      try {
        pacer.start();
        return await untilLeft();
      } finally {
        pacer.stop();
        explanation.stop();
        for (const end of listeners) end();
        leave();
      }
    },
  };
}

/** An item that is not among those on the board is told anew by the clock alone. */
function openItem({ detail }: View, { items }: Board): OpenItem | null {
  if (detail === null) return null;
  const { address } = detail;
  return { address, mark: JSON.stringify(items.find((item) => item.address === address) ?? null) };
}
