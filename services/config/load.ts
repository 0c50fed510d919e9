// Reads onceward.yaml: parses, validates and cross-checks it, and reports every problem at once.
// It must never return a configuration that has a problem.
import { readFile } from 'node:fs/promises';
import type { Pipeline } from '../../machines/pipeline.ts';
import { crossFindings, DEFAULT_POOL } from './cross-checks.ts';
import { issueFindings } from './issue-findings.ts';
import { entriesOf } from './plain-data.ts';
import { poolWithLabels } from './pool-labels.ts';
import { type Finding, invalidConfiguration, type Problem, unplaced } from './problems.ts';
import { type Configuration, configurationSchema, poolSchema } from './schema.ts';
import { located } from './source-map.ts';
import { parseYaml } from './yaml-document.ts';

const MAX_CONFIGURATION_LENGTH = 1_048_576;

export interface LoadOptions {
  /** Names the file in problems. */
  file: string;
  /** Replaces `settings.graceMs` before the law of grace is checked, in milliseconds. */
  graceMs?: number | undefined;
}

export type Reading =
  | { outcome: 'valid'; configuration: Configuration }
  | { outcome: 'invalid'; problems: Problem[] };

/**
 * Reads the text of a configuration.
 * @throws CONFIG_INVALID with every problem, in the order of the file, as `details.problems`
 */
export function loadConfiguration(text: string, options: LoadOptions): Configuration {
  const reading = readConfigurationText(text, options);
  if (reading.outcome === 'invalid') throw invalidConfiguration(reading.problems);
  return reading.configuration;
}

/** Like `loadConfiguration`, with the problems as a value. */
export function readConfigurationText(text: string, options: LoadOptions): Reading {
  if (text.length > MAX_CONFIGURATION_LENGTH) {
    const message = `got ${text.length} characters, expected at most ${MAX_CONFIGURATION_LENGTH}`;
    return { outcome: 'invalid', problems: [unplaced(options.file, '', message)] };
  }
  const yaml = parseYaml(text);
  const data = withoutEmptySections(yaml.data);
  const judged = yaml.isReadable ? judge(data, options) : { findings: [] };
  const findings = [...yaml.findings, ...judged.findings];
  if (findings.length === 0 && judged.configuration !== undefined) {
    return { outcome: 'valid', configuration: judged.configuration };
  }
  const source = { ...yaml, file: options.file, data };
  const problems = findings.map((finding) => located(source, finding));
  return { outcome: 'invalid', problems: problems.sort(byPlace) };
}

/** Like `readConfigurationText` for the file at `options.file`; not being there is a problem. */
export async function readConfigurationFile(options: LoadOptions): Promise<Reading> {
  try {
    return readConfigurationText(await readFile(options.file, 'utf8'), options);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing
      ? 'there is no such file; `onceward init` writes one'
      : `cannot be read: ${(error as Error).message}`;
    return { outcome: 'invalid', problems: [unplaced(options.file, '', message)] };
  }
}

interface Judgement {
  findings: Finding[];
  configuration?: Configuration;
}

function judge(data: unknown, { graceMs }: LoadOptions): Judgement {
  const parsed = configurationSchema.safeParse(data);
  const schematic = parsed.success ? [] : issueFindings(parsed.error.issues, data);
  const told = new Set(schematic.map(({ path }) => JSON.stringify(path)));
  const crossed = crossFindings(data, graceMs).filter(
    ({ path }) => !told.has(JSON.stringify(path)),
  );
  const findings = [...schematic, ...crossed];
  if (!parsed.success || findings.length > 0) return { findings };
  return { findings, configuration: completed(parsed.data, graceMs) };
}

function completed(parsed: Configuration, graceMs: number | undefined): Configuration {
  const { settings } = parsed;
  const pools = bare({ [DEFAULT_POOL]: poolSchema.parse({}), ...parsed.pools });
  const pipelines = Object.entries(parsed.pipelines).map(
    ([name, pipeline]) => [name, withPools(pipeline, pools)] as const,
  );
  return {
    ...parsed,
    settings: graceMs === undefined ? settings : { ...settings, graceMs },
    pools,
    connections: bare(parsed.connections),
    projects: bare(parsed.projects),
    pipelines: bare(Object.fromEntries(pipelines)),
  };
}

// Every stage gets its pool, and what that asks of workers: from there on nobody needs to know the pools.
function withPools(pipeline: Pipeline, pools: Configuration['pools']): Pipeline {
  const labelled = new Map(Object.entries(pools).map(([name, { labels }]) => [name, labels]));
  const stages = pipeline.stages.map(({ labels: wanted, ...stage }) => {
    const pool = (wanted && poolWithLabels(wanted, labelled)) ?? stage.pool;
    const labels = labelled.get(pool) ?? [];
    return { ...stage, pool, ...(labels.length === 0 ? {} : { labels }) };
  });
  return { ...pipeline, stages };
}

function bare<Value>(record: Record<string, Value>): Record<string, Value> {
  return Object.assign(Object.create(null) as Record<string, Value>, record);
}

// A section whose lines are all commented out is an empty value in YAML, and means "all defaults".
function withoutEmptySections(data: unknown): unknown {
  if (data === null) return {};
  const isMap = typeof data === 'object' && !Array.isArray(data);
  return isMap ? Object.fromEntries(entriesOf(data).filter(([, value]) => value !== null)) : data;
}

function byPlace(one: Problem, other: Problem): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}
