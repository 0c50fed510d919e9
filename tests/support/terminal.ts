// A program in a pseudo-terminal of a given size: what it shows is collected, keys can be sent.
// Made by `script` of util-linux, else by Python; it must never outlive the test process.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './temporary-directory.ts';

export interface Terminal {
  /** Everything it has shown so far, control codes included. */
  output(): string;
  /** Resolves once a text has been shown, after everything that was waited for before. */
  shows(text: string): Promise<void>;
  send(keys: string): void;
  resize(size: TerminalSize): void;
  /** Sends a signal to the program itself. */
  kill(signal: NodeJS.Signals): void;
  /** Exit code of the program; 128 and more when a signal ended it. */
  readonly ended: Promise<number | null>;
}

interface TerminalSize {
  columns: number;
  rows: number;
}

export interface TerminalOptions {
  cwd: string;
  /** The whole environment. */
  env: Record<string, string | undefined>;
  size?: TerminalSize;
}

const SIZE_DEFAULT: TerminalSize = { columns: 100, rows: 30 };
/** Says which terminal it is, then becomes the program. */
const PRELUDE = 'stty rows "$1" cols "$2"; echo "$(tty) $$" > "$3"; shift 3; exec "$@"';
/** Ends as `script` does: with 128 and the number of the signal. */
const PYTHON = `import os,pty,sys
code = os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:]))
sys.exit(code if code >= 0 else 128 - code)`;

const open = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of open) child.kill('SIGKILL');
});

export function openTerminal(command: readonly string[], options: TerminalOptions): Terminal {
  const { cwd, env, size = SIZE_DEFAULT } = options;
  const placeFile = join(temporaryDirectory(), 'place');
  const place = () => readFileSync(placeFile, 'utf8').trim().split(' ');
  const sized = [String(size.rows), String(size.columns), placeFile];
  const [file, ...args] = hosted(['sh', '-c', PRELUDE, 'sh', ...sized, ...command]);
  const child = spawn(file, args, {
    cwd,
    env: { ...env, SHELL: '/bin/sh', TERM: 'xterm-256color' },
  });
  open.add(child);
  const kept = collected(child);
  return {
    output: kept.all,
    shows: kept.shows,
    send: (keys) => void child.stdin.write(keys),
    resize({ rows, columns }) {
      const [name = ''] = place();
      execFileSync('stty', ['-F', name, 'rows', String(rows), 'cols', String(columns)]);
    },
    kill(signal) {
      const [, pid] = place();
      process.kill(Number(pid), signal);
    },
    ended: once(child, 'close').then(([code]) => {
      open.delete(child);
      return code;
    }),
  };
}

/** What a person sees: without colours, cursor movements and carriage returns. */
export function withoutCodes(output: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the codes
  return output.replace(/\u001b\[[0-9;?]*[A-Za-z]|\r/g, '');
}

function hosted(command: readonly string[]): [string, ...string[]] {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  if (isUtilLinux()) return ['script', '-qefc', quoted, '/dev/null'];
  return ['python3', '-c', PYTHON, ...command];
}

function isUtilLinux(): boolean {
  if (!existsSync('/usr/bin/script')) return false;
  return /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');
}

function collected(child: ChildProcess): { all(): string; shows(text: string): Promise<void> } {
  let kept = '';
  let seen = 0;
  let look = () => {};
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    kept += chunk;
    look();
  });
  return {
    all: () => kept,
    shows: (text) =>
      new Promise((resolve) => {
        look = () => {
          const found = kept.indexOf(text, seen);
          if (found < 0) return;
          seen = found + text.length;
          look = () => {};
          resolve();
        };
        look();
      }),
  };
}
