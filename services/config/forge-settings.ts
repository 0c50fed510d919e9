// Where the branches of a project are merged: a plain git remote, or a forge with pull requests.
// It must never name a credential: a connection does.
import { z } from 'zod';
import { identifierSchema } from '../../machines/identifier.ts';
import { githubRepositorySchema } from './tracker-settings.ts';

const gitSchema = z.strictObject({
  kind: z
    .literal('git')
    .describe('A plain git remote: no pull requests, no checks and no reviews are asked for.'),
});

const githubSchema = z.strictObject({
  kind: z.literal('github').describe('Pull requests, checks and reviews of a GitHub repository.'),
  connection: identifierSchema.describe('Which of `connections`, of kind `github`.'),
  repository: githubRepositorySchema.describe('The repository, as `owner/name`.'),
});

export const forgeSchema = z.discriminatedUnion('kind', [gitSchema, githubSchema]);

/** With every default filled in. */
export type ForgeSettings = z.output<typeof forgeSchema>;
