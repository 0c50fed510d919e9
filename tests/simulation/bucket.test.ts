// The simulated bucket, left in peace, does what every bucket must do.
import { test } from 'uvu';
import { bucketConformance } from '../conformance/bucket.ts';
import { createSimulatedBucket } from './bucket.ts';
import { profileOf } from './fault.ts';
import { createLife } from './life.ts';
import { createRecordStore } from './record-store.ts';
import { createWorld, EPOCH_MS } from './world.ts';

const idle = () => {};

bucketConformance(async () => {
  const world = createWorld({ seed: 1, profile: profileOf([]), keptLines: 1, isDigested: false });
  const { scheduler } = world;
  const life = createLife(world, { name: 'test', onLeave: idle, onServerFault: idle });
  const nowMs = () => EPOCH_MS + scheduler.nowMs();
  const store = createRecordStore({ nowMs, onStored: keepMoving });
  const bucket = createSimulatedBucket(world, { name: 'test', store, life });
  let isMoving = false;

  /** Time moves on by itself for as long as anything is due. */
  function keepMoving(): void {
    if (isMoving) return;
    isMoving = true;
    const move = () => {
      isMoving = scheduler.step();
      if (isMoving) setImmediate(move);
    };
    setImmediate(move);
  }

  const moving = <T>(asked: Promise<T>): Promise<T> => {
    keepMoving();
    return asked;
  };
  return {
    prefix: 'test',
    bucket: {
      name: bucket.name,
      read: (key) => moving(bucket.read(key)),
      write: (write) => moving(bucket.write(write)),
      writeBatch: (writes) => moving(bucket.writeBatch(writes)),
      scan: (visit, filter) => moving(bucket.scan(visit, filter)),
      history: (key) => moving(bucket.history(key)),
    },
  };
});

test.run();
