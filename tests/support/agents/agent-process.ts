// Runs the fake agent as a real process in a group of its own, and reads it through an adapter.
// It must never leave the group running: it is killed when the test process exits.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type {
  AgentAdapter,
  AgentExit,
  AgentOutcome,
  AgentProgress,
  AgentStartRequest,
} from '../../../services/workers/adapters/adapter.ts';
import { killGroup } from '../process-group.ts';

const living = new Set<number>();
process.once('exit', () => living.forEach(killGroup));

/** To be named as the `executable` of a stage. */
export const FAKE_AGENT = fileURLToPath(new URL('fake-agent.mjs', import.meta.url));

export interface AgentProcess {
  readonly pid: number;
  /** Resolves once the log holds the text. Rejects when it ends without. */
  said(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  kill(): void;
  readonly ended: Promise<{
    exit: AgentExit;
    outcome: AgentOutcome;
    progress: AgentProgress;
    log: string;
  }>;
}

interface Place {
  cwd: string;
  /** Besides the options and PATH. */
  environment: Readonly<Record<string, string>>;
}

/** Starts it with these `FAKE_AGENT_*` options, without their prefix: `{ TRANSCRIPT: 'codex-success' }`. */
export function startAgent(
  adapter: AgentAdapter,
  options: Readonly<Record<string, string>>,
  { cwd, environment = {}, ...request }: Partial<AgentStartRequest & Place> = {},
): AgentProcess {
  const { argv, input } = adapter.start({
    ...{ executable: FAKE_AGENT, prompt: 'Mend it.', model: null, maxTurns: null },
    ...{ resume: null, args: [], ...request },
  });
  const reader = adapter.reader({ nowMs: Date.now, prices: null });
  const [program = '', ...args] = argv;
  const named = Object.entries(options).map(([name, value]) => [`FAKE_AGENT_${name}`, value]);
  const env = { PATH: process.env['PATH'], ...environment, ...Object.fromEntries(named) };
  const child = spawn(program, args, { env, cwd, detached: true });
  let log = '';
  const heard = new EventTarget();
  const add = (text: string) => {
    log += text;
    heard.dispatchEvent(new Event('text'));
  };
  child.stdout.on('data', (chunk: Uint8Array) => add(reader.read(chunk)));
  child.stderr.on('data', (chunk: Uint8Array) => add(reader.readError(chunk)));
  child.stdin.end(input);
  const ended = once(child, 'close').then(([code, signal]) => {
    const exit = { code: code as number | null, signal: signal as string | null };
    add(reader.end());
    return { exit, outcome: reader.conclude(exit), progress: reader.progress(), log };
  });
  const pid = pidOf(child);
  living.add(pid);
  const over = () => living.delete(pid);
  ended.then(over, over);
  return {
    pid,
    ended,
    async said(text) {
      const isOver = ended.then(() => true);
      while (!log.includes(text)) {
        const next = once(heard, 'text').then(() => false);
        if ((await Promise.race([next, isOver])) && !log.includes(text)) {
          throw new Error(`the agent ended without saying "${text}": ${log}`);
        }
      }
    },
    signal: (signal) => void process.kill(-pid, signal),
    kill: () => killGroup(pid),
  };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the fake agent could not be started');
  return pid;
}
