// The bucket on a real nats-server does what every bucket must do.
import { test } from 'uvu';
import { createBucket } from '../../transport/nats/bucket.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { bucketConformance } from './bucket.ts';
import type { OpenBucket } from './bucket-steps.ts';

async function connect() {
  const { url } = await natsServer({ syncAlways: false });
  const nc = await connectNats({ url, name: 'test' });
  await ensureTopology(nc, { partitions: 1 });
  return nc;
}

let connected: ReturnType<typeof connect> | undefined;
let opened = 0;

const open: OpenBucket = async () => {
  connected ??= connect();
  opened += 1;
  return { bucket: createBucket(await connected, 'onceward-runs'), prefix: `test${opened}` };
};

bucketConformance(open);

test.after(async () => {
  await (await connected)?.close();
  await stopNatsServer();
});
test.run();
