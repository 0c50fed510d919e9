// The command line as its users have it: the real binary, in a pipe or on a terminal, asking the server of the test.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from './temporary-directory.ts';
import { openTerminal, type Terminal } from './terminal.ts';

export const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));

type Variables = Record<string, string | undefined>;

export interface CommandLine {
  /** The environment of every process it starts. */
  env: Variables;
  /** On a terminal of 100 columns. */
  onTerminal(args: string[], more?: Variables): Terminal;
  /** To its end, on a terminal. */
  shown(args: string[], more?: Variables): Promise<{ code: number | null; text: string }>;
  /** What it prints into a pipe. Rejects with `code` and `stderr` unless it ends with 0. */
  piped(args: string[], more?: Variables): Promise<string>;
}

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 64_000_000;

/** Colours are left to each test: nothing of this process's wishes is passed on. */
export function commandLine(natsUrl: string): CommandLine {
  const { FORCE_COLOR: _, NO_COLOR: __, ...inherited } = process.env;
  const env = { ...inherited, NATS_URL: natsUrl };
  const onTerminal = (args: string[], more: Variables = {}) =>
    openTerminal([process.execPath, LAUNCHER, ...args], {
      cwd: temporaryDirectory(),
      env: { ...env, ...more },
    });
  return {
    env,
    onTerminal,
    async shown(args, more) {
      const terminal = onTerminal(args, more);
      return { code: await terminal.ended, text: terminal.output() };
    },
    async piped(args, more = {}) {
      const { stdout } = await run(process.execPath, [LAUNCHER, ...args], {
        cwd: temporaryDirectory(),
        env: { ...env, ...more },
        maxBuffer: MAX_OUTPUT_BYTES,
      });
      return stdout;
    },
  };
}
