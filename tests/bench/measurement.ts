// How often something can be done in a second, and how long one takes. Rounded, because the rest is noise.

/** Repeats `step` from `inFlight` sides for `seconds`; how many were completed each second. */
export async function measure(
  seconds: number,
  inFlight: number,
  step: (side: number) => Promise<void>,
): Promise<number> {
  const untilMs = performance.now() + seconds * 1_000;
  const startedMs = performance.now();
  let completed = 0;
  const side = async (index: number) => {
    while (performance.now() < untilMs) {
      await step(index);
      completed += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, index) => side(index)));
  return Math.round((completed / (performance.now() - startedMs)) * 1_000);
}

/** Repeats `step`, which returns its own duration in milliseconds, one at a time. */
export async function measureLatency(seconds: number, step: () => Promise<number>) {
  const untilMs = performance.now() + seconds * 1_000;
  const samples: number[] = [];
  while (performance.now() < untilMs) samples.push(await step());
  samples.sort((a, b) => a - b);
  const at = (share: number) => rounded(samples[Math.floor(samples.length * share)] ?? Number.NaN);
  return { p50Ms: at(0.5), p99Ms: at(0.99), samples: samples.length };
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
