// Checks everything onceward relies on, one line for each check, and says what to do about a failure.
// It looks only: it creates no stream, stores no message and repairs nothing. A trial container leaves no trace.
import { OncewardError } from '../../transport/errors.ts';
import type { Git } from '../../transport/git/git.ts';
import {
  type NodeFact,
  openServerFacts,
  type ServerFacts,
  type ServerFactsOptions,
  type TopologyFact,
} from '../../transport/nats/server-facts.ts';
import { ACCEPTABLE_VERSIONS } from '../../transport/nats/server-version.ts';
import type { JanitorReport } from '../queries/janitor-file.ts';
import { mebibytes } from '../sweeps/disk-ledger.ts';
import { type AgentCheckOptions, agentChecks } from './agent-checks.ts';
import { type Check, failed, passed } from './check.ts';
import { type ConnectionCheckOptions, connectionChecks } from './connection-variables.ts';
import { type ImageCheckOptions, imageChecks } from './image-checks.ts';
import { type IsolationCheckOptions, isolationChecks } from './isolation-checks.ts';

export interface DoctorOptions {
  /** Null when no server is named and none is running. */
  nats: Omit<ServerFactsOptions, 'name'> | null;
  git: Git;
  /** What a janitor has left in the state directory; null when none has been there. */
  workspaces: JanitorReport | null;
  isolation: IsolationCheckOptions;
  agents: AgentCheckOptions;
  images: ImageCheckOptions;
  connections: ConnectionCheckOptions;
  /** `process.versions.node` */
  nodeVersion: string;
}

const NODE_OLDEST: Version = [20, 19];
/** Merge candidates are made by `merge-tree --write-tree`. */
const GIT_OLDEST: Version = [2, 38];
/** Atomic batches and `persist_mode` came with JetStream API level 2 (nats-server 2.12). */
const API_LEVEL_LEAST = 2;
/** With fewer copies, what one server has not synced is lost with its power. */
const REPLICAS_WITHOUT_SYNC = 3;
/** Hosts use the server's clock; people compare timestamps with their own. */
const MAX_OFFSET_MS = 1_000;

type Version = readonly [major: number, minor: number];

/** Runs all checks and yields each as soon as it is known. It never throws: a throw is a failed check. */
export async function* runDoctor(options: DoctorOptions): AsyncGenerator<Check> {
  yield versionCheck('node', options.nodeVersion, NODE_OLDEST);
  yield* guarded('git', async () => [await gitCheck(options.git)]);
  if (options.workspaces !== null) yield workspaceCheck(options.workspaces);
  yield* guarded('container', () => isolationChecks(options.isolation));
  yield* guarded('agents', () => agentChecks(options.agents));
  yield* guarded('skopeo', () => imageChecks(options.images));
  yield* connectionChecks(options.connections);
  if (options.nats === null) {
    yield failed('nats', 'no server is running; start one with `onceward up`, or name it: --nats');
    return;
  }
  yield* natsChecks(options.nats);
}

async function* natsChecks(nats: NonNullable<DoctorOptions['nats']>): AsyncGenerator<Check> {
  const opened = await settled(() => openServerFacts({ ...nats, name: 'onceward doctor' }));
  if ('error' in opened) {
    yield failed('nats', opened.error);
    return;
  }
  const facts = opened.value;
  try {
    yield* guarded('nats-server', async () => (await facts.nodes()).map(nodeCheck));
    yield* guarded('jetstream', async () => [apiCheck(await facts.apiLevel())]);
    yield* guarded('streams', async () => (await facts.topology()).map(topologyCheck));
    yield* guarded('sync_always', async () => [await syncCheck(facts, nats.topology?.replicas)]);
    yield* guarded('clock', async () => [clockCheck(await facts.clockOffsetMs())]);
    yield* guarded('permissions', async () => [permissionCheck(await facts.forbiddenSubjects())]);
  } finally {
    await facts.close();
  }
}

async function* guarded(name: string, check: () => Promise<Check[]>): AsyncGenerator<Check> {
  const result = await settled(check);
  if ('error' in result) yield failed(name, result.error);
  else yield* result.value;
}

