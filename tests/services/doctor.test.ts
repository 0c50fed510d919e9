// What `onceward doctor` finds on healthy and on broken systems. Nothing is created by looking.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Check } from '../../services/inspect/check.ts';
import { type DoctorOptions, runDoctor } from '../../services/inspect/doctor.ts';
import { createGit } from '../../transport/git/git.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../transport/nats/embedded-server.ts';
import { apiRequest } from '../../transport/nats/jetstream-api.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import { natsServer, natsServerBinary, stopNatsServer } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';

const git = createGit(process.env);

async function setup(options: { syncAlways?: boolean; hasStreams?: boolean } = {}) {
  await stopNatsServer();
  const server = await natsServer({ syncAlways: options.syncAlways ?? true });
  const nc = await connectNats({ url: server.url, name: 'test' });
  if (options.hasStreams ?? true) await ensureTopology(nc, { partitions: 2 });
  return { server, nc };
}

async function checksOf(options: Partial<DoctorOptions>): Promise<Map<string, Check>> {
  const checks: Check[] = [];
  const isolation = { stages: [], image: undefined, environment: {} };
  const given = {
    git,
    nodeVersion: process.versions.node,
    nats: null,
    workspaces: null,
    isolation,
    connections: { connections: {}, environment: {} },
    agents: { stages: [], accounts: {}, environment: {} },
    images: { stages: [], environment: {} },
  };
  const all = { ...given, ...options };
  for await (const check of runDoctor(all)) checks.push(check);
  return new Map(checks.map((check) => [check.name, check]));
}

const detailOf = (checks: Map<string, Check>, name: string) =>
  checks.get(name)?.detail ?? 'no such check';

const failuresIn = (checks: Map<string, Check>) =>
  [...checks.values()].filter(({ isOk }) => !isOk).map(({ name }) => name);

/** A server on which user `u` may not publish jobs or serve questions. */
async function restrictedServer(): Promise<EmbeddedServer> {
  const stateDir = temporaryDirectory();
  const config = join(stateDir, 'restricted.conf');
  const lines = [
    'listen: x',
    'http: x',
    'jetstream {',
    '  store_dir: x',
    '  sync_interval: x',
    '}',
    'authorization { users: [',
    '  { user: admin, password: p }',
    '  { user: u, password: p, permissions: {',
    '    publish: { deny: ["onceward.job.>"] }, subscribe: { deny: ["onceward.ask.>"] } } }',
    '] }',
  ];
  writeFileSync(config, lines.join('\n'));
  const { binary } = await natsServerBinary();
  return startEmbeddedServer({ binary, stateDir, config, report: () => {} });
}

test(
  'a healthy system passes every check',
  within(20_000, async () => {
    const { server, nc } = await setup();
    const { url, monitorUrl } = server;
    const checks = await checksOf({ nats: { url, monitorUrl } });
    assert.equal(failuresIn(checks), []);
    assert.match(detailOf(checks, 'jetstream'), /API level [2-9]/);
    assert.ok(checks.has('KV_onceward-runs') && checks.has('ONCEWARD_EVENTS consumers'));
    await nc.close();
  }),
);

test(
  'looking leaves every stream empty',
  within(20_000, async () => {
    const { server, nc } = await setup();
    await checksOf({ nats: { url: server.url } });
    const answer = await apiRequest<{ streams: { state: { last_seq: number } }[] }>(
      nc,
      'STREAM.LIST',
    );
    const sequences = answer.ok ? answer.value.streams.map(({ state }) => state.last_seq) : [];
    assert.ok(sequences.length >= 10, `${sequences.length} streams`);
    assert.equal(new Set(sequences), new Set([0]));
    await nc.close();
  }),
);

test(
  'missing streams fail with the remedy, and are not created',
  within(20_000, async () => {
    const { server, nc } = await setup({ hasStreams: false });
    const checks = await checksOf({ nats: { url: server.url, monitorUrl: server.monitorUrl } });
    assert.match(detailOf(checks, 'ONCEWARD_EVENTS'), 'the first `onceward up` creates it');
    const answer = await apiRequest<{ total: number }>(nc, 'STREAM.NAMES');
    assert.ok(answer.ok && answer.value.total === 0);
    await nc.close();
  }),
);

