// What the server alone can do: the yardstick the other figures are divided by.
import type { HostWorld } from '../../transport/ports.ts';

/** About the size of a run's record. */
const VALUE = JSON.stringify({ filler: 'x'.repeat(2_000) });

/** One key, each write waiting for the one before. */
export function rawSequentialCas(world: HostWorld): () => Promise<void> {
  const bucket = world.bucket('onceward-merges');
  let revision = 0;
  return async () => {
    const written = await bucket.write({
      key: 'raw.single',
      value: VALUE,
      expectedRevision: revision,
    });
    if (written.outcome !== 'won') throw new Error(`lost without a rival: ${written.outcome}`);
    revision = written.revision;
  };
}

/** A key for each side. */
export function rawConcurrentCas(world: HostWorld): (side: number) => Promise<void> {
  const bucket = world.bucket('onceward-merges');
  const revisions: number[] = [];
  return async (side) => {
    const expectedRevision = revisions[side] ?? 0;
    const written = await bucket.write({ key: `raw.${side}`, value: VALUE, expectedRevision });
    if (written.outcome !== 'won') throw new Error(`lost without a rival: ${written.outcome}`);
    revisions[side] = written.revision;
  };
}
