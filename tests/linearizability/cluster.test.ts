// The cluster that these tests and the chaos suite stand on does what it says.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { processMark } from '../../transport/nats/local-process.ts';
import { startNatsCluster } from '../support/nats-cluster.ts';
import { within } from '../support/within.ts';
import { createPlainBucket } from './plain-bucket.ts';

test(
  'a deposed leader gives way to another, and nothing is left of a cluster that was stopped',
  within(60_000, async () => {
    const cluster = await startNatsCluster();
    await createPlainBucket(cluster.url, { name: 'b', replicas: 3 });

    const { from, to } = await cluster.stepDown('KV_b');
    const leader = await cluster.leaderOf('KV_b');
    await from.kill('SIGSTOP');
    const wereRunning = cluster.nodes.map(({ isRunning }) => isRunning);
    await cluster.stop();
    const marks = await Promise.all(cluster.nodes.map(({ pid }) => processMark(pid)));

    assert.is.not(from.name, to.name);
    assert.is(leader.name, to.name);
    assert.equal(wereRunning, [true, true, true]);
    assert.equal(marks, [null, null, null]);
  }),
);

test(
  'a follower that was killed comes back at the same addresses, and up to date',
  within(60_000, async () => {
    const cluster = await startNatsCluster({ syncAlways: false });
    await createPlainBucket(cluster.url, { name: 'b', replicas: 3 });
    const leader = await cluster.leaderOf('KV_b');
    const [follower] = cluster.nodes.filter((node) => node !== leader);
    const before = { pid: follower?.pid, url: follower?.url };

    await follower?.kill('SIGKILL');
    const wasRunning = follower?.isRunning;
    await follower?.start();
    await cluster.ready();
    await cluster.stop();

    assert.is(wasRunning, false);
    assert.is(follower?.url, before.url);
    assert.is.not(follower?.pid, before.pid);
  }),
);

test.run();
