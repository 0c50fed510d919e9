// Answers "why is it stuck?" for one item, run, account, merge queue or deployment: reads what an explanation needs, and has it explained.
// It must answer with the record alone when presence or audit cannot be read, and say so.
import { DAY_MS } from '../../machines/account/context.ts';
import {
  deploymentAddress,
  itemAddress,
  mergeAddress,
  parseAddress,
  runAddress,
} from '../../machines/address.ts';
import { oneLine } from '../../machines/one-line.ts';
import { type ActorRecord, type Stored, stateName } from '../../machines/record.ts';
import {
  accountContextOf,
  deploymentContextOf,
  itemContextOf,
  mergeContextOf,
  runContextOf,
} from '../../machines/typed-context.ts';
import { hasCode, OncewardError } from '../../transport/errors.ts';
import type { Entry } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry, type Loaded } from '../actors/record-cache.ts';
import { requireActor, requireAddress } from './absent-actor.ts';
import { type AuditSource, readAudit } from './actor-audit.ts';
import { decodeArchived, type FoundActor, findActor } from './found-actor.ts';
import { listPresence } from './presence-list.ts';
import type { Session } from './session.ts';
import { tried } from './tried-reading.ts';
import { parseUserAddress, type UserAddress } from './user-address.ts';
import { explainAccount } from './why-account.ts';
import { explainDeployment } from './why-deployment.ts';
import type { ItemFacts, Surroundings } from './why-facts.ts';
import { explainItem } from './why-item.ts';
import { explainQueue } from './why-queue.ts';
import { explainRun } from './why-run.ts';
import { heldForOf } from './why-run-facts.ts';
import { explainUnreadable, type Unreadable } from './why-unreadable.ts';
import type { Why } from './why-view.ts';

export type WhySource = AuditSource & Pick<Session, 'bucket' | 'fleetFacts'>;

/** How far back the audit is read of a record that does not say when it began. */
const UNREADABLE_SINCE_MS = 86_400_000;

/** @throws ACTOR_NOT_FOUND with the nearest thing there is, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readWhy(session: WhySource, user: UserAddress): Promise<Why> {
  try {
    const found = await requireActor(session, user);
    return await explainFound(session, found, await surroundingsOf(session, found));
  } catch (error) {
    if (!isOfTheRecord(error)) throw error;
    return readUnreadable(session, await requireAddress(session, user), error);
  }
}

/** Ours say what they are about. Any other comes of a record that has not the shape it says it has. */
function isOfTheRecord(error: unknown): boolean {
  const isOurs = error instanceof OncewardError;
  return !isOurs || hasCode(error, 'RECORD_CORRUPT', 'RECORD_FROM_NEWER_VERSION');
}

/** Presence and audit of one actor; those of an item take in all its runs. */
export async function surroundingsOf(
  session: WhySource,
  { address, stored }: Pick<FoundActor, 'address' | 'stored'>,
): Promise<Surroundings> {
  const { record } = stored;
  return readSurroundings(session, address, sinceMsOf(session, record));
}

/** The others are as old as the fleet: their last day explains them. */
function sinceMsOf({ clock }: Pick<WhySource, 'clock'>, record: ActorRecord): number {
  if (record.machine === 'run') return runContextOf(record).openedAtMs;
  if (record.machine === 'item') return itemContextOf(record).openedAtMs;
  return Math.max(openingOf(record), clock.nowMs() - DAY_MS);
}

function openingOf(record: ActorRecord): number {
  if (record.machine === 'merge') return mergeContextOf(record).openedAtMs;
  if (record.machine === 'deployment') return deploymentContextOf(record).openedAtMs;
  return accountContextOf(record).openedAtMs;
}

/** Explains a record that was found, reading what else belongs to it: the item of a run, the run of an item. */
export async function explainFound(
  session: WhySource,
  { address, stored, isArchived }: Pick<FoundActor, 'address' | 'stored' | 'isArchived'>,
  surroundings: Surroundings,
): Promise<Why> {
  const facts = { ...surroundings, address, stored, isArchived };
  if (stored.record.machine === 'run') {
    // By its address: what a broken record says of itself may be no name at all.
    const { project, subject } = parseAddress(address) ?? { project: '', subject: '' };
    const found = await findReadable(session, itemAddress(project, subject));
    const item = found?.stored ?? null;
    const account = await heldFor(session, stored);
    const queue = await queueOf(session, stored, item);
    const deployment = await deploymentOf(session, stored);
    return explainRun({ ...facts, item, account, queue, deployment });
  }
  if (stored.record.machine === 'merge') return explainQueue(facts);
  if (stored.record.machine === 'deployment') return explainDeployment(facts);
  if (stored.record.machine === 'account') return explainAccount(facts);
  const run = await explainCurrentRun(session, { ...facts, run: null });
  return explainItem({ ...facts, run });
}

