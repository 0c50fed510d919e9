// Spreads seeds over several processes and adds up what they report.
// It must never leave a process behind, nor take one that died for one that found nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FaultKind } from './fault.ts';
import type { ShardMessage, ShardSummary, ShardTask } from './shard.ts';

export interface FanOutOptions {
  from: number;
  count: number;
  faults: readonly FaultKind[];
  /** How many at a time. Defaults to 2. */
  processes?: number;
  isDigested?: boolean;
  isReplay?: boolean;
  /** Where the code under test lies. Defaults to this repository. */
  root?: URL;
  /** Called with the number of seeds that are done. */
  onProgress?: (seeds: number) => void;
}

const PROCESSES_DEFAULT = 2;
const HERE = new URL('../../', import.meta.url);
/** Many short-lived things, and a process for each core: a large nursery, and no helpers for the collector. */
const NODE_FLAGS = ['--max-semi-space-size=128', '--single-threaded-gc', '--import', 'tsx'];

/** Runs the seeds `from` to `from + count - 1`; the first violation of each process ends that process. */
export async function runSeeds(options: FanOutOptions): Promise<ShardSummary> {
  const { from, count, faults, isDigested = false, isReplay = false, root = HERE } = options;
  const processes = Math.min(options.processes ?? PROCESSES_DEFAULT, count);
  const done = Array.from({ length: processes }, () => 0);
  const summaries = await Promise.all(
    done.map((_, at) => {
      const task: ShardTask = {
        first: from + at,
        count: Math.ceil((count - at) / processes),
        stride: processes,
        ...{ faults, isDigested, isReplay },
      };
      return runShard(task, root, (seeds) => {
        done[at] = seeds;
        options.onProgress?.(done.reduce((sum, one) => sum + one, 0));
      });
    }),
  );
  return summaries.reduce(sumOf);
}

async function runShard(
  task: ShardTask,
  root: URL,
  onProgress: (seeds: number) => void,
): Promise<ShardSummary> {
  const script = fileURLToPath(new URL('tests/simulation/shard.ts', root));
  const child = spawn(process.execPath, [...NODE_FLAGS, script, JSON.stringify(task)], {
    cwd: fileURLToPath(root),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  let summary: ShardSummary | null = null;
  child.on('message', (message: ShardMessage) => {
    if ('summary' in message) summary = message.summary;
    else onProgress(message.seeds);
  });
  const [errors, [code, signal]] = await Promise.all([errorsOf(child), once(child, 'exit')]);
  process.off('exit', kill);
  if (summary !== null) return summary;
  throw new Error(`a simulating process ended with ${code ?? signal}: ${errors.slice(-2_000)}`);
}

async function errorsOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(child, 'close');
  return text;
}

function sumOf(a: ShardSummary, b: ShardSummary): ShardSummary {
  const shown = [a.shown, b.shown].filter((one) => one !== null).sort((x, y) => x.seed - y.seed);
  return {
    seeds: a.seeds + b.seeds,
    steps: a.steps + b.steps,
    simulatedMs: a.simulatedMs + b.simulatedMs,
    faults: added(a.faults, b.faults),
    checks: added(a.checks, b.checks),
    reached: added(a.reached, b.reached),
    digests: [...a.digests, ...b.digests].sort(([x], [y]) => x - y),
    shown: shown[0] ?? null,
  };
}

function added(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const sum = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
