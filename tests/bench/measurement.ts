// How often something can be done in a second, and how long one takes. Rounded, because the rest is noise.
import { setTimeout as wait } from 'node:timers/promises';

export interface BenchOptions {
  /** How long each figure is measured. */
  seconds: number;
}

/** Measures, prints its figures and bars, and leaves nothing running. */
export type Benchmark = (options: BenchOptions) => Promise<void>;

/** Repeats `step` from `inFlight` sides for `seconds`; how many were completed each second. */
export async function measure(
  seconds: number,
  inFlight: number,
  step: (side: number) => Promise<void>,
): Promise<number> {
  const startedMs = performance.now();
  const untilMs = startedMs + seconds * 1_000;
  let completed = 0;
  const side = async (index: number) => {
    while (performance.now() < untilMs) {
      await step(index);
      completed += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, index) => side(index)));
  return (completed / (performance.now() - startedMs)) * 1_000;
}

/** Mean, median and 99th percentile of samples in milliseconds. */
export function shares(samplesMs: readonly number[]) {
  const sorted = [...samplesMs].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  const meanMs = sorted.reduce((sum, one) => sum + one, 0) / sorted.length;
  return { meanMs, p50Ms: at(0.5), p99Ms: at(0.99), samples: sorted.length };
}

/** With `ref: false` it does not keep the process alive. */
export async function pause(ms: number, options: { ref?: boolean } = {}): Promise<void> {
  await wait(ms, undefined, options);
}

/** Prints one bar of the table, and whether it is met here and now. */
export function bar(
  name: string,
  reached: number,
  limit: { atLeast: number } | { atMost: number },
) {
  const isMet = 'atLeast' in limit ? reached >= limit.atLeast : reached <= limit.atMost;
  print({ bar: name, ...limit, reached, isMet });
}

export function print(figures: Record<string, unknown>): void {
  const tidy = Object.entries(figures).map(([name, value]) => [
    name,
    typeof value === 'number' ? rounded(value) : value,
  ]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(tidy))}\n`);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
