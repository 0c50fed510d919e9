// The shape of onceward.yaml: settings, pools, accounts, projects, pipelines.
// It must never check names against each other; cross-checks.ts does, with positions.
import { z } from 'zod';
import { identifierSchema } from '../../machines/identifier.ts';
import { labelsSchema, pipelineSchema } from '../../machines/pipeline.ts';
import { capsSchema } from '../../machines/usage.ts';
import { accountSchema } from './account-settings.ts';
import { repositorySchema } from './repository.ts';
import { settingsSchema } from './settings.ts';

/** The forms that git refuses in a branch name, and a leading "-", which it reads as an option. */
export const BRANCH = /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{))[^\s~^:?*[\]\\]*[^\s~^:?*[\]\\/.]$/;

export const poolSchema = z.strictObject({
  slots: z
    .number()
    .int()
    .min(1)
    .max(256)
    .default(4)
    .describe('How many runs each worker process carries out at once.'),
  labels: labelsSchema
    .default([])
    .describe(
      'Only workers that have all these labels serve the pool; without any, everyone does.',
    ),
});

const projectSchema = z.strictObject({
  repository: repositorySchema.describe(
    'Path or URL of a git remote. A relative path is resolved against the folder of this file. ' +
      'Without credentials: they belong to git’s own credential helper or to ssh.',
  ),
  baseBranch: z
    .string()
    .max(255)
    .regex(BRANCH, 'expected the name of a git branch')
    .default('main')
    .describe('The branch that work starts from and lands on.'),
  pipeline: identifierSchema.describe('Which of `pipelines` the project’s items go through.'),
  maxConcurrentRuns: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('How many runs of this project may be carried out at once, over all workers.'),
  dailyCaps: capsSchema
    .prefault({})
    .describe(
      'The most all agents of the project may use in one day (UTC). Then no run of an agent is begun ' +
        'until the next day, or until a person resumes the project’s account; those under way go on.',
    ),
});

export const configurationSchema = z.strictObject({
  version: z.literal(1).describe('The version of this file’s format.'),
  settings: settingsSchema.prefault({}).describe('Fleet-wide durations and limits.'),
  pools: z
    .record(identifierSchema, poolSchema)
    .default({})
    .describe('Groups of workers by name. The pool `default` always exists.'),
  accounts: z
    .record(identifierSchema, accountSchema)
    .default({})
    .describe('Whose credentials and limits coding agents live by, by name.'),
  projects: z
    .record(identifierSchema, projectSchema)
    .default({})
    .describe('The repositories that are worked on, by name.'),
  pipelines: z
    .record(identifierSchema, pipelineSchema)
    .default({})
    .describe('The ways an item can go, by name.'),
});

/**
 * A checked configuration with every default filled in. Its records have no prototype, so that
 * looking up a name such as `constructor` finds nothing.
 */
export type Configuration = z.output<typeof configurationSchema>;
