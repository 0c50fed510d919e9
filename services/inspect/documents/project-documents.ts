// What `onceward project …` prints.
import { z } from 'zod';
import { outsideRowSchema } from '../../queries/outside-file.ts';
import type { ProjectRow } from '../../registry/project-rows.ts';
import type { ProjectChange } from '../../registry/registry-changes.ts';
import { data, documentOf, lineOf, listOf, revision } from './field-schemas.ts';

const projectSchema = z.object({
  project: z.string(),
  origin: z
    .enum(['file', 'registry'])
    .nullable()
    .describe('Of an onceward.yaml, or of the command line; null when the record cannot be read.'),
  isDraining: z.boolean(),
  revision,
  repository: z.string().nullable(),
  baseBranch: z.string().nullable(),
  pipeline: z.string().nullable(),
  tracker: z.string().nullable().describe('In one word, as `project add` takes it.'),
  forge: z.string().nullable(),
  maxConcurrentRuns: z.number().nullable(),
  activeItems: z.number().describe('Items that have not ended.'),
  problems: z.array(z.string()),
}) satisfies z.ZodType<ProjectRow>;

const changeSchema = z.object({
  project: z.string(),
  outcome: z.enum([
    'added',
    'changed',
    'unchanged',
    'taken-over',
    'draining',
    'removed',
    'conflict',
  ]),
  revision: revision.nullable(),
}) satisfies z.ZodType<ProjectChange>;

const notes = z
  .array(z.string())
  .describe('What could not be checked, or is not as one may think.');

export const PROJECT_DOCUMENTS = {
  projects: listOf('onceward project list -o json', 'projects', projectSchema),
  project: lineOf('onceward project list -o jsonl: one project', projectSchema),
  projectShown: documentOf('onceward project show', {
    ...projectSchema.shape,
    settings: data.nullable().describe('With every default filled in.'),
    written: data.nullable().describe('As they were written.'),
    stages: z.array(z.string()).nullable(),
    digest: z.string().nullable(),
    notes,
    outside: outsideRowSchema
      .extend({ by: z.string().describe('The host that looked.') })
      .nullable()
      .describe('What a host of this state directory last saw of its tracker and forge.'),
  }),
  projectChange: documentOf('onceward project add, set and remove', {
    ...changeSchema.shape,
    notes,
  }),
  projectImport: documentOf('onceward project import', { projects: z.array(changeSchema) }),
  projectExport: documentOf('onceward project export -o json', { projects: data }),
};
