// One command's connection: finds the server, reads the clock, and asks in the operator's name.
// It must never start a server: only `up` and `demo` do.
import { readFileSync } from 'node:fs';
import { parseAddress } from '../../machines/address.ts';
import { partitionOf } from '../../machines/partition.ts';
import { hasCode, OncewardError } from '../../transport/errors.ts';
import { type Inspector, openInspector } from '../../transport/nats/inspector.ts';
import type { Environment } from '../config/environment.ts';
import { readConnectionNote } from './connection-file.ts';

export type Session = Inspector;

/** How the server is found. */
interface Finding {
  natsUrl: string | undefined;
  stateDirectory: string;
  environment: Pick<Environment, 'natsCredentialsFile' | 'natsInboxPrefix'>;
}

async function openSession(context: Finding): Promise<Session> {
  const { url, isNoted } = await serverOf(context);
  const credentials = credentialsReader(context.environment.natsCredentialsFile);
  // Once ahead of the connection: a file that cannot be read is no trouble of the network.
  credentials?.();
  try {
    return await openInspector({
      url,
      name: 'onceward cli',
      credentials,
      inboxPrefix: context.environment.natsInboxPrefix,
      partitionOf: partitionFor,
    });
  } catch (error) {
    if (!isNoted || !hasCode(error, 'BROKER_UNAVAILABLE')) throw error;
    throw notRunning(`its server at ${url} does not answer`, context.stateDirectory, error);
  }
}

/**
 * Runs the work with a session that is closed afterwards, however it went.
 * @throws BROKER_UNAVAILABLE, CONFIG_INVALID, STREAM_MISMATCH
 */
export async function withSession<T>(
  context: Finding,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(context);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Reads the credentials file; undefined when none is named. */
export function credentialsReader(path: string | undefined): (() => string) | undefined {
  if (path === undefined) return undefined;
  return () => {
    try {
      return readFileSync(path, 'utf8');
    } catch (cause) {
      const why = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
      const message = `the credentials file ${path} (NATS_CREDS) cannot be read: ${why}`;
      throw new OncewardError('CONFIG_INVALID', message, { cause });
    }
  };
}

async function serverOf({ natsUrl, stateDirectory }: Finding) {
  if (natsUrl !== undefined) return { url: natsUrl, isNoted: false };
  const note = await readConnectionNote(stateDirectory);
  if (note === null) throw notRunning('start it with `onceward up`', stateDirectory);
  return { url: note.natsUrl, isNoted: true };
}

function notRunning(why: string, stateDirectory: string, cause?: unknown): OncewardError {
  const message = `no onceward runs on ${stateDirectory}: ${why}`;
  return new OncewardError('BROKER_UNAVAILABLE', message, { cause });
}

/** Which partition an actor belongs to; an address that is none goes to the first. */
export function partitionFor(address: string, partitions: number): number {
  const parsed = parseAddress(address);
  return parsed === null ? 0 : partitionOf(parsed, partitions);
}
