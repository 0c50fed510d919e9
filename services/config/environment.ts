// Reads the environment variables of the table, and renders .env.example from it.
// It must never print a value it refuses: an address may hold credentials.
import type { z } from 'zod';
import { ENVIRONMENT_VARIABLES, type EnvironmentVariable } from './environment-variables.ts';
import { invalidConfiguration, type Problem, unplaced } from './problems.ts';

type Table = typeof ENVIRONMENT_VARIABLES;

/** What the environment says, with defaults filled in. */
export type Environment = { readonly [Key in keyof Table]: z.output<Table[Key]['schema']> };

/**
 * Reads every variable of the table; an empty one counts as not set.
 * @throws CONFIG_INVALID naming every variable that cannot be read
 */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const problems: Problem[] = [];
  const values = Object.entries(ENVIRONMENT_VARIABLES).map(([key, variable]) => {
    const result = variable.schema.safeParse(env[variable.name] || undefined);
    if (!result.success) problems.push(problemOf(variable, result.error));
    return [key, result.data];
  });
  if (problems.length > 0) throw invalidConfiguration(problems);
  return Object.fromEntries(values) as Environment;
}

/** Whether to write in colour: `FORCE_COLOR` decides, then `NO_COLOR`, then the terminal. */
export function usesColor(
  environment: Pick<Environment, 'forceColor' | 'hasNoColor'>,
  isTerminal: boolean,
): boolean {
  return environment.forceColor ?? (isTerminal && !environment.hasNoColor);
}

const CONNECTION_SECRETS = `
# Secrets of the connections to trackers and forges, under the names that onceward.yaml gives them.
# Only hosts need them; workers, and agents above all, should not have them.
# GITHUB_TOKEN=write-the-token-here
# GITHUB_WEBHOOK_SECRET=write-a-long-random-text-here
# PLANE_API_KEY=write-the-key-here
# PLANE_WEBHOOK_SECRET=write-what-plane-gave-here`;

/** The text of .env.example: every variable, commented out, with its meaning and default. */
export function renderEnvExample(): string {
  const variables: EnvironmentVariable[] = Object.values(ENVIRONMENT_VARIABLES);
  return [
    '# Environment variables of onceward. Every one is optional; an empty one counts as not set.',
    '# Copy to .env, take away the "# " of what you need, and let your shell export it:',
    '#   set -a; . ./.env; set +a',
    ...variables.filter(({ isForTests }) => !isForTests).map(exampleOf),
    CONNECTION_SECRETS,
    '\n# For tests only.',
    ...variables.filter(({ isForTests }) => isForTests).map(exampleOf),
    '',
  ].join('\n');
}

function exampleOf({ name, meaning, fallback, example }: EnvironmentVariable): string {
  const plain = (markdown: string) => markdown.replaceAll('`', '');
  return `\n# ${plain(meaning)}\n# Default: ${plain(fallback)}\n# ${name}=${example}`;
}

function problemOf({ name }: EnvironmentVariable, error: z.ZodError): Problem {
  return unplaced('environment', name, error.issues[0]?.message ?? 'not valid');
}
