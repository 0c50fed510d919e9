// Where the work of a project is asked for, and who may steer it there.
// It must never name a credential: a connection does.
import { z } from 'zod';
import { identifierSchema } from '../../machines/identifier.ts';

/** `owner/name`, as GitHub spells them. */
const GITHUB_REPOSITORY = /^(?!.*\/\.{1,2}$)[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;
const PLANE_PROJECT =
  /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

export const githubRepositorySchema = z
  .string()
  .regex(GITHUB_REPOSITORY, 'expected a repository of GitHub as owner/name');

const name = () => z.string().trim().min(1).max(100);

const commanders = z
  .array(name())
  .max(100)
  .default([])
  .describe(
    'Who may steer items by comments besides those who may write to the repository: logins, or display names ' +
      'where the tracker has no logins. Programs may only when they are listed here.',
  );

const maxActive = z
  .number()
  .int()
  .min(1)
  .max(1_000)
  .default(20)
  .describe('How many items of the project may be under way at once; further issues wait.');

const folderSchema = z.strictObject({
  kind: z.literal('folder').describe('A folder of Markdown files, one for each item.'),
  path: z
    .string()
    .min(1)
    .max(1_024)
    .optional()
    .describe(
      'The folder; a relative path is resolved against the folder of this file. Without it: ' +
        '`tracker/<project>` in the state directory.',
    ),
  commanders,
  maxActive,
});

const githubSchema = z.strictObject({
  kind: z.literal('github').describe('Issues of a GitHub repository.'),
  connection: identifierSchema.describe('Which of `connections`, of kind `github`.'),
  repository: githubRepositorySchema.describe('The repository, as `owner/name`.'),
  label: name().default('onceward').describe('The label by which work is asked for.'),
  commanders,
  maxActive,
  closeWhenDone: z.boolean().default(true).describe('Whether an issue is closed once it is done.'),
});

const stateName = (meaning: string) => name().exactOptional().describe(meaning);

const planeStatesSchema = z.strictObject({
  active: stateName('While it is worked on.'),
  approval: stateName('While a person is waited for.'),
  parked: stateName('While it needs a person’s help.'),
  done: stateName('Once it is done.'),
  failed: stateName('Once it has failed.'),
  cancelled: stateName('Once it was cancelled.'),
});

const planeSchema = z.strictObject({
  kind: z.literal('plane').describe('Work items of a Plane project.'),
  connection: identifierSchema.describe('Which of `connections`, of kind `plane`.'),
  project: z
    .string()
    .regex(PLANE_PROJECT, 'expected the UUID of a Plane project, as in its address')
    .describe('UUID of the project, as it stands in its address.'),
  label: name()
    .optional()
    .describe('Name of the label by which work is asked for. This or `state`.'),
  state: name()
    .optional()
    .describe('Name of the state by which work is asked for. This or `label`.'),
  states: planeStatesSchema
    .prefault({})
    .describe('Names of the states in which an item is shown. What is not named is not moved.'),
  commanders,
  maxActive,
});

export const trackerSchema = z.discriminatedUnion('kind', [
  folderSchema,
  githubSchema,
  planeSchema,
]);

/** With every default filled in. */
export type TrackerSettings = z.output<typeof trackerSchema>;