async function explainCurrentRun(session: WhySource, item: ItemFacts): Promise<ItemFacts['run']> {
  const { project, item: name, current } = itemContextOf(item.stored.record);
  if (current === null) return null;
  const address = runAddress(project, name, current.stage, current.attempt);
  try {
    const found = await findActor(session, parseUserAddress(address));
    if (found === null) return null;
    // What was left out is said once, with the item.
    const { stored, isArchived } = found;
    const account = await heldFor(session, stored);
    const queue = await queueOf(session, stored, item.stored);
    const deployment = await deploymentOf(session, stored);
    const known = { address, stored, isArchived, notes: [], account, queue, deployment };
    const facts = { ...item, ...known, item: item.stored };
    return { why: explainRun(facts) };
  } catch (error) {
    if (!isOfTheRecord(error)) throw error;
    const unreadable = await findUnreadable(session, address, error);
    return unreadable && { why: explainUnreadable({ ...item, ...unreadable, notes: [], address }) };
  }
}

/** The account that a run is held for, where it can be read. */
async function heldFor(session: WhySource, { record }: Stored): Promise<Stored | null> {
  if (stateName(record.state) !== 'running.held') return null;
  const account = heldForOf(runContextOf(record));
  return account === null ? null : ((await findReadable(session, account))?.stored ?? null);
}

/** The merge queue that a run waits in, where it can be read. */
async function queueOf(
  session: WhySource,
  run: Stored,
  item: Stored | null,
): Promise<Stored | null> {
  const { project, stage } = runContextOf(run.record);
  if (item === null || stage.kind !== 'merge') return null;
  const address = mergeAddress(project, itemContextOf(item.record).pipeline.baseBranch);
  return (await findReadable(session, address))?.stored ?? null;
}

/** The deployment that a run waits for, where it can be read. */
async function deploymentOf(session: WhySource, { record }: Stored): Promise<Stored | null> {
  const { project, stage } = runContextOf(record);
  if (stage.kind !== 'deploy' || stage.deploy === undefined) return null;
  const address = deploymentAddress(project, stage.deploy.environment);
  return (await findReadable(session, address))?.stored ?? null;
}

async function readUnreadable(session: WhySource, address: string, error: unknown): Promise<Why> {
  const unreadable = await findUnreadable(session, address, error);
  // It can be read meanwhile: whoever asks again gets the answer.
  if (unreadable === null) throw error;
  const sinceMs = unreadable.entry.storedAtMs - UNREADABLE_SINCE_MS;
  const surroundings = await readSurroundings(session, address, sinceMs);
  return explainUnreadable({ ...surroundings, ...unreadable, address });
}

async function findUnreadable(
  session: Pick<WhySource, 'bucket'>,
  address: string,
  error: unknown,
): Promise<{ loaded: Unreadable; entry: Entry; isArchived: boolean } | null> {
  const parsed = parseAddress(address);
  if (parsed === null) return null;
  const entry = await session.bucket(BUCKET_OF[parsed.kind]).read(parsed.key);
  if (entry !== null && entry.value !== null) {
    return unreadableIn(decodeEntry(entry), { entry, isArchived: false }, error);
  }
  const archived = await session.bucket('onceward-archive').read(address);
  const loaded = archived === null ? undefined : decodeArchived(archived)?.loaded;
  if (archived === null || loaded === undefined) return null;
  return unreadableIn(loaded, { entry: archived, isArchived: true }, error);
}

function unreadableIn<Where>(
  loaded: Loaded,
  where: Where,
  error: unknown,
): (Where & { loaded: Unreadable }) | null {
  if ('message' in loaded) return { ...where, loaded };
  if (error instanceof OncewardError) return null;
  const message = `it has not the shape it says it has: ${oneLine(String(error))}`;
  return { ...where, loaded: { status: 'corrupt', message } };
}

/** Null for what is not there, and for what this version cannot read. */
async function findReadable(session: WhySource, address: string): Promise<FoundActor | null> {
  // A record that names nothing is none that could be explained.
  if (parseAddress(address) === null) throw new TypeError(`it speaks of ${address}`);
  try {
    return await findActor(session, parseUserAddress(address));
  } catch (error) {
    if (hasCode(error, 'RECORD_CORRUPT', 'RECORD_FROM_NEWER_VERSION')) return null;
    throw error;
  }
}

async function readSurroundings(
  session: WhySource,
  address: string,
  sinceMs: number,
): Promise<Surroundings> {
  const [presence, jobs, audit] = await Promise.all([
    tried('who is alive', listPresence(session)),
    tried('what waits for workers', session.fleetFacts()),
    tried('the audit', readAudit(session, { address, sinceMs })),
  ]);
  return {
    nowMs: session.clock.nowMs(),
    partitions: session.partitions,
    presences: presence.value,
    queues: jobs.value?.queues ?? null,
    audit: audit.value?.lines ?? [],
    notes: [...presence.notes, ...jobs.notes, ...audit.notes, ...(audit.value?.notes ?? [])],
  };
}
