// A whole onceward inside the test process, with a real nats-server, a real remote and the fake agent in place
// of a coding tool. What a test starts with it ends with `stop`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parseAddress } from '../../machines/address.ts';
import type { ItemContext } from '../../machines/item/context.ts';
import type { ActorRecord } from '../../machines/record.ts';
import { stateName } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';
import type { Archived } from '../../services/actors/archive.ts';
import { BUCKET_OF, decodeEntry } from '../../services/actors/record-cache.ts';
import { startApp } from '../../services/app.ts';
import { loadConfiguration } from '../../services/config/load.ts';
import { partitionFor } from '../../services/queries/session.ts';
import { createAsker } from '../../transport/nats/asker.ts';
import { createBucket } from '../../transport/nats/bucket.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { createServerClock } from '../../transport/nats/server-clock.ts';
import type { BucketName, Reply } from '../../transport/ports.ts';
import { natsServer } from './nats-server.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export const FAKE_AGENT = fileURLToPath(new URL('./agents/fake-agent.mjs', import.meta.url));
const PARTITIONS = 4;
const LOOK_MS = 50;
const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@onceward.invalid'];

export interface FleetOptions {
  /** Lines of YAML under `pipelines.standard`: its stages, and its caps. */
  pipeline: string;
  /** Further lines of YAML under `settings`, `projects.<project>` and at the top. */
  settings?: string;
  project?: string;
  accounts?: string;
  slots?: number;
  /** Of the worker. */
  environment?: Record<string, string>;
  /** Defaults to the server of the test file. */
  natsUrl?: string;
}

export interface AgentFleet {
  project: string;
  remote: string;
  stateDirectory: string;
  submit(item: string, data?: { title?: string; body?: string }): Promise<void>;
  /** Sends an event as an operator would. */
  send(address: string, type: string, data?: Record<string, unknown>): Promise<Reply>;
  /** Resolves once the actor, living or archived, satisfies the condition. */
  until<T>(address: string, seen: (record: ActorRecord) => T | null | false): Promise<T>;
  item(item: string, state: string): Promise<ItemContext>;
  run(key: string, state: string): Promise<RunContext>;
  /** `git` in the remote. */
  git(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

let fleets = 0;

export async function startAgentFleet(options: FleetOptions): Promise<AgentFleet> {
  fleets += 1;
  const project = `shop${fleets}`;
  const folder = temporaryDirectory();
  const remote = await makeRemote(folder);
  const file = join(folder, 'onceward.yaml');
  const text = configurationOf(project, remote, options);
  writeFileSync(file, text);
  const url = options.natsUrl ?? (await natsServer()).url;
  const silent = () => {};
  const stateDirectory = join(folder, 'state');
  const app = await startApp({
    ...{ role: 'all', configuration: loadConfiguration(text, { file }), natsUrl: url },
    ...{ configurationFolder: folder, stateDirectory, isOwnershipIgnored: false },
    ...{ credentials: undefined },
    environment: { PATH: process.env['PATH'], ...options.environment },
    natsServer: { override: undefined, path: '', cacheDirectory: folder },
    log: { info: silent, warn: silent, error: silent },
  });
  const nc = await connectNats({ url, name: 'test' });
  const clock = await createServerClock(nc);
  const asker = createAsker(nc, clock, (address) => partitionFor(address, PARTITIONS));
  const send: AgentFleet['send'] = (address, type, data = {}) => asker.ask({ address, type, data });

  const read = async (address: string): Promise<ActorRecord | null> => {
    const parsed = parseAddress(address);
    if (parsed === null) throw new Error(`${address} is no address`);
    const bucket = (name: BucketName) => createBucket(nc, name);
    const entry = await bucket(BUCKET_OF[parsed.kind]).read(parsed.key);
    const loaded = entry === null ? null : decodeEntry(entry);
    if (loaded?.status === 'stored') return loaded.stored.record;
    const archived = await bucket('onceward-archive').read(address);
    if (archived?.value == null) return null;
    return (JSON.parse(archived.value) as Archived).record;
  };
  const until: AgentFleet['until'] = async (address, seen) => {
    for (;;) {
      const record = await read(address);
      const found = record === null ? null : seen(record);
      if (found !== null && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  const inState = (state: string) => (record: ActorRecord) =>
    stateName(record.state) === state ? record.context : null;

  return {
    ...{ project, remote, stateDirectory, send, until },
    async submit(item, data = {}) {
      const reply = await send(`item.${project}.${item}`, 'open', { title: 'a task', ...data });
      if (reply.outcome !== 'applied') throw new Error(JSON.stringify(reply));
    },
    item: async (item, state) =>
      (await until(`item.${project}.${item}`, inState(state))) as unknown as ItemContext,
    run: async (key, state) =>
      (await until(`run.${project}.${key}`, inState(state))) as unknown as RunContext,
    git: async (...args) => (await execa('git', ['-C', remote, ...args])).stdout,
    async stop() {
      await app.stop();
      clock.stop();
      await nc.close();
    },
  };
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

function configurationOf(project: string, remote: string, options: FleetOptions): string {
  const indented = (text: string, spaces: number) =>
    text
      .trim()
      .split('\n')
      .map((line) => `${' '.repeat(spaces)}${line}`)
      .join('\n');
  return `version: 1
settings:
  partitions: ${PARTITIONS}
  progressMs: 200
  sweepMs: 500
  bootGraceMs: 0
  retryBackoffMs: 200
  drainMs: 0
${indented(options.settings ?? '', 2)}
pools:
  default: { slots: ${options.slots ?? 8} }
${options.accounts === undefined ? '' : `accounts:\n${indented(options.accounts, 2)}`}
projects:
  ${project}:
    repository: ${remote}
    pipeline: standard
    maxConcurrentRuns: ${Math.min(64, options.slots ?? 8)}
${indented(options.project ?? '', 4)}
pipelines:
  standard:
${indented(options.pipeline, 4)}
`;
}
