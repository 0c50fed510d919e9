// The gauges of the whole fleet: read from the server when somebody scrapes, at most every few seconds.
// A scrape must never wait long for them, and a reading that is old must never pass for a new one.
import type { Counter, Gauge } from 'prom-client';
import type { Clock } from '../../transport/ports.ts';
import { type RecordGauges, showDeployments, showMerges } from './record-gauges.ts';
import type { ScrapeReading } from './scrape-reading.ts';

/** Within this time scrapes share one reading. */
const CACHED_MS = 5_000;
/** The most a scrape waits for one. */
const WAIT_MS = 1_000;

export interface FleetGaugesOptions extends RecordGauges {
  clock: Clock;
  readFacts: () => Promise<ScrapeReading>;
  queueJobs: Gauge;
  mailboxWaiting: Gauge;
  accountSuspended: Gauge;
  readings: Counter;
}

export interface FleetGauges {
  /** Resolves once the gauges say what is known, after a second at the latest. Never rejects. */
  refresh(): Promise<void>;
}

export function createFleetGauges(options: FleetGaugesOptions): FleetGauges {
  const { clock, readings } = options;
  let underWay: Promise<void> | null = null;
  let readAtMs = Number.NEGATIVE_INFINITY;

  const read = async (): Promise<void> => {
    try {
      show(options, await options.readFacts());
      readings.inc({ outcome: 'done' });
    } catch {
      show(options, { partitions: [], queues: [] });
      readings.inc({ outcome: 'failed' });
    }
    readAtMs = clock.monotonicMs();
    underWay = null;
  };

  return {
    async refresh() {
      if (clock.monotonicMs() - readAtMs < CACHED_MS) return;
      underWay ??= read();
      let cancel = () => {};
      const isTooLong = new Promise<true>((resolve) => {
        cancel = clock.after(WAIT_MS, () => resolve(true));
      });
      const isLate = await Promise.race([underWay, isTooLong]);
      cancel();
      if (isLate) show(options, { partitions: [], queues: [] });
    },
  };
}

function show(
  options: FleetGaugesOptions,
  { partitions, queues, accounts = [], merges = [], deployments = [] }: ScrapeReading,
): void {
  const { queueJobs, mailboxWaiting, accountSuspended } = options;
  mailboxWaiting.reset();
  for (const { partition, waiting } of partitions) mailboxWaiting.set({ partition }, waiting);
  queueJobs.reset();
  for (const { pool, lane, waiting, underWay } of queues) {
    queueJobs.inc({ pool, lane, state: 'waiting' }, waiting);
    queueJobs.inc({ pool, lane, state: 'under_way' }, underWay);
  }
  accountSuspended.reset();
  for (const { owner, name, isSuspended } of accounts) {
    accountSuspended.set({ owner, name }, isSuspended ? 1 : 0);
  }
  showMerges(options, merges);
  showDeployments(options, deployments);
}
