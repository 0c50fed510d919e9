// What the server alone can do: the yardstick the other figures are divided by.
import type { HostWorld } from '../../transport/ports.ts';

/** About the size of a run's record. */
const VALUE = JSON.stringify({ filler: 'x'.repeat(2_000) });
let keys = 0;

/** One key, new for each call, each write waiting for the one before. */
export function rawSequentialCas(world: HostWorld): () => Promise<void> {
  const bucket = world.bucket('onceward-merges');
  keys += 1;
  const key = `raw.k${keys}`;
  let expectedRevision = 0;
  return async () => {
    const written = await bucket.write({ key, value: VALUE, expectedRevision });
    if (written.outcome !== 'won') throw new Error(`lost without a rival: ${written.outcome}`);
    expectedRevision = written.revision;
  };
}
