// The shape of one project, as it stands in onceward.yaml and in the registry.
// It must never hold a secret: the registry is readable for every login that may look.
import { z } from 'zod';
import { identifierSchema } from '../../machines/identifier.ts';
import { capsSchema } from '../../machines/usage.ts';
import { actuatorsSchema } from './actuators.ts';
import { forgeSchema } from './forge-settings.ts';
import { repositorySchema } from './repository.ts';
import { trackerSchema } from './tracker-settings.ts';

/** The forms that git refuses in a branch name, and a leading "-", which it reads as an option. */
export const BRANCH = /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{))[^\s~^:?*[\]\\]*[^\s~^:?*[\]\\/.]$/;

export const projectSchema = z.strictObject({
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
  tracker: trackerSchema
    .prefault({ kind: 'folder' })
    .describe('Where its work is asked for. Without it, a folder in the state directory.'),
  forge: forgeSchema
    .prefault({ kind: 'git' })
    .describe('Where its branches are merged. Without it, its plain git remote.'),
  actuators: actuatorsSchema
    .prefault({})
    .describe(
      'How far each kind of deed towards tracker and forge goes: `enforce` does it, `shadow` only says ' +
        'what it would have done, `off` leaves it out.',
    ),
});

/** With every default filled in. */
export type ProjectSettings = z.output<typeof projectSchema>;
