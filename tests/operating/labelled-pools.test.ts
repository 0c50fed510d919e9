// Time limit: 200 s
// Goal: a run goes to a worker that has the labels of its pool, and while there is none, that is said. Method: workers
// in processes of their own with different labels, on a real server; runs end when the test lets them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runContextOf } from '../../machines/typed-context.ts';
import { decodeEntry } from '../../services/actors/record-cache.ts';
import { loadConfiguration } from '../../services/config/load.ts';
import { freezePipelines } from '../../services/project-registry.ts';
import type { Why } from '../../services/queries/why-view.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { createPresenceStore } from '../../transport/nats/presence.ts';
import { makeAgentProject } from '../support/agent-project.ts';
import { nextAudit } from '../support/audit-log.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';
import { startUp } from './onceward-process.ts';

const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));

/** `build` takes the smaller of the two pools with `gpu`; `check` any worker. */
const configurationText = (remote: string, gpuBig = '[gpu, big]') => `version: 1
settings: { presenceTtlMs: 2000 }
projects: { shop: { repository: ${remote}, pipeline: standard } }
pools:
  huge: { labels: [gpu, big, mac] }
  gpu-big: { labels: ${gpuBig} }
pipelines:
  standard:
    stages:
      - { name: build, kind: command, command: 'true', labels: [gpu] }
      - { name: check, kind: command, command: 'true' }
      - { name: sign, kind: approval }
`;

async function setup() {
  const { url } = await natsServer({ syncAlways: false });
  const { remote, folder } = await makeAgentProject(temporaryDirectory());
  const configuration = join(folder, 'pools.yaml');
  const text = configurationText(remote);
  writeFileSync(configuration, text);
  const pipelines = freezePipelines(loadConfiguration(text, { file: configuration }), folder);
  const host = await startTestHost({ url, pipelines: Object.fromEntries(pipelines) });
  const nc = await connectNats({ url, name: 'test' });
  const workers: Awaited<ReturnType<typeof startUp>>[] = [];
  return {
    ...{ nc, host },
    relabel: (gpuBig: string) => writeFileSync(configuration, configurationText(remote, gpuBig)),
    async work(name: string, labels: string) {
      const place = { role: 'worker', natsUrl: url, stateDir: join(folder, name) } as const;
      const worker = await startUp(
        { configuration },
        { ...place, env: { ONCEWARD_LABELS: labels } },
      );
      workers.push(worker);
      return worker;
    },
    open: (item: string) =>
      host.asker.ask({ address: `item.shop.${item}`, type: 'open', data: { title: item } }),
    /** Resolves once a worker has started the run. */
    started: (run: string) =>
      nextAudit(nc, ({ address, type }) => address === `run.shop.${run}` && type === 'started'),
    /** The worker of a run. */
    async workerOf(run: string): Promise<string | null> {
      const entry = await host.world.bucket('onceward-runs').read(`shop.${run}`);
      const loaded = entry === null ? null : decodeEntry(entry);
      return loaded?.status === 'stored' ? runContextOf(loaded.stored.record).worker : null;
    },
    async why(run: string): Promise<Why> {
      const args = [LAUNCHER, 'why', run, '-o', 'json', '--state-dir', join(folder, 'none')];
      return JSON.parse((await execa(process.execPath, args, { env: { NATS_URL: url } })).stdout);
    },
    presences: async () => (await createPresenceStore(nc).list()).map(({ presence }) => presence),
    async close() {
      for (const worker of workers) worker.kill('SIGTERM');
      await Promise.all(workers.map(({ ended }) => ended));
      await Promise.all([host.stop(), nc.close()]);
      await stopNatsServer();
    },
  };
}

test(
  'a run goes to the worker with the labels of its pool, and everybody serves a pool without any',
  within(90_000, async () => {
    const { work, open, started, workerOf, presences, close } = await setup();
    await work('mac', 'mac');
    await work('gpu', 'big,gpu');
    const announced = await presences();
    const named = (label: string) => announced.find(({ labels }) => labels?.includes(label));
    const items = ['1', '2', '3', '4'];
    const checked = Promise.all(items.map((item) => started(`${item}.check.1`)));

    for (const item of items) await open(item);
    await checked;
    const workers = await Promise.all(items.map((item) => workerOf(`${item}.build.1`)));

    assert.equal(named('mac')?.pools, ['default']);
    assert.equal(named('gpu')?.pools, ['default', 'gpu-big']);
    assert.equal(
      workers,
      items.map(() => named('gpu')?.identity),
    );
    await close();
  }),
);

test(
  'a run that no living worker can take says so, and is taken when one comes',
  within(90_000, async () => {
    const { work, open, started, why, workerOf, presences, close } = await setup();
    await work('mac', 'mac');
    const [mac] = await presences();
    await open('1');

    const waiting = await why('shop/1/build/1');
    const taken = started('1.build.1');
    const gpu = await work('gpu', 'gpu,big');
    await taken;

    assert.match(
      waiting.waitsFor,
      '; no living worker serves pool gpu-big, which asks for labels gpu, big; ' +
        `alive: ${mac?.identity} (mac)`,
    );
    assert.is(waiting.owner.isAlive, false);
    assert.ok(
      waiting.actions.some(
        ({ command }) => command === 'onceward up --role worker --labels gpu,big',
      ),
    );
    assert.match((await workerOf('1.build.1')) ?? '', `-${gpu.pid}-`);
    await close();
  }),
);

test(
  'a worker serves by the labels of a configuration that it reads again, and says so',
  within(90_000, async () => {
    const { work, open, started, relabel, presences, close } = await setup();
    const worker = await work('gpu', 'gpu');
    const [before] = await presences();
    await open('1');
    const taken = started('1.build.1');

    relabel('[gpu]');
    worker.kill('SIGHUP');
    await taken;
    const isTold = async () => (await presences())[0]?.pools?.includes('gpu-big');
    while (!(await isTold()));

    assert.equal(before?.pools, ['default']);
    await close();
  }),
);

test.run();
