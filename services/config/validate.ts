// Checks a configuration file and says the result in lines, for `onceward validate`.
// It must never print by itself.
import { deployHints } from './deploy-hints.ts';
import { type LoadOptions, readConfigurationFile } from './load.ts';
import { formatProblem, type Problem } from './problems.ts';
import type { Configuration } from './schema.ts';

export interface Validation {
  problems: Problem[];
  /** What may be meant as it is, and is worth a thought. */
  hints: string[];
  /** Null when there are problems. */
  configuration: Configuration | null;
  /** What to tell a person: each problem, or what the file configures. */
  lines: string[];
}

/** Reads the file at `options.file` and reports on it; it never throws for what is in the file. */
export async function validateConfiguration(options: LoadOptions): Promise<Validation> {
  const reading = await readConfigurationFile(options);
  if (reading.outcome === 'valid') {
    const { configuration } = reading;
    const hints = deployHints(configuration);
    const lines = [...summary(options.file, configuration), ...hints.map((one) => `hint: ${one}`)];
    return { problems: [], hints, configuration, lines };
  }
  const { problems } = reading;
  const lines = [...problems.map(formatProblem), counted(problems.length, 'problem')];
  return { problems, hints: [], configuration: null, lines };
}

function summary(file: string, { projects, pipelines, pools }: Configuration): string[] {
  const counts = [
    counted(Object.keys(projects).length, 'project'),
    counted(Object.keys(pipelines).length, 'pipeline'),
    counted(Object.keys(pools).length, 'pool'),
  ];
  return [
    `${file} is valid: ${counts.join(', ')}`,
    ...Object.entries(projects).map(
      ([name, { pipeline, baseBranch }]) => `  ${name}: pipeline ${pipeline}, branch ${baseBranch}`,
    ),
    ...Object.entries(pipelines).map(
      ([name, { stages }]) => `  ${name}: ${stages.map((stage) => stage.name).join(' → ')}`,
    ),
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
