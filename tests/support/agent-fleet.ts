// A whole onceward in a process of its own, with a real nats-server, a real remote and the fake agent in place
// of a coding tool. What is started with it ends with `stop`.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { NatsConnection } from 'nats';
import type { AccountContext } from '../../machines/account/context.ts';
import { parseAddress } from '../../machines/address.ts';
import type { ItemContext } from '../../machines/item/context.ts';
import type { ActorRecord } from '../../machines/record.ts';
import { stateName } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';
import type { Archived } from '../../services/actors/archive.ts';
import { BUCKET_OF, decodeEntry } from '../../services/actors/record-cache.ts';
import { partitionFor } from '../../services/queries/session.ts';
import { createAsker } from '../../transport/nats/asker.ts';
import { createBucket } from '../../transport/nats/bucket.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { createServerClock } from '../../transport/nats/server-clock.ts';
import type { Reply } from '../../transport/ports.ts';
import { type Onceward, startUp } from '../operating/onceward-process.ts';
import { natsServer } from './nats-server.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export const FAKE_AGENT = fileURLToPath(new URL('./agents/fake-agent.mjs', import.meta.url));
const PARTITIONS = 4;
const LOOK_MS = 50;
const MAX_LOOK_MS = 1_000;
const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@onceward.invalid'];

export interface ProjectOptions {
  /** Lines of YAML of its pipeline: its stages, and its caps. */
  pipeline: string;
  /** Further lines of YAML of the project. */
  more?: string;
}

export interface FleetOptions {
  /** By name. All of them share one remote, and so the branches of items that are called alike. */
  projects: Readonly<Record<string, ProjectOptions>>;
  /** Further lines of YAML under `settings`. */
  settings?: string;
  slots?: number;
  /** Of the worker. */
  environment?: Record<string, string>;
}

export interface AgentFleet {
  onceward: Onceward;
  remote: string;
  stateDirectory: string;
  /** Opens an item: `<project>.<item>`. */
  submit(key: string, data?: { title?: string; body?: string }): Promise<void>;
  /** Sends an event as an operator would. */
  send(address: string, type: string, data?: Record<string, unknown>): Promise<Reply>;
  /** Resolves once the actor, living or archived, satisfies the condition. */
  until<T>(address: string, seen: (record: ActorRecord) => T | null | false): Promise<T>;
  /** Resolves once the item `<project>.<item>` is in the state. */
  item(key: string, state: string): Promise<ItemContext>;
  /** Resolves once the run `<project>.<item>.<stage>.<attempt>` is in the state. */
  run(key: string, state: string): Promise<RunContext>;
  account(key: string, state: string): Promise<AccountContext>;
  /** `git` in the remote. */
  git(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startAgentFleet(options: FleetOptions): Promise<AgentFleet> {
  const folder = temporaryDirectory();
  const remote = await makeRemote(folder);
  const configuration = join(folder, 'onceward.yaml');
  writeFileSync(configuration, configurationOf(remote, options));
  return startFleet({ configuration, remote, environment: options.environment });
}

/** A fleet of one process, with this configuration; its state lies beside that. */
export async function startFleet({
  configuration,
  remote,
  environment = {},
}: {
  configuration: string;
  remote: string;
  environment?: Record<string, string> | undefined;
}): Promise<AgentFleet> {
  const { url } = await natsServer();
  const stateDirectory = join(dirname(configuration), 'state');
  const onceward = await startUp(
    { configuration },
    { role: 'all', natsUrl: url, stateDir: stateDirectory, env: environment },
  );
  const nc = await connectNats({ url, name: 'test' });
  const clock = await createServerClock(nc);
  const asker = createAsker(nc, clock, (address) => partitionFor(address, PARTITIONS));
  const send: AgentFleet['send'] = (address, type, data = {}) => asker.ask({ address, type, data });
  const until: AgentFleet['until'] = async (address, seen) => {
    for (let pauseMs = LOOK_MS; ; pauseMs = Math.min(MAX_LOOK_MS, pauseMs * 1.2)) {
      const record = await readActor(nc, address);
      const found = record === null ? null : seen(record);
      if (found !== null && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const inState = <T>(address: string, state: string) =>
    until(address, (record) => (stateName(record.state) === state ? (record.context as T) : null));

  return {
    ...{ onceward, remote, stateDirectory, send, until },
    async submit(key, data = {}) {
      const reply = await send(`item.${key}`, 'open', { title: 'a task', ...data });
      if (reply.outcome !== 'applied') throw new Error(JSON.stringify(reply));
    },
    item: (key, state) => inState<ItemContext>(`item.${key}`, state),
    run: (key, state) => inState<RunContext>(`run.${key}`, state),
    account: (key, state) => inState<AccountContext>(`account.${key}`, state),
    git: async (...args) => (await execa('git', ['-C', remote, ...args])).stdout,
    async stop() {
      onceward.kill('SIGTERM');
      await onceward.ended;
      clock.stop();
      await nc.close();
    },
  };
}

async function readActor(nc: NatsConnection, address: string): Promise<ActorRecord | null> {
  const parsed = parseAddress(address);
  if (parsed === null) throw new Error(`${address} is no address`);
  const entry = await createBucket(nc, BUCKET_OF[parsed.kind]).read(parsed.key);
  const loaded = entry === null ? null : decodeEntry(entry);
  if (loaded?.status === 'stored') return loaded.stored.record;
  const archived = await createBucket(nc, 'onceward-archive').read(address);
  if (archived === null || archived.value === null) return null;
  return (JSON.parse(archived.value) as Archived).record;
}

async function makeRemote(folder: string): Promise<string> {
  const remote = join(folder, 'remote.git');
  const seed = join(folder, 'seed');
  await execa('git', ['init', '-q', '--bare', '-b', 'main', remote]);
  await execa('git', ['init', '-q', '-b', 'main', seed]);
  await execa('git', ['-C', seed, ...IDENTITY, 'commit', '-q', '--allow-empty', '-m', 'seed']);
  await execa('git', ['-C', seed, 'push', '-q', remote, 'main']);
  return remote;
}

function configurationOf(remote: string, options: FleetOptions): string {
  const { slots = 8, projects, settings = '' } = options;
  const entries = Object.entries(projects);
  const projectText = ([name, { more = '' }]: (typeof entries)[number]) => `  ${name}:
    repository: ${remote}
    pipeline: ${name}
    maxConcurrentRuns: ${Math.min(64, slots)}
${indented(more, 4)}`;
  const accounts = new Set(
    entries.flatMap(([, { pipeline }]) =>
      [...pipeline.matchAll(/account: (\w+)/g)].map(([, name]) => name),
    ),
  );
  return `version: 1
settings:
  partitions: ${PARTITIONS}
  progressMs: 200
  presenceTtlMs: 2000
  sweepMs: 500
  bootGraceMs: 0
  retryBackoffMs: 200
  drainMs: 0
${indented(settings, 2)}
pools:
  default: { slots: ${slots} }
accounts:
${[...accounts].map((name) => `  ${name}: {}`).join('\n')}
projects:
${entries.map(projectText).join('\n')}
pipelines:
${entries.map(([name, { pipeline }]) => `  ${name}:\n${indented(pipeline, 4)}`).join('\n')}
`;
}

function indented(text: string, spaces: number): string {
  const lines = text.replace(/^\n+/, '').trimEnd().split('\n');
  return lines.map((line) => `${' '.repeat(spaces)}${line}`).join('\n');
}
