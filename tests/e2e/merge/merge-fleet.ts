// A fleet of processes that lands items: two hosts, one worker that does the work of items, and for each project
// workers of its own that do nothing but carry its merge queue. All of them end with `stop`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsConnection } from 'nats';
import type { ItemContext } from '../../../machines/item/context.ts';
import { stateName } from '../../../machines/record.ts';
import { itemContextOf } from '../../../machines/typed-context.ts';
import type { Archived } from '../../../services/actors/archive.ts';
import { decodeEntry } from '../../../services/actors/record-cache.ts';
import { partitionFor } from '../../../services/queries/session.ts';
import { createAsker } from '../../../transport/nats/asker.ts';
import { createBucket } from '../../../transport/nats/bucket.ts';
import { connectNats } from '../../../transport/nats/connection.ts';
import { createServerClock } from '../../../transport/nats/server-clock.ts';
import { type Onceward, startUp } from '../../operating/onceward-process.ts';
import { eventually } from '../../support/eventually.ts';
import { natsServer } from '../../support/nats-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { type QueueWatch, watchQueues } from './queue-watch.ts';
import { makeWatchedRemote, PUSHER_VARIABLE, type WatchedRemote } from './watched-remote.ts';

const PARTITIONS = 4;
const HOSTS = 2;

export interface MergeFleet {
  nc: NatsConnection;
  queues: QueueWatch;
  remote(project: string): WatchedRemote;
  /** Starts a worker for the merge queue of a project. The same name goes on with the same state directory. */
  startLander(project: string, name: string, fault?: string): Promise<Onceward>;
  /** Opens an item, which goes to its merge by itself. */
  submit(project: string, item: string): Promise<void>;
  /** Resolves once the item has ended; rejects when it did so otherwise than by landing. */
  landed(project: string, item: string): Promise<ItemContext>;
  stop(): Promise<void>;
}

export async function startMergeFleet(projects: readonly string[]): Promise<MergeFleet> {
  const { url: natsUrl } = await natsServer({ syncAlways: false });
  const folder = temporaryDirectory();
  const remotes = new Map<string, WatchedRemote>();
  for (const project of projects) {
    remotes.set(project, await makeWatchedRemote(temporaryDirectory()));
  }
  const configuration = join(folder, 'onceward.yaml');
  writeFileSync(configuration, configurationOf(remotes));
  const running = new Set<Onceward>();
  const start = async (
    role: 'host' | 'worker',
    name: string,
    env: Record<string, string> = {},
  ): Promise<Onceward> => {
    const stateDir = join(folder, name);
    const one = await startUp({ configuration }, { role, natsUrl, stateDir, env });
    running.add(one);
    void one.ended.then(() => running.delete(one));
    return one;
  };
  const names = Array.from({ length: HOSTS }, (_, at) => `host-${at + 1}`);
  await Promise.all(names.map((name) => start('host', name)));
  await start('worker', 'builder', { ONCEWARD_LABELS: 'build' });
  const nc = await connectNats({ url: natsUrl, name: 'test' });
  const clock = await createServerClock(nc);
  const asker = createAsker(nc, clock, (address) => partitionFor(address, PARTITIONS));
  const queues = await watchQueues(nc);

  return {
    ...{ nc, queues },
    remote(project) {
      const remote = remotes.get(project);
      if (remote === undefined) throw new Error(`there is no project ${project}`);
      return remote;
    },
    startLander: (project, name, fault = '') =>
      start('worker', `${project}-${name}`, {
        ONCEWARD_LABELS: `land-${project}`,
        ONCEWARD_FAULT: fault,
        [PUSHER_VARIABLE]: name,
      }),
    async submit(project, item) {
      const data = { title: 'a task' };
      const reply = await asker.ask({ address: `item.${project}.${item}`, type: 'open', data });
      if (reply.outcome !== 'applied') throw new Error(JSON.stringify(reply));
    },
    landed: (project, item) => eventually(() => landedItem(nc, `${project}.${item}`)),
    async stop() {
      for (const one of running) one.kill('SIGCONT');
      for (const one of running) one.kill('SIGTERM');
      await Promise.all([...running].map(({ ended }) => ended));
      await queues.stop();
      clock.stop();
      await nc.close();
    },
  };
}

async function landedItem(nc: NatsConnection, key: string): Promise<ItemContext | null> {
  const entry = await createBucket(nc, 'onceward-items').read(key);
  const loaded = entry === null ? null : decodeEntry(entry);
  const record =
    loaded?.status === 'stored' ? loaded.stored.record : await archivedRecord(nc, `item.${key}`);
  if (record === null) return null;
  const state = stateName(record.state);
  const context = itemContextOf(record);
  if (state === 'done' && context.isLanded) return context;
  if (!['done', 'failed', 'parked', 'cancelled'].includes(state)) return null;
  throw new Error(`${key} is ${state} without having landed: ${context.feedback}`);
}

async function archivedRecord(
  nc: NatsConnection,
  address: string,
): Promise<Archived['record'] | null> {
  const archived = await createBucket(nc, 'onceward-archive').read(address);
  return archived?.value ? (JSON.parse(archived.value) as Archived).record : null;
}

function configurationOf(remotes: ReadonlyMap<string, WatchedRemote>): string {
  const projects = [...remotes.keys()];
  const each = (text: (project: string) => string) => projects.map(text).join('\n');
  return `version: 1
settings:
  partitions: ${PARTITIONS}
  progressMs: 200
  presenceTtlMs: 2000
  sweepMs: 500
  bootGraceMs: 0
  retryBackoffMs: 200
  drainMs: 0
pools:
  build: { slots: 3, labels: [build] }
${each((project) => `  land-${project}: { labels: [land-${project}] }`)}
projects:
${each(
  (project) => `  ${project}:
    repository: ${remotes.get(project)?.url}
    pipeline: ${project}`,
)}
pipelines:
${each(
  (project) => `  ${project}:
    stages:
      - name: work
        kind: command
        labels: [build]
        command: 'echo "$ONCEWARD_ITEM" > "$ONCEWARD_ITEM.txt" && git add -A && git commit -qm "work of $ONCEWARD_ITEM"'
      - name: land
        kind: merge
        labels: [land-${project}]
        gates:
          - kind: command
            command: |
              ${remotes.get(project)?.testCommand}
        merge: { admission: none }`,
)}
`;
}
