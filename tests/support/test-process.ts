// One test file as one child process, in a process group of its own.
// It must never outlive its time limit, nor leave a member of its group behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { killGroup, lingeringMembers } from './process-group.ts';
import type { Ending } from './uvu-summary.ts';

const MAX_OUTPUT_CHARACTERS = 2_000_000;
/** The compiler's own child ends by itself a moment after its parent. */
const LINGER_MS = 2_000;
const DRAIN_MS = 1_000;
/** The watchdog inside the process speaks first: it knows what is being held open. */
const WATCHDOG_SHARE = 0.75;
const WATCHDOG = new URL('./watchdog.ts', import.meta.url).href;

const activeGroups = new Set<number>();
process.once('exit', () => activeGroups.forEach(killGroup));

/** Runs one test file to its end, or to the limit (milliseconds), and says how it ended. */
export async function runTestFile(file: string, limitMs: number): Promise<Ending> {
  const flags = ['--trace-warnings', '--import', 'tsx', '--import', WATCHDOG];
  const child = spawn(process.execPath, [...flags, file], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment(limitMs),
  });
  const output = collectOutput(child);
  const groupId = child.pid;
  if (groupId === undefined) throw new Error(`no process could be started for ${file}`);
  activeGroups.add(groupId);
  let isOverdue = false;
  const timer = setTimeout(() => {
    isOverdue = true;
    killGroup(groupId);
  }, limitMs);
  const { exitCode, signal } = await ended(child);
  clearTimeout(timer);
  const lingering = isOverdue ? [] : await lingeringMembers(groupId, LINGER_MS);
  // An empty group's id may be taken again by a stranger: signal only who is still there.
  if (lingering.length > 0) killGroup(groupId);
  activeGroups.delete(groupId);
  await drained(child);
  const trouble = isOverdue ? `killed at its limit of ${limitMs / 1_000} s` : leftBehind(lingering);
  return { output: output(), exitCode, signal, trouble };
}

function childEnvironment(limitMs: number): NodeJS.ProcessEnv {
  // A developer's own NATS_URL would let the tests loose on a server that is in use.
  const { NATS_URL: _, ...rest } = process.env;
  return { ...rest, ONCEWARD_TEST_LIMIT_MS: String(limitMs * WATCHDOG_SHARE) };
}

function leftBehind(commands: string[]): string | null {
  return commands.length === 0 ? null : `left processes behind: ${commands.join('; ')}`;
}

function collectOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-MAX_OUTPUT_CHARACTERS);
    });
  }
  return () => text;
}

// `exit` and not `close`: a process left behind may hold the pipes open for ever.
function ended(child: ChildProcess): Promise<{ exitCode: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

async function drained(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr];
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MS);
    const settle = () => {
      if (streams.every((stream) => stream?.closed ?? true)) {
        clearTimeout(timer);
        resolve();
      }
    };
    for (const stream of streams) stream?.once('close', settle);
    settle();
  });
  for (const stream of streams) stream?.destroy();
}
