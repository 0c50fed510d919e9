// The shape of onceward.yaml: settings, pools, accounts, connections, projects, pipelines.
// It must never check names against each other; cross-checks.ts does, with positions.
import { z } from 'zod';
import { identifierSchema } from '../../machines/identifier.ts';
import { labelsSchema, pipelineSchema } from '../../machines/pipeline.ts';
import { accountSchema } from './account-settings.ts';
import { connectionSchema } from './connections.ts';
import { projectSchema } from './project-settings.ts';
import { settingsSchema } from './settings.ts';

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
  connections: z
    .record(identifierSchema, connectionSchema)
    .default({})
    .describe('Whose credentials are used towards trackers and forges, by name.'),
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
