// A terminal as commands see it: keys that come in, text that goes out, a size that changes.
// It must never leave the terminal in raw mode, nor keep the process alive once nobody listens.
import { createInterface } from 'node:readline/promises';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Screen } from './command-context.ts';

/** The alternate screen, so that what was on the terminal is still there afterwards; no cursor on it. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';

/** Null unless both ends are a terminal. */
export function screenOf(input: ReadStream, output: WriteStream): Screen | null {
  if (!input.isTTY || !output.isTTY) return null;
  return {
    get columns() {
      return output.columns;
    },
    get rows() {
      return output.rows;
    },
    text: (chunk) => void output.write(chunk),
    enter() {
      const leave = () => {
        process.off('exit', leave);
        output.write(LEAVE);
      };
      process.once('exit', leave);
      output.write(ENTER);
      return leave;
    },
    onResize(callback) {
      output.on('resize', callback);
      return () => void output.off('resize', callback);
    },
    onKeys: (callback) => listen(input, callback),
  };
}

/** Null when nobody could answer: standard input is no terminal. */
export function askerOf(
  input: ReadStream,
  output: WriteStream,
): ((question: string) => Promise<string>) | null {
  if (!input.isTTY) return null;
  return async (question) => {
    const lines = createInterface({ input, output });
    try {
      // The end of input is no answer either; without this the question would wait for ever.
      const ended = new Promise<string>((resolve) => void lines.once('close', () => resolve('')));
      // The terminal leaves Ctrl-C to us meanwhile: it is passed on as the signal it stands for.
      lines.once('SIGINT', () => {
        process.once('SIGINT', () => lines.close());
        process.kill(process.pid, 'SIGINT');
      });
      return await Promise.race([lines.question(question), ended]);
    } finally {
      lines.close();
    }
  };
}

function listen(input: ReadStream, callback: (keys: string) => void): () => void {
  const read = (chunk: Buffer) => callback(chunk.toString('utf8'));
  input.setRawMode(true);
  input.on('data', read);
  input.resume();
  return () => {
    input.off('data', read);
    input.setRawMode(false);
    input.pause();
  };
}
