// Finds the record behind an address, live or archived, and what it was before.
// It only reads; a record of a newer version is reported, never guessed at.
import type { Address } from '../../machines/address.ts';
import { parseAddress } from '../../machines/address.ts';
import { isFinished } from '../../machines/decide.ts';
import { type Stored, stateName } from '../../machines/record.ts';
import { OncewardError } from '../../transport/errors.ts';
import type { Entry } from '../../transport/ports.ts';
import type { Archived, ArchivedStep } from '../actors/archive.ts';
import { BUCKET_OF, decodeEntry, type Loaded } from '../actors/record-cache.ts';
import type { Session } from './session.ts';
import { actorAddress, type UserAddress, userAddress } from './user-address.ts';

export interface FoundActor {
  /** As in the subjects: `run.shop.7.build.1`. */
  address: string;
  stored: Stored;
  isArchived: boolean;
  isFinished: boolean;
  /** Newest last. At most the 64 newest steps are kept. */
  history(): Promise<ArchivedStep[]>;
}

type Reading = Pick<Session, 'bucket'>;

/** Null when nothing is, or was, at this address. @throws RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION */
export async function findActor(session: Reading, user: UserAddress): Promise<FoundActor | null> {
  const address = await addressOf(session, user);
  const parsed = address === null ? null : parseAddress(address);
  if (address === null || parsed === null) return null;
  const bucket = session.bucket(BUCKET_OF[parsed.kind]);
  const entry = await bucket.read(parsed.key);
  if (entry === null || entry.value === null) return findArchived(session, address);
  const stored = storedOf(address, decodeEntry(entry));
  const history = async () => (await bucket.history(parsed.key)).flatMap(stepOf);
  return { address, stored, isArchived: false, isFinished: isFinished(stored.record), history };
}

/** The actor's address, the latest attempt where none is named; null while there is none. */
export async function addressOf(session: Reading, user: UserAddress): Promise<string | null> {
  return actorAddress(user) ?? latestRun(session, user);
}

/** An entry of the archive as the live record it was. */
export function decodeArchived(entry: Entry): { loaded: Loaded; history: ArchivedStep[] } | null {
  if (entry.value === null) return null;
  try {
    const { record, revision, history } = JSON.parse(entry.value) as Archived;
    const loaded = decodeEntry({ ...entry, value: JSON.stringify(record), revision });
    return { loaded, history };
  } catch {
    return { loaded: { status: 'corrupt', message: 'not JSON' }, history: [] };
  }
}

export function describeAddress(user: UserAddress): string {
  const address = actorAddress(user);
  const kind = user.kind === 'merge' ? 'merge queue' : user.kind;
  if (address !== null) return `${kind} ${userAddress(address)}`;
  return user.kind === 'run' ? `stage ${user.project}/${user.item}/${user.stage}` : 'it';
}

async function findArchived(session: Reading, address: string): Promise<FoundActor | null> {
  const entry = await session.bucket('onceward-archive').read(address);
  const archived = entry === null ? null : decodeArchived(entry);
  if (archived === null) return null;
  const stored = storedOf(address, archived.loaded);
  const history = async () => archived.history;
  return { address, stored, isArchived: true, isFinished: true, history };
}

async function latestRun(session: Reading, user: UserAddress): Promise<string | null> {
  if (user.kind !== 'run') return null;
  const key = `${user.project}.${user.item}.${user.stage}`;
  const attempts: Address[] = [];
  const note = (address: string) => {
    const parsed = parseAddress(address);
    if (parsed !== null) attempts.push(parsed);
  };
  await session.bucket('onceward-runs').scan((entry) => note(`run.${entry.key}`), `${key}.*`);
  await session.bucket('onceward-archive').scan((entry) => note(entry.key), `run.${key}.*`);
  const latest = attempts.sort((one, other) => attemptOf(one) - attemptOf(other)).at(-1);
  return latest === undefined ? null : `run.${latest.key}`;
}

function attemptOf(address: Address): number {
  return Number(address.key.split('.').at(-1));
}

function storedOf(address: string, loaded: Loaded): Stored {
  if (loaded.status === 'stored') return loaded.stored;
  const message = `${userAddress(address)}: ${'message' in loaded ? loaded.message : loaded.status}`;
  const code = loaded.status === 'newer' ? 'RECORD_FROM_NEWER_VERSION' : 'RECORD_CORRUPT';
  throw new OncewardError(code, message);
}

function stepOf(entry: Entry): ArchivedStep[] {
  const loaded = decodeEntry(entry);
  if (loaded.status !== 'stored') return [];
  const { record, revision } = loaded.stored;
  const { type, atMs } = record.event;
  return [{ revision, state: stateName(record.state), event: type, atMs, by: record.by }];
}
