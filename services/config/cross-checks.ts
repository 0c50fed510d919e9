// Finds what the schema cannot: names that point nowhere, and durations that contradict each other.
// It must never conclude anything from a value that is itself broken: one mistake, one problem.
import { danglingName } from './dangling-name.ts';
import { nearestName } from './nearest-name.ts';
import { pipelineFindings } from './pipeline-checks.ts';
import { entriesOf, valueAt } from './plain-data.ts';
import type { Finding } from './problems.ts';
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
  return [
    ...backoffFindings(settings),
    ...projectFindings(data),
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

// Undefined when the section is misspelt: then nothing is known of its names.
function namesIn(data: unknown, section: 'pools' | 'accounts' | 'pipelines'): string[] | undefined {
  const sections = Object.keys(configurationSchema.shape);
  const isMisspelt = entriesOf(data).some(
    ([key]) => !sections.includes(key) && nearestName(key, sections) === section,
  );
  return isMisspelt ? undefined : entriesOf(valueAt(data, [section])).map(([name]) => name);
}

function projectFindings(data: unknown): Finding[] {
  const names = namesIn(data, 'pipelines');
  return entriesOf(valueAt(data, ['projects'])).flatMap(([project, value]) => {
    const name = valueAt(value, ['pipeline']);
    if (typeof name !== 'string' || names === undefined || names.includes(name)) return [];
    return [danglingName(['projects', project, 'pipeline'], name, { what: 'pipeline', names })];
  });
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
