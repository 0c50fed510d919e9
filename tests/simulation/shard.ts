// A process of its own that runs some of the seeds and reports to its parent. Started by fan-out.ts.
// It loads the stand-ins first, so everything else is imported after that.
import type { FaultKind } from './fault.ts';
import type { SimulationResult } from './simulation.ts';
import { loadStandIns } from './stand-in-loading.ts';

export interface ShardTask {
  first: number;
  count: number;
  /** From one seed of this shard to the next. */
  stride: number;
  faults: readonly FaultKind[];
  isDigested: boolean;
  isReplay: boolean;
}

export interface ShardSummary {
  seeds: number;
  steps: number;
  simulatedMs: number;
  faults: Record<string, number>;
  /** How often each invariant was checked. */
  checks: Record<string, number>;
  /** In how many seeds each state, verdict and refusal was reached. */
  reached: Record<string, number>;
  /** Of all traces, in the order of the seeds; empty unless asked for. */
  digests: [number, number][];
  /** The violated seed, or the replayed one. */
  shown: SimulationResult | null;
}

export type ShardMessage = { seeds: number } | { summary: ShardSummary };

const PROGRESS_EVERY_SEEDS = 100;

async function main(task: ShardTask): Promise<void> {
  leaveFunctionsUnnamed();
  loadStandIns();
  const { runBatch } = await import('./batch.ts');
  const { profileOf } = await import('./fault.ts');
  const summary: ShardSummary = {
    ...{ seeds: 0, steps: 0, simulatedMs: 0, faults: {}, checks: {}, reached: {} },
    ...{ digests: [], shown: null },
  };
  const { isDigested, isReplay } = task;
  await runBatch({
    ...{ seeds: seedsOf(task), profile: profileOf(task.faults), isDigested, isReplay },
    onResult(result) {
      add(summary, result, task);
      if (summary.seeds % PROGRESS_EVERY_SEEDS === 0) tell({ seeds: summary.seeds });
      return result.violation === null;
    },
  });
  // Worlds run side by side: they end in another order than they began.
  summary.digests.sort(([a], [b]) => a - b);
  // Only after the last byte: closing the channel drops what is still on its way.
  tell({ summary }, () => process.disconnect());
}

/**
 * The TypeScript loader defines the name of every function anew each time it is made, closures included: a
 * twelfth of the time here. Nothing under test reads names of functions.
 */
function leaveFunctionsUnnamed(): void {
  const define = Object.defineProperty;
  Object.defineProperty = (target, key, descriptor) =>
    key === 'name' && typeof target === 'function' ? target : define(target, key, descriptor);
}

function* seedsOf({ first, count, stride }: ShardTask): Iterable<number> {
  for (let at = 0; at < count; at += 1) yield first + at * stride;
}

function add(summary: ShardSummary, result: SimulationResult, task: ShardTask): void {
  summary.seeds += 1;
  summary.steps += result.steps;
  summary.simulatedMs += result.simulatedMs;
  for (const [kind, count] of Object.entries(result.faults)) increase(summary.faults, kind, count);
  for (const [invariant, count] of result.checks) increase(summary.checks, invariant, count);
  for (const name of result.reached) increase(summary.reached, name, 1);
  if (task.isDigested) summary.digests.push([result.seed, result.digest]);
  const isWorse = result.violation !== null && result.seed < (summary.shown?.seed ?? Infinity);
  if (isWorse || task.isReplay) summary.shown = result;
}

function increase(counts: Record<string, number>, key: string, by: number): void {
  counts[key] = (counts[key] ?? 0) + by;
}

function tell(message: ShardMessage, onSent: () => void = () => {}): void {
  process.send?.(message, onSent);
}

await main(JSON.parse(process.argv[2] ?? '') as ShardTask);
