// Asks a program for its version, which tells whether it runs on this machine at all.
// It must never wait for it without end, nor take in more than a line of what it says.
import { execa } from 'execa';
import { findExecutable } from './executable.ts';

const LIMIT_MS = 10_000;
const MAX_OUTPUT_CHARACTERS = 65_536;
const MAX_LINE_CHARACTERS = 200;

/** `version` is the first line of what it says; otherwise why there is none. */
export async function programVersion(
  program: string,
  { PATH: path, HOME: home }: Readonly<Record<string, string | undefined>>,
  { limitMs = LIMIT_MS } = {},
): Promise<{ version: string } | { reason: string }> {
  const file = findExecutable(program, { path });
  if (file === null) return { reason: 'it is not there, or may not be run' };
  const result = await execa(file, ['--version'], {
    cwd: '/',
    env: { PATH: path, HOME: home },
    extendEnv: false,
    stdin: 'ignore',
    timeout: limitMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_CHARACTERS,
    reject: false,
  });
  if (result.timedOut) return { reason: `it did not say its version within ${limitMs} ms` };
  const said = firstLine(result.stdout) || firstLine(result.stderr);
  if (result.exitCode === 0) return { version: said || 'no version said' };
  return { reason: `--version failed: ${said || `exit code ${result.exitCode ?? 'none'}`}` };
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, MAX_LINE_CHARACTERS);
}