async function settled<T>(work: () => Promise<T>): Promise<{ value: T } | { error: string }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof OncewardError)) return { error: String(error) };
    return { error: error.message };
  }
}

async function gitCheck(git: Git): Promise<Check> {
  return versionCheck('git', (await git(['--version'])).stdout, GIT_OLDEST);
}

/** Failed over the budget: then no new worktree is made. */
function workspaceCheck({ usedBytes, budgetBytes, keptCount, reasons }: JanitorReport): Check {
  const kept = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
  const items = keptCount === 0 ? 'no item is kept' : `kept: ${kept.join(', ')}`;
  const used = `${mebibytes(usedBytes)}${budgetBytes === 0 ? '' : ` of ${mebibytes(budgetBytes)}`}`;
  const isOver = budgetBytes > 0 && usedBytes > budgetBytes;
  if (!isOver) return passed('workspaces', `${used}; ${items}`);
  const remedy = 'see janitor.json, `onceward discard` what is not needed, or raise diskBudgetMb';
  return failed('workspaces', `${used}; ${items}; ${remedy}`);
}

function versionCheck(name: string, text: string, oldest: Version): Check {
  const found = /(\d+)\.(\d+)(?:\.\d+)*/.exec(text);
  const [major, minor] = [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
  const isOk = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  const version = found?.[0] ?? 'unknown version';
  return isOk ? passed(name, version) : failed(name, `${version}; needed: ${oldest.join('.')}`);
}

function nodeCheck({ server, version, isAcceptable }: NodeFact): Check {
  const name = `nats-server ${server}`;
  if (version === null) return failed(name, 'advertised by the cluster, but cannot be reached');
  return isAcceptable
    ? passed(name, version)
    : failed(name, `${version}; needed: ${ACCEPTABLE_VERSIONS}`);
}

function apiCheck(level: number | null): Check {
  if (level === null) return failed('jetstream', 'off; add a `jetstream` block to nats.conf');
  return level >= API_LEVEL_LEAST
    ? passed('jetstream', `on, API level ${level}`)
    : failed('jetstream', `on, API level ${level}; needed: ${API_LEVEL_LEAST}`);
}

function topologyCheck({ subject, differences }: TopologyFact): Check {
  if (differences.length === 0) return passed(subject, 'every setting is as asked');
  const isMissing = differences.every((text) => text.endsWith('does not exist'));
  return failed(
    subject,
    isMissing
      ? 'does not exist yet; the first `onceward up` creates it'
      : `${differences.join('; ')}; correct it with \`nats stream edit\`, or recreate it`,
  );
}

/**
 * Unknown is a failure with a single copy, because acknowledged writes may be lost with the power.
 * With three copies in different places it is not: one of them losing power loses nothing.
 */
async function syncCheck(facts: ServerFacts, replicas = 1): Promise<Check> {
  const isAlways = await facts.isSyncAlways();
  const isCovered = replicas >= REPLICAS_WITHOUT_SYNC;
  if (isAlways) return passed('sync_always', 'every acknowledged write is on disk');
  const found =
    isAlways === null
      ? 'cannot be seen without the monitoring address (ONCEWARD_NATS_MONITOR)'
      : 'off: a power failure loses acknowledged writes; set `sync_interval: always`';
  return isCovered && isAlways === null
    ? passed('sync_always', `${found}; ${replicas} copies cover the loss of one server`)
    : failed('sync_always', found);
}

function clockCheck(offsetMs: number): Check {
  const detail = `this machine is ${Math.round(-offsetMs)} ms ahead of the server`;
  return Math.abs(offsetMs) < MAX_OFFSET_MS
    ? passed('clock', detail)
    : failed('clock', `${detail}; synchronize both with NTP`);
}

function permissionCheck(forbidden: readonly string[]): Check {
  return forbidden.length === 0
    ? passed('permissions', 'every subject a host needs is allowed')
    : failed('permissions', `not allowed: ${forbidden.join(', ')}; grant them to this login`);
}
