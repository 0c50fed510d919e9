// Gathers what a chaos run has left: records, archive, audit stream, remotes and the agents' ledger.
// It only reads.
import { readFileSync } from 'node:fs';
import type { NatsConnection } from 'nats';
import { parseAddress } from '../../machines/address.ts';
import { type ActorRecord, stateName } from '../../machines/record.ts';
import { graceMsOf } from '../../machines/run/context.ts';
import { itemContextOf, runContextOf } from '../../machines/typed-context.ts';
import type { Archived, ArchivedStep } from '../../services/actors/archive.ts';
import { decodeEntry } from '../../services/actors/record-cache.ts';
import { createBucket } from '../../transport/nats/bucket.ts';
import type { Bucket } from '../../transport/ports.ts';
import { landedOn } from '../support/agent-project.ts';
import { readAudit } from '../support/audit-log.ts';
import type { ChaosFiles } from './chaos-projects.ts';
import { PROJECTS } from './chaos-projects.ts';
import type { AgentStart, ChaosHistory, ItemHistory, RunHistory } from './history.ts';

interface Actor {
  record: ActorRecord;
  steps: readonly ArchivedStep[];
}

export type Remains = Pick<
  ChaosHistory,
  'items' | 'runs' | 'audit' | 'starts' | 'landings' | 'stages'
>;

export async function readRemains(nc: NatsConnection, files: ChaosFiles): Promise<Remains> {
  const actors = await readActors(nc);
  const items = new Map<string, ItemHistory>();
  const runs: RunHistory[] = [];
  for (const [address, actor] of actors) {
    if (actor.record.machine === 'run') runs.push(runOf(address, actor));
    if (actor.record.machine !== 'item') continue;
    const item = itemOf(actor);
    items.set(`${item.project}/${item.item}`, item);
  }
  return {
    ...{ items, runs },
    audit: await readAudit(nc),
    starts: readStarts(files.ledger),
    landings: await readLandings(files),
    stages: new Map(PROJECTS.map(({ name, stages }) => [name, stages.map(([stage]) => stage)])),
  };
}

/** Buckets first: what is archived between the two readings is then found in the archive. */
async function readActors(nc: NatsConnection): Promise<Map<string, Actor>> {
  const actors = new Map<string, Actor>();
  for (const kind of ['item', 'run'] as const) {
    const bucket = createBucket(nc, `onceward-${kind}s`);
    const keys: string[] = [];
    await bucket.scan(({ key }) => void keys.push(key));
    for (const key of keys) {
      const actor = await liveActor(bucket, key);
      if (actor !== null) actors.set(`${kind}.${key}`, actor);
    }
  }
  await createBucket(nc, 'onceward-archive').scan(({ key, value }) => {
    if (value === null || parseAddress(key) === null) return;
    const { record, history } = JSON.parse(value) as Archived;
    actors.set(key, { record, steps: history });
  });
  return actors;
}

async function liveActor(bucket: Bucket, key: string): Promise<Actor | null> {
  const decoded = (await bucket.history(key)).map(decodeEntry);
  const stored = decoded.flatMap((one) => (one.status === 'stored' ? [one.stored] : []));
  const newest = stored.at(-1);
  if (newest === undefined) return null;
  const steps = stored.map(({ record, revision }) => {
    const { type, atMs } = record.event;
    return { revision, state: stateName(record.state), event: type, atMs, by: record.by };
  });
  return { record: newest.record, steps };
}

function itemOf({ record, steps }: Actor): ItemHistory {
  const { project, item, runs, current, parking } = itemContextOf(record);
  return { project, item, state: stateName(record.state), runs, current, parking, steps };
}

function runOf(address: string, { record, steps }: Actor): RunHistory {
  const context = runContextOf(record);
  const { project, item, attempt, stage } = context;
  return {
    ...{ address, project, item, attempt, context, steps },
    stage: stage.name,
    state: stateName(record.state),
    graceMs: graceMsOf(context),
  };
}

function readStarts(ledger: string): AgentStart[] {
  return readFileSync(ledger, 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => {
      const [project = '', item = '', stage = '', attempt, epoch] = text.split(' ');
      return { project, item, stage, attempt: Number(attempt), epoch: Number(epoch) };
    });
}

async function readLandings({ remotes }: ChaosFiles): Promise<Map<string, string[]>> {
  const landings = new Map<string, string[]>();
  for (const { name, isLanding } of PROJECTS) {
    const remote = remotes.get(name);
    if (isLanding && remote !== undefined) landings.set(name, await landedOn(remote));
  }
  return landings;
}
