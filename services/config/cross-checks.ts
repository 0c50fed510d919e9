// Finds what the schema cannot: names that point nowhere, and durations that contradict each other.
// It must never conclude anything from a value that is itself broken: one mistake, one problem.
import { connectionFindings, connectionKinds } from './connection-checks.ts';
import { nearestName } from './nearest-name.ts';
import { pipelineFindings } from './pipeline-checks.ts';
import { entriesOf, valueAt } from './plain-data.ts';
import type { Finding } from './problems.ts';
import { projectFindings } from './project-checks.ts';
import { type Salvaged, salvage } from './salvage.ts';
import { configurationSchema, poolSchema } from './schema.ts';
import { type Settings, settingsSchema } from './settings.ts';

/** The pool that exists without being written down. */
export const DEFAULT_POOL = 'default';

/** `graceMs` replaces that of the settings, as `ONCEWARD_GRACE_MS` does. */
export function crossFindings(data: unknown, graceMs: number | undefined): Finding[] {
  const settings = salvage(settingsSchema, valueAt(data, ['settings']) ?? {}, {});
  const written = namesIn(data, 'pools');
  const pools = written && new Map([DEFAULT_POOL, ...written].map((pool) => labelsOf(data, pool)));
  const accounts = namesIn(data, 'accounts');
  const connections = connectionKinds(data, namesIn(data, 'connections'));
  const around = { data, pipelines: namesIn(data, 'pipelines'), connections };
  return [
    ...backoffFindings(settings),
    ...leaseFindings(settings),
    ...connectionFindings(data),
    ...entriesOf(valueAt(data, ['projects'])).flatMap(([name, project]) =>
      projectFindings(['projects', name], project, around),
    ),
    ...entriesOf(valueAt(data, ['pipelines'])).flatMap(([name, pipeline]) =>
      pipelineFindings(['pipelines', name], pipeline, { pools, accounts, settings, graceMs }),
    ),
  ];
}

// Null when they are broken: then nothing is known of them.
function labelsOf(data: unknown, pool: string): [string, string[] | null] {
  const { value, suspects } = salvage(poolSchema, valueAt(data, ['pools', pool]) ?? {}, {});
  return [pool, suspects.has('labels') ? null : value.labels];
}

type Section = 'pools' | 'accounts' | 'connections' | 'pipelines';

// Undefined when the section is misspelt: then nothing is known of its names.
function namesIn(data: unknown, section: Section): string[] | undefined {
  const sections = Object.keys(configurationSchema.shape);
  const isMisspelt = entriesOf(data).some(
    ([key]) => !sections.includes(key) && nearestName(key, sections) === section,
  );
  return isMisspelt ? undefined : entriesOf(valueAt(data, [section])).map(([name]) => name);
}

/** One sign of life that is lost must not cost a worker its commands. */
function leaseFindings({ value, suspects }: Salvaged<Settings>): Finding[] {
  const { workerLeaseMs, progressMs } = value;
  const isSound = !suspects.has('workerLeaseMs') && !suspects.has('progressMs');
  if (!isSound || workerLeaseMs >= 2 * progressMs) return [];
  const expected = `at least twice progressMs, ${2 * progressMs}`;
  const got = String(workerLeaseMs);
  const message = `got ${got}, expected ${expected}`;
  return [{ path: ['settings', 'workerLeaseMs'], spot: 'value', message, got, expected }];
}

function backoffFindings({ value, suspects }: Salvaged<Settings>): Finding[] {
  const { retryBackoffMs, retryBackoffCapMs } = value;
  const isSound = !suspects.has('retryBackoffMs') && !suspects.has('retryBackoffCapMs');
  if (!isSound || retryBackoffMs <= retryBackoffCapMs) return [];
  const expected = `at most retryBackoffCapMs, ${retryBackoffCapMs}`;
  const got = String(retryBackoffMs);
  const message = `got ${got}, expected ${expected}`;
  return [{ path: ['settings', 'retryBackoffMs'], spot: 'value', message, got, expected }];
}
