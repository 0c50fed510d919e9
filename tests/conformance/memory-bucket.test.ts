// The bucket in memory does what every bucket must do.
import { test } from 'uvu';
import { createMemoryBucket } from '../support/memory-bucket.ts';
import { bucketConformance } from './bucket.ts';

bucketConformance(async () => ({ bucket: createMemoryBucket(), prefix: 'test' }));

test.run();
