// Time limit: 180 s
// Goal: `onceward up` may be killed at any moment, with its agents and its nats-server, and the work goes on
// where it was. Method: twelve items with real agents on a real repository; the whole fleet is killed by
// SIGKILL three times, in the middle; the remote must end with each item's commit exactly once.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AuditEntry } from '../../services/actors/audit-entry.ts';
import { createBucket } from '../../transport/nats/bucket.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { type AgentProject, landedOn, makeAgentProject } from '../support/agent-project.ts';
import { natsServerBinary } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';

const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));
const ITEMS = Array.from({ length: 12 }, (_, n) => `i${n}`);
const KILLS = 3;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

test(
  'a fleet that is killed three times finishes every item, and lands each exactly once',
  within(170_000, async () => {
    const project = await makeAgentProject(temporaryDirectory());
    let fleet = await start(project);
    const nc = await connectTo(project);
    await submitAll(nc);
    await nc.close();

    for (let kill = 0; kill < KILLS; kill += 1) {
      const watcher = await connectTo(project);
      await applied(watcher, 'exited', 2);
      await watcher.close();
      fleet.kill('SIGKILL');
      await once(fleet, 'exit');
      fleet = await start(project);
    }

    const last = await connectTo(project);
    const states = await ended(last);
    await last.close();
    fleet.kill('SIGTERM');
    await once(fleet, 'exit');
    assert.equal(states, new Map(ITEMS.map((item) => [item, 'done'])));
    assert.equal((await landedOn(project.remote)).sort(), [...ITEMS].sort());
  }),
);

test.run();

function stateDirOf({ folder }: AgentProject): string {
  return join(folder, 'state');
}

/** Resolves once the fleet has said that it is up. */
async function start(project: AgentProject): Promise<ChildProcess> {
  const { binary } = await natsServerBinary();
  const args = ['up', '--config', project.configuration, '--state-dir', stateDirOf(project)];
  const { NATS_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...inherited, ONCEWARD_HTTP: 'off', ONCEWARD_NATS_SERVER: binary },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  await once(child.stdout, 'data');
  return child;
}

function connectTo(project: AgentProject): Promise<NatsConnection> {
  const note = readFileSync(join(stateDirOf(project), 'connection.json'), 'utf8');
  return connectNats({ url: (JSON.parse(note) as { natsUrl: string }).natsUrl, name: 'test' });
}

async function submitAll(nc: NatsConnection): Promise<void> {
  for (const item of ITEMS) {
    nc.publish(`onceward.event.item.shop.${item}.open`, JSON.stringify({ title: item }));
  }
  await nc.flush();
}

async function applied(nc: NatsConnection, type: string, count: number): Promise<void> {
  let seen = 0;
  for await (const entry of auditOf(nc)) {
    if (entry.type === type && entry.outcome === 'applied') seen += 1;
    if (seen >= count) return;
  }
}

/** The final state of every item, from the archive; resolves once all have one. */
async function ended(nc: NatsConnection): Promise<Map<string, string>> {
  const archive = createBucket(nc, 'onceward-archive');
  const states = new Map<string, string>();
  const look = () =>
    archive.scan(({ key, value }) => {
      const item = key.slice('item.shop.'.length);
      if (value !== null)
        states.set(item, (JSON.parse(value) as { record: { state: string } }).record.state);
    }, 'item.shop.*');
  const changes = nc.subscribe('$KV.onceward-archive.item.>');
  await look();
  for await (const _ of states.size === ITEMS.length ? [] : changes) {
    await look();
    if (states.size === ITEMS.length) break;
  }
  return new Map(ITEMS.map((item) => [item, states.get(item) ?? 'missing']));
}

async function* auditOf(nc: NatsConnection): AsyncIterable<AuditEntry> {
  for await (const message of nc.subscribe('onceward.audit.>')) {
    yield* message.json<{ entries: AuditEntry[] }>().entries;
  }
}
