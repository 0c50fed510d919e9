// Landed items an hour of a merge queue, in batches of 8 and one at a time, on tests of a fixed duration.
// Time is virtual: the figures are the same on every machine.
import { mergeThroughput } from '../support/merge-throughput.ts';
import { type Benchmark, print } from './measurement.ts';

const SEEDS = [1, 2, 3, 4, 5];
const ITEMS = 4_000;
const BARS: readonly (readonly [number, number])[] = [
  [0.02, 5],
  [0.3, 1],
];

export const benchMergeThroughput: Benchmark = async () => {
  for (const [faultyShare, bar] of BARS) {
    for (const seed of SEEDS) {
      const given = { faultyShare, seed, items: ITEMS };
      const one = mergeThroughput({ ...given, batchSize: 1 });
      const eight = mergeThroughput({ ...given, batchSize: 8 });
      const reached = eight.landedPerHour / one.landedPerHour;
      print({ figure: 'merge-throughput', ...given, one, eight });
      print({
        bar: `${bar} times as many with ${faultyShare} at fault`,
        reached,
        isMet: reached >= bar,
      });
    }
  }
};