test(
  'a setting that is not as asked fails and is named',
  within(20_000, async () => {
    const { server, nc } = await setup({ hasStreams: false });
    await apiRequest(nc, 'STREAM.CREATE.KV_onceward-runs', {
      name: 'KV_onceward-runs',
      subjects: ['$KV.onceward-runs.>'],
    });
    const checks = await checksOf({ nats: { url: server.url } });
    assert.match(detailOf(checks, 'KV_onceward-runs'), 'allow_atomic is false, expected true');
    await nc.close();
  }),
);

test(
  'a server that does not sync every write fails',
  within(20_000, async () => {
    const { server, nc } = await setup({ syncAlways: false });
    const checks = await checksOf({ nats: { url: server.url, monitorUrl: server.monitorUrl } });
    assert.equal(failuresIn(checks), ['sync_always']);
    await nc.close();
  }),
);

test(
  'without a monitoring address the syncing is unknown, which fails for a single copy',
  within(20_000, async () => {
    const { server, nc } = await setup();
    const checks = await checksOf({ nats: { url: server.url } });
    assert.equal(failuresIn(checks), ['sync_always']);
    assert.match(detailOf(checks, 'sync_always'), 'monitoring address');
    await nc.close();
  }),
);

test(
  'three copies make up for an unknown syncing',
  within(20_000, async () => {
    const { server, nc } = await setup();
    const checks = await checksOf({ nats: { url: server.url, topology: { replicas: 3 } } });
    assert.is(checks.get('sync_always')?.isOk, true);
    assert.match(detailOf(checks, 'KV_onceward-items'), 'num_replicas is 1, expected 3');
    await nc.close();
  }),
);

test(
  'subjects that the login may not use are named',
  within(20_000, async () => {
    const server = await restrictedServer();
    const { host } = new URL(server.url);
    const admin = await connectNats({ url: `nats://admin:p@${host}`, name: 'test' });
    await ensureTopology(admin, { partitions: 1 });
    const checks = await checksOf({ nats: { url: `nats://u:p@${host}` } });
    const detail = detailOf(checks, 'permissions');
    assert.match(detail, 'publish onceward.job.doctor.doctor');
    assert.match(detail, 'subscription onceward.ask.doctor');
    assert.not.match(detail, 'KV');
    await admin.close();
    await server.stop();
  }),
);

test(
  'a server that cannot be reached is one failed check, and so is none at all',
  within(20_000, async () => {
    const unreachable = await checksOf({ nats: { url: 'nats://127.0.0.1:1' } });
    assert.equal(failuresIn(unreachable), ['nats']);
    assert.equal(failuresIn(await checksOf({ nats: null })), ['nats']);
  }),
);

test(
  'an old node and a missing git fail with what is needed',
  within(20_000, async () => {
    const checks = await checksOf({ nodeVersion: '18.20.1', git: createGit({ PATH: '/nowhere' }) });
    assert.equal(detailOf(checks, 'node'), '18.20.1; needed: 20.19');
    assert.equal(failuresIn(checks), ['node', 'git', 'nats']);
  }),
);

test(
  'what the state directory uses is shown, and over its budget it is a failure with a way out',
  within(20_000, async () => {
    const report = {
      v: 1,
      by: 'worker-1',
      atMs: 0,
      usedBytes: 3 * 1_048_576,
      keptCount: 2,
    } as const;
    const kept = { ...report, reasons: { 'not-landed': 2 }, kept: [] };

    const below = await workspacesOf({ ...kept, budgetBytes: 4 * 1_048_576 });
    const over = await workspacesOf({ ...kept, budgetBytes: 1_048_576 });

    assert.equal(below, {
      name: 'workspaces',
      isOk: true,
      detail: '3 MiB of 4 MiB; kept: 2 not-landed',
    });
    assert.is(over?.isOk, false);
    assert.match(over?.detail ?? '', 'onceward discard');
  }),
);

async function workspacesOf(workspaces: DoctorOptions['workspaces']): Promise<Check | undefined> {
  return (await checksOf({ workspaces })).get('workspaces');
}

test.run();
