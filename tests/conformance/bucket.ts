// What every bucket must do, in memory or on a server: registered on uvu's `test` of the file that calls it.
// It must never know which of the two it is looking at.
import { batchRules } from './bucket-batches.ts';
import { readingRules } from './bucket-readings.ts';
import type { OpenBucket } from './bucket-steps.ts';
import { writeRules } from './bucket-writes.ts';

export function bucketConformance(open: OpenBucket): void {
  writeRules(open);
  batchRules(open);
  readingRules(open);
}
