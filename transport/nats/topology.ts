// Creates the streams, buckets and consumers that are missing, and compares what exists with what
// was asked. It never changes what exists: servers drop settings silently, and hosts would fight.
import { isDeepStrictEqual } from 'node:util';
import type { NatsConnection } from 'nats';
import { OncewardError } from '../errors.ts';
import { API_CODES, type ApiFailure, apiRequest } from './jetstream-api.ts';
import {
  EVENTS_STREAM,
  MAX_PARTITIONS,
  partitionConsumer,
  partitionsOf,
  type Settings,
  streamSettings,
  type TopologyOptions,
} from './topology-settings.ts';

/** One setting that is not as asked. `setting` is `exists` when the whole thing is missing. */
export interface Difference {
  /** `ONCEWARD_EVENTS`, `KV_onceward-runs`, `ONCEWARD_EVENTS/mailbox-3` */
  subject: string;
  setting: string;
  got: unknown;
  expected: unknown;
}

/** A cluster without a leader, for a moment. */
const HTTP_UNAVAILABLE = 503;

interface Asked {
  subject: string;
  settings: Settings;
}

/**
 * Creates what is missing, reads every setting back, and returns the number of partitions, which
 * an existing stream decides. Several hosts may do this at once. Nothing is created beside what differs,
 * and where nothing is missing it only reads: a login that may create nothing is then enough.
 * @throws STREAM_MISMATCH, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN
 */
export async function ensureTopology(
  nc: NatsConnection,
  options: TopologyOptions = {},
): Promise<{ partitions: number }> {
  assertPartitions(options.partitions);
  const found = await topologyDifferences(nc, options);
  assertNone(found.filter(({ setting }) => setting !== 'exists'));
  if (found.length > 0) {
    await createMissing(nc, options, new Set(found.map(({ subject }) => subject)));
    assertNone(await topologyDifferences(nc, options));
  }
  return { partitions: (await existingPartitions(nc)) ?? 0 };
}

async function createMissing(
  nc: NatsConnection,
  options: TopologyOptions,
  missing: ReadonlySet<string>,
): Promise<void> {
  const streams = streamSettings(options).filter(({ name }) => missing.has(String(name)));
  await Promise.all(streams.map((settings) => createStream(nc, settings)));
  // How many there are is known only now.
  const consumers = consumerSettings((await existingPartitions(nc)) ?? 0).filter(
    ({ subject }) => missing.has(EVENTS_STREAM) || missing.has(subject),
  );
  await Promise.all(consumers.map((asked) => createConsumer(nc, asked)));
}

/** Everything that is missing or not as asked; empty when all is well. Creates nothing. */
export async function topologyDifferences(
  nc: NatsConnection,
  options: TopologyOptions = {},
): Promise<Difference[]> {
  const existing = await existingPartitions(nc);
  const partitions = existing ?? options.partitions;
  const asked = [
    ...streamSettings({ ...options, ...(partitions ? { partitions } : {}) }).map(streamAsked),
    ...consumerSettings(partitions ?? 0),
  ];
  const found = (await Promise.all(asked.map((one) => differencesOf(nc, one)))).flat();
  const isMissing = found.some((one) => one.subject === EVENTS_STREAM && one.setting === 'exists');
  // Another host has made it meanwhile: it was held against the number that this one would have made.
  if (existing === null && !isMissing) return topologyDifferences(nc, options);
  return found;
}

function assertPartitions(partitions: number | undefined): void {
  if (partitions === undefined) return;
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS) return;
  throw new OncewardError(
    'CONFIG_INVALID',
    `partitions: expected 1 to ${MAX_PARTITIONS}, got ${partitions}`,
  );
}

async function existingPartitions(nc: NatsConnection): Promise<number | null> {
  const settings = await readSettings(nc, EVENTS_STREAM);
  return settings && partitionsOf(settings);
}

function consumerSettings(partitions: number): Asked[] {
  return Array.from({ length: partitions }, (_, partition) => {
    const settings = partitionConsumer(partition);
    return { subject: `${EVENTS_STREAM}/${settings['durable_name']}`, settings };
  });
}

function streamAsked(settings: Settings): Asked {
  return { subject: String(settings['name']), settings };
}

/** Whoever comes second, or finds another's settings, learns it when reading back. */
async function createStream(nc: NatsConnection, settings: Settings): Promise<void> {
  const name = String(settings['name']);
  const answer = await apiRequest(nc, `STREAM.CREATE.${name}`, settings);
  if (answer.ok || answer.error.err_code === API_CODES.streamExists) return;
  throw refused(name, answer.error);
}

async function createConsumer(nc: NatsConnection, { subject, settings }: Asked): Promise<void> {
  const { durable_name: name, filter_subject: filter } = settings;
  const answer = await apiRequest(nc, `CONSUMER.CREATE.${EVENTS_STREAM}.${name}.${filter}`, {
    stream_name: EVENTS_STREAM,
    config: { ...settings, name },
    action: 'create',
  });
  if (answer.ok || answer.error.err_code === API_CODES.consumerExists) return;
  throw refused(subject, answer.error);
}

async function readSettings(nc: NatsConnection, subject: string): Promise<Settings | null> {
  const [stream, consumer] = subject.split('/');
  const request = consumer ? `CONSUMER.INFO.${stream}.${consumer}` : `STREAM.INFO.${stream}`;
  const answer = await apiRequest<{ config: Settings }>(nc, request);
  if (answer.ok) return answer.value.config;
  const missing: number[] = [API_CODES.streamNotFound, API_CODES.consumerNotFound];
  if (missing.includes(answer.error.err_code)) return null;
  throw refused(subject, answer.error);
}

async function differencesOf(nc: NatsConnection, asked: Asked): Promise<Difference[]> {
  const { subject, settings } = asked;
  const actual = await readSettings(nc, subject);
  if (actual === null) return [{ subject, setting: 'exists', got: false, expected: true }];
  return Object.entries(settings).flatMap(([setting, expected]) => {
    const got = actual[setting] ?? WHEN_OMITTED[setting];
    return isDeepStrictEqual(got, expected) ? [] : [{ subject, setting, got, expected }];
  });
}

/** What the server means when it leaves a setting out of its answer. */
const WHEN_OMITTED: Settings = {
  persist_mode: 'default',
  allow_direct: false,
  allow_atomic: false,
  allow_msg_ttl: false,
  deny_delete: false,
  deny_purge: false,
  allow_rollup_hdrs: false,
  max_age: 0,
  subject_delete_marker_ttl: 0,
};

function assertNone(differences: readonly Difference[]): void {
  const [first] = differences;
  if (first === undefined) return;
  const more = differences.length > 1 ? ` (and ${differences.length - 1} more)` : '';
  throw new OncewardError('STREAM_MISMATCH', `${describeDifference(first)}${more}`, {
    details: { differences },
  });
}

/** `KV_onceward-runs: allow_atomic is false, expected true` */
export function describeDifference({ subject, setting, got, expected }: Difference): string {
  if (setting === 'exists') return `${subject} does not exist`;
  return `${subject}: ${setting} is ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`;
}

function refused(subject: string, { code, description }: ApiFailure): OncewardError {
  const isTemporary = code === HTTP_UNAVAILABLE;
  return new OncewardError(
    isTemporary ? 'BROKER_UNAVAILABLE' : 'STREAM_MISMATCH',
    `${subject}: the server refused it: ${description}`,
    { details: { subject, description } },
  );
}
