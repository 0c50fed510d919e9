// Time limit: 200 s
// Goal: a worker that is told to stop takes no more jobs, ends or hands back the one under way, and only then
// leaves. Method: a worker in a process of its own, whose command ends when the test lets it.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stateName } from '../../machines/record.ts';
import { runContextOf } from '../../machines/typed-context.ts';
import { decodeEntry } from '../../services/actors/record-cache.ts';
import { loadConfiguration } from '../../services/config/load.ts';
import { freezePipelines } from '../../services/project-registry.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { createPresenceStore } from '../../transport/nats/presence.ts';
import { makeAgentProject } from '../support/agent-project.ts';
import { nextAudit } from '../support/audit-log.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestHost, type TestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';
import { type Onceward, startUp } from './onceward-process.ts';

const STOPPING = 'stopping; a second signal ends the process at once';

interface Setup {
  host: TestHost;
  nc: NatsConnection;
  worker: Onceward;
  /** Lets the command end. */
  go(): void;
  close(): Promise<void>;
}

async function setup({ drainMs }: { drainMs: number }): Promise<Setup> {
  const { url } = await natsServer({ syncAlways: false });
  const { remote, folder } = await makeAgentProject(temporaryDirectory());
  const goFile = join(folder, 'go');
  const text = configurationText({ remote, goFile, drainMs });
  const configuration = join(folder, 'drain.yaml');
  writeFileSync(configuration, text);
  const pipelines = freezePipelines(loadConfiguration(text, { file: configuration }), folder);
  const host = await startTestHost({ url, pipelines: Object.fromEntries(pipelines) });
  const nc = await connectNats({ url, name: 'test' });
  const stateDir = join(folder, 'state');
  const worker = await startUp({ configuration }, { role: 'worker', natsUrl: url, stateDir });
  const close = async () => {
    await Promise.all([host.stop(), nc.close()]);
    await stopNatsServer();
  };
  return { host, nc, worker, go: () => writeFileSync(goFile, ''), close };
}

/** Two slots, so that only the drain keeps a second job from being taken; no item is ever finished and archived.
 * The command outlives no test that fails. */
function configurationText(options: { remote: string; goFile: string; drainMs: number }): string {
  const { remote, goFile, drainMs } = options;
  return `version: 1
settings: { drainMs: ${drainMs}, progressMs: 200, presenceTtlMs: 2000 }
projects: { shop: { repository: ${remote}, pipeline: standard } }
pools: { default: { slots: 2 } }
pipelines:
  standard:
    stages:
      - name: build
        kind: command
        command: 'while [ -d ${dirname(goFile)} ] && [ ! -e ${goFile} ]; do sleep 0.05; done'
        killGraceMs: 100
      - { name: sign, kind: approval }
`;
}

async function open({ host }: Setup, item: string): Promise<void> {
  const reply = await host.asker.ask({
    ...{ address: `item.shop.${item}`, type: 'open', data: { title: item } },
  });
  assert.is(reply.outcome, 'applied', JSON.stringify(reply));
}

/** Resolves once the command of the run is alive. */
async function working({ nc }: Setup, item: string): Promise<void> {
  const address = `run.shop.${item}.build.1`;
  await nextAudit(nc, (entry) => entry.address === address && entry.to === 'running.working');
}

async function runOf({ host }: Setup, item: string) {
  const entry = await host.world.bucket('onceward-runs').read(`shop.${item}.build.1`);
  const loaded = entry === null ? null : decodeEntry(entry);
  if (loaded?.status !== 'stored') throw new Error(`run ${item} is not there`);
  const { record } = loaded.stored;
  return { state: stateName(record.state), epoch: runContextOf(record).epoch };
}

async function announced({ nc }: Setup): Promise<string[]> {
  const listed = await createPresenceStore(nc).list();
  return listed.map(({ presence }) => presence.role);
}

/** Resolves with what `look` finds at the moment the worker withdraws its presence. */
async function atWithdrawal<T>({ nc }: Setup, look: () => Promise<T>): Promise<T> {
  for await (const message of nc.subscribe('$KV.onceward-presence.worker.*')) {
    if (message.headers?.has('KV-Operation')) return look();
  }
  throw new Error('the connection closed before');
}

test(
  'a stopping worker keeps its presence and takes no job until the one under way is done, then leaves',
  within(60_000, async () => {
    const fleet = await setup({ drainMs: 60_000 });
    const isWorking = working(fleet, 'first');
    await open(fleet, 'first');
    await isWorking;

    fleet.worker.kill('SIGTERM');
    await fleet.worker.logged(STOPPING);
    await open(fleet, 'second');
    // Two signs of life after the job was there to be taken.
    for (let sign = 0; sign < 2; sign += 1) {
      await nextAudit(
        fleet.nc,
        ({ address, type }) => type === 'progress' && address.includes('first'),
      );
    }
    const during = { roles: await announced(fleet), second: await runOf(fleet, 'second') };
    const withdrawn = atWithdrawal(fleet, () => runOf(fleet, 'first'));
    fleet.go();
    const first = await withdrawn;
    const { code } = await fleet.worker.ended;

    assert.equal(during, { roles: ['worker'], second: { state: 'running.queued', epoch: 1 } });
    assert.equal(first, { state: 'advanced', epoch: 1 });
    assert.equal(await runOf(fleet, 'second'), { state: 'running.queued', epoch: 1 });
    assert.is(code, 0);
    await fleet.close();
  }),
);

test(
  'what is not done within drainMs is ended and handed back before the worker leaves',
  within(60_000, async () => {
    const fleet = await setup({ drainMs: 300 });
    const isWorking = working(fleet, 'long');
    await open(fleet, 'long');
    await isWorking;

    const lost = nextAudit(fleet.nc, ({ type }) => type === 'worker-lost');
    const withdrawn = atWithdrawal(fleet, () => runOf(fleet, 'long'));
    fleet.worker.kill('SIGTERM');
    const run = await withdrawn;

    assert.equal(run, { state: 'running.queued', epoch: 2 });
    assert.is((await lost).outcome, 'applied');
    assert.is((await fleet.worker.ended).code, 0);
    await fleet.close();
  }),
);

test(
  'a second signal ends the worker at once',
  within(60_000, async () => {
    const fleet = await setup({ drainMs: 60_000 });
    const isWorking = working(fleet, 'long');
    await open(fleet, 'long');
    await isWorking;

    fleet.worker.kill('SIGTERM');
    await fleet.worker.logged(STOPPING);
    const startedMs = performance.now();
    fleet.worker.kill('SIGTERM');
    const { code } = await fleet.worker.ended;

    assert.is(code, 143);
    assert.ok(performance.now() - startedMs < 10_000);
    assert.is((await runOf(fleet, 'long')).state, 'running.working');
    fleet.go();
    await fleet.close();
  }),
);

test.run();
