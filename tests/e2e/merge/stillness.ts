// How long merge queues stood still, as one line for people and one number to be judged.
// It must never leave out a time: one that nobody knows is endless.

export interface Stillness {
  longestMs: number;
  words: string;
}

export function stillnessOf(timesMs: readonly number[]): Stillness {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const longestMs = sorted.at(-1) ?? 0;
  const words = `stood still for ${seconds(median)} s, at most ${seconds(longestMs)} s`;
  return { longestMs, words };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
