// A worker whose agent does nothing: it reports `started` and `exited` and claims, each answered before the
// next. The rest, `advance-confirmed`, follows by itself through the item.
import { type Pool, startPool } from '../../services/workers/pool.ts';
import type { Asker, Reply } from '../../transport/ports.ts';
import type { BenchClient } from './bench-host.ts';
import { pause } from './measurement.ts';

export const WORKER = 'worker-bench';
const ACK_WAIT_MS = 30_000;
/** Never what is measured: the slots of the pool limit what is under way. */
const MAX_CONCURRENT_RUNS = 100_000;
const VERDICT = { kind: 'pass', cause: 'measured' };

export interface BenchWorkerOptions {
  client: BenchClient;
  pool: string;
  project: string;
  slots: number;
  /** How long the agent works, in milliseconds. Defaults to 0. */
  agentMs?: number;
  /** Called when a job arrives, before anything is done with it. */
  onJob?: (address: string) => void;
  /** Called when a claim was answered. */
  onDone?: () => void;
}

export async function startBenchWorker(options: BenchWorkerOptions): Promise<Pool> {
  const { client, pool, project, slots, agentMs = 0, onJob, onDone } = options;
  const { asker, clock, source } = client;
  await source.open({ pool, project, maxConcurrentRuns: MAX_CONCURRENT_RUNS });
  return startPool({
    ...{ pool, slots, source, clock, lane: 'work', projects: [project], ackWaitMs: ACK_WAIT_MS },
    async carry(body) {
      const job = JSON.parse(body) as { address: string; epoch: number };
      onJob?.(job.address);
      await carryOut(asker, job, agentMs);
      onDone?.();
      return 'done';
    },
    onError: (error) => void process.stderr.write(`${String(error)}\n`),
  });
}

async function carryOut(
  asker: Asker,
  { address, epoch }: { address: string; epoch: number },
  agentMs: number,
): Promise<void> {
  const ask = (type: string, data: Record<string, unknown>) =>
    asker.ask({ address, type, data: { epoch, ...data } }).then((reply) => applied(reply, type));
  await ask('started', { worker: WORKER, machine: 'bench' });
  if (agentMs > 0) await pause(agentMs);
  const evaluatedRevision = await ask('exited', { code: 0 });
  await ask('claim', { claimant: WORKER, verdict: VERDICT, evaluatedRevision });
}

function applied(reply: Reply, type: string): number {
  if (reply.outcome === 'applied') return reply.revision;
  throw new Error(`${type} was refused: ${reply.reason}, ${reply.message}`);
}
