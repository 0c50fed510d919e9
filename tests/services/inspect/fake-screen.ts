// A terminal in memory: what is drawn on it, and keys that are pressed.
import type { Screen } from '../../../services/inspect/command-context.ts';

export interface FakeScreen extends Screen {
  /** What the last frame shows, line by line. */
  frame(): string[];
  /** How many frames there were. */
  frames(): number;
  /** Resolves once a frame shows this. */
  shows(text: string): Promise<void>;
  press(keys: string): void;
  /** How many listen to keys and to the size. */
  listeners(): number;
  isEntered(): boolean;
}

const HOME = '\u001b[H';
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is written to terminals
const CONTROL = /\u001b\[[0-9;?]*[A-Za-z]/g;

export function fakeScreen({ columns = 100, rows = 12 } = {}): FakeScreen {
  let last = '';
  let frames = 0;
  let press: (keys: string) => void = () => {};
  let look = () => {};
  let listeners = 0;
  let isEntered = false;
  const listen = () => {
    listeners += 1;
    return () => {
      listeners -= 1;
    };
  };
  return {
    ...{ columns, rows },
    text(chunk) {
      frames += chunk.startsWith(HOME) ? 1 : 0;
      last = chunk.startsWith(HOME) ? chunk : last + chunk;
      look();
    },
    enter() {
      isEntered = true;
      return () => {
        isEntered = false;
      };
    },
    onResize: listen,
    onKeys(callback) {
      press = callback;
      return listen();
    },
    frame: () => last.replace(CONTROL, '').split('\r\n'),
    frames: () => frames,
    shows: (text) =>
      new Promise((resolve) => {
        look = () => {
          if (last.includes(text)) resolve();
        };
        look();
      }),
    press: (keys) => press(keys),
    listeners: () => listeners,
    isEntered: () => isEntered,
  };
}
