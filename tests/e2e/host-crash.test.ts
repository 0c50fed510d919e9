// Time limit: 300 s
// Goal: a host that dies between commit and outbox, or between outbox and acknowledgement, loses and repeats
// nothing. Method: hosts in processes of their own, each killed by SIGKILL at a named fault point after a
// drawn number of passages, and followed by the next, until all have died; the audit counts every event.
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ItemContext } from '../../machines/item/context.ts';
import { stateName } from '../../machines/record.ts';
import type { Archived } from '../../services/actors/archive.ts';
import { decodeEntry } from '../../services/actors/record-cache.ts';
import { createBucket } from '../../transport/nats/bucket.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { startChild } from '../support/child-process.ts';
import { publishWholeItem } from '../support/item-publisher.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { createPrng } from '../support/prng.ts';
import { externalPipeline, startTestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';

/** Of each kind. The nightly run has fifty. */
const CRASHES = Number(process.env['ONCEWARD_TEST_HOST_CRASHES'] ?? '12');
/** Passages of a fault point that a host survives at most. */
const MAX_PASSAGES = 12;
const STAGES = ['one', 'two', 'three'];
/** New work for every host, so that each reaches its fault point: about sixty commits. */
const ITEMS_PER_HOST = 3;

for (const fault of ['after-commit', 'after-outbox']) {
  test(
    `${CRASHES} hosts killed at ${fault} lose nothing and advance nothing twice`,
    within(130_000, async () => {
      const { url } = await natsServer();
      const nc = await connectNats({ url, name: 'publisher' });
      const project = fault;
      const pipelines = { [project]: externalPipeline(...STAGES) };
      // The first host makes the streams that the publisher needs.
      await (await startTestHost({ url, members: ['nobody'] })).stop();

      const { signals, names } = await crashHosts({ url, nc, pipelines, fault });

      const last = await startTestHost({ url, pipelines, identity: 'host-last' });
      const ended = await Promise.all(names.map((item) => endOf(nc, project, item)));
      await last.stop();
      assert.equal(
        signals,
        Array.from({ length: CRASHES }, () => 'SIGKILL'),
      );
      assert.equal(
        ended.map(({ state }) => state),
        names.map(() => 'done'),
      );
      assert.equal(
        ended.map(({ runs }) => runs),
        names.map(() => STAGES),
      );
      assert.equal(await twiceOpened(nc, project), []);
      await nc.close();
    }),
  );
}

test.after(() => stopNatsServer());
test.run();

async function crashHosts(options: {
  url: string;
  nc: NatsConnection;
  pipelines: Record<string, unknown>;
  fault: string;
}) {
  const { url, nc, pipelines, fault } = options;
  const prng = createPrng(CRASHES);
  const names: string[] = [];
  const signals: (NodeJS.Signals | null)[] = [];
  for (let n = 0; n < CRASHES; n += 1) {
    const fresh = Array.from({ length: ITEMS_PER_HOST }, (_, index) => `i${n}-${index}`);
    names.push(...fresh);
    await Promise.all(fresh.map((item) => publishWholeItem(nc, fault, { item, stages: STAGES })));
    const spec = `${fault}:${prng.integer(1, MAX_PASSAGES)}`;
    const identity = `host-${n}`;
    const host = startChild('host-process.ts', { url, identity, pipelines, fault: spec });
    signals.push((await host.ended).signal);
  }
  return { signals, names };
}

/** The end of an item, out of its record or the archive. */
async function endOf(nc: NatsConnection, project: string, item: string) {
  const active = createBucket(nc, 'onceward-items');
  const archive = createBucket(nc, 'onceward-archive');
  const changes = nc.subscribe('onceward.audit.>');
  for await (const look of looks(changes)) {
    if (look !== null) return look;
  }
  throw new Error('the connection closed before the item ended');

  /** Looks at once, and again after every audit message. */
  async function* looks(signals: AsyncIterable<unknown>) {
    yield await lookAt();
    for await (const _ of signals) yield await lookAt();
  }

  async function lookAt() {
    const archived = await archive.read(`item.${project}.${item}`);
    if (archived?.value) return summary((JSON.parse(archived.value) as Archived).record);
    const entry = await active.read(`${project}.${item}`);
    const loaded = entry === null ? null : decodeEntry(entry);
    if (loaded?.status !== 'stored') return null;
    const found = summary(loaded.stored.record);
    return found.state === 'done' ? found : null;
  }
}

function summary(record: Archived['record']) {
  const context = record.context as unknown as ItemContext;
  return { state: stateName(record.state), runs: context.runs.map((run) => run.stage) };
}

/** Runs beyond the first attempt: there is no reason for any, unless a stage was advanced twice. */
async function twiceOpened(nc: NatsConnection, project: string): Promise<string[]> {
  const found: string[] = [];
  const visit = ({ key }: { key: string }) => {
    const [, , , attempt] = key.split('.').slice(-4);
    if (attempt !== '1') found.push(key);
  };
  await createBucket(nc, 'onceward-runs').scan(visit, `${project}.>`);
  await createBucket(nc, 'onceward-archive').scan(visit, `run.${project}.>`);
  return found;
}
