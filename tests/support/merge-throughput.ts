// How many items an hour a merge queue lands when tests take a fixed time, items always wait, and some are at fault.
// It counts test runs in virtual time: nothing here depends on the machine it runs on.
import { openQueue } from './merge-driver.ts';
import { createPrng } from './prng.ts';

const TEST_MS = 600_000;
const HOUR_MS = 3_600_000;

export interface ThroughputOptions {
  batchSize: number;
  /** Of the items, how many are at fault: exactly so many, in places that the seed chooses. */
  faultyShare: number;
  items: number;
  seed: number;
}

export interface Throughput {
  landedPerHour: number;
  testRunsPerItem: number;
  landed: number;
  sentBack: number;
  /** Sent back without being at fault. */
  innocents: number;
}

/** Until every item has landed or was sent back; throws if one is lost. */
export function mergeThroughput(options: ThroughputOptions): Throughput {
  const { batchSize, items } = options;
  const faulty = faultyOf(options);
  const queue = openQueue({
    ...{ batchSize, testMs: TEST_MS },
    judge: ({ members }) => (members.some((item) => faulty.has(item)) ? 'product_fail' : 'pass'),
  });
  const openedAtMs = queue.nowMs();
  let next = 0;
  do {
    for (; next < items && queue.context().entries.length < 4 * batchSize; next += 1) {
      queue.setNowMs(queue.nowMs() + 1);
      queue.enqueue(`i${next}`);
    }
  } while (queue.step());
  const [landed, sentBack] = [queue.landed.size, queue.sentBack.length];
  if (landed + sentBack !== items) throw new Error(`${landed} + ${sentBack} of ${items}`);
  const innocents = queue.sentBack.filter((item) => !faulty.has(item)).length;
  return {
    landedPerHour: (landed * HOUR_MS) / (queue.nowMs() - openedAtMs),
    testRunsPerItem: queue.testRuns() / items,
    ...{ landed, sentBack, innocents },
  };
}

function faultyOf({ items, faultyShare, seed }: ThroughputOptions): Set<string> {
  const order = createPrng(seed).shuffle(Array.from({ length: items }, (_, n) => `i${n}`));
  return new Set(order.slice(0, Math.round(items * faultyShare)));
}
