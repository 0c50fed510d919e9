// The shape of a pipeline as it is written in configuration and frozen into every item.
// Pure data: nothing here knows how a stage is carried out.
import { z } from 'zod';
import { agentSchema, pathTemplate } from './agent.ts';
import { deployRulesSchema } from './deployment/rules.ts';
import { identifierSchema } from './identifier.ts';
import { isolationSchema } from './isolation.ts';
import { mergeRulesSchema } from './merge/rules.ts';
import {
  type ChecksRules,
  checksRulesSchema,
  type ReviewRules,
  reviewRulesSchema,
} from './outside.ts';
import { capsSchema } from './usage.ts';

export const GRACE_MS_DEFAULT = 300_000;
export const MAX_STAGES = 32;

const durationMs = (min: number, max: number) => z.number().int().min(min).max(max);
const commandSchema = z.string().min(1).max(4_000);

/** A path template in which `*` and `?` stand for characters of a name, `**` for any folders. */
const globTemplate = pathTemplate.refine(isQuicklyMatched, {
  message: 'expected at most two "*" in a name and at most two "**"',
});
const globsSchema = z.array(globTemplate).min(1).max(32);
const fileName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, 'expected a file name');

/** What a pool asks of workers, such as `gpu` or `mac`. */
export const labelsSchema = z.array(identifierSchema).max(16);

export const gateSchema = z.discriminatedUnion('kind', [
  /** Passes when the command ended with exit code 0; an agent must also have left a commit or an artifact. */
  z.strictObject({ kind: z.literal('exit') }),
  /** Passes when at least `min` files are at the path in the pushed commit, and none is empty. */
  z
    .strictObject({
      kind: z.literal('artifact'),
      path: globTemplate,
      /** Defaults to 1. */
      min: z.number().int().min(1).max(1_000).optional(),
    })
    .refine(({ path, min = 1 }) => min === 1 || /[*?]/.test(path), {
      path: ['min'],
      message: 'expected 1, as the path is that of one file',
    }),
  /** Passes when the decision records of a folder keep their form, and what was accepted stands. */
  z.strictObject({
    kind: z.literal('adr'),
    path: pathTemplate,
    index: fileName.default('README.md'),
    template: fileName.optional(),
  }),
  /** Passes when a branch that changes anything under `when` changes each entry of `require`, too. */
  z.strictObject({ kind: z.literal('touches'), when: globsSchema, require: globsSchema }),
  /** Passes when the command exits 0 in a clean checkout of the pushed commit. */
  z.strictObject({
    kind: z.literal('command'),
    command: commandSchema,
    timeoutMs: durationMs(1_000, 3_600_000).default(60_000),
  }),
  /** Takes the verdict from a JSON file; missing or malformed is `unobserved`, never a pass. */
  z.strictObject({ kind: z.literal('verdict'), path: pathTemplate }),
]);

export type Gate = z.infer<typeof gateSchema>;

/** How many verdicts of each class a stage may collect before its item is parked. */
export const budgetsSchema = z.strictObject({
  product: z.number().int().min(1).max(100).default(3),
  infra: z.number().int().min(1).max(100).default(5),
  inconclusive: z.number().int().min(1).max(100).default(1),
  unobserved: z.number().int().min(1).max(100).default(2),
  /** Runs that ended at their turn limit and are continued. */
  continuations: z.number().int().min(1).max(100).default(3),
  /** Sessions that could not be resumed; the next run begins a new one. */
  resumes: z.number().int().min(1).max(100).default(2),
});

export type Budgets = z.infer<typeof budgetsSchema>;

export const stageSchema = z.strictObject({
  name: identifierSchema,
  /**
   * `agent` and `command` run a process; `approval` waits for a person, `checks` for what runs on the pushed
   * commit, `merge` for its turn to be landed on the base, `deploy` for its turn in an environment, `external` for a
   * publisher.
   */
  kind: z.enum(['agent', 'command', 'approval', 'checks', 'merge', 'deploy', 'external']),
  /** Run by `sh -c` in the item's worktree. Required for `command`, and for an `agent` without `agent`. */
  command: commandSchema.optional(),
  /** The coding agent that does the work, in place of a command. Only for stages of kind `agent`. */
  agent: agentSchema.optional(),
  /** The most one run may use before it is ended, unless a person allows it more. */
  caps: capsSchema.omit({ wallClockMs: true }).prefault({}),
  /** Extra, non-secret environment for the command. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(4_000)).default({}),
  pool: identifierSchema.default('default'),
  /** Written: asks for a pool by its labels. Frozen into an item: what its pool asks of workers. */
  labels: labelsSchema.min(1).optional(),
  /** How far its commands, and those of its gates, are kept apart from the machine. Default: a plain process. */
  isolation: isolationSchema.optional(),
  gates: z
    .array(gateSchema)
    .max(16)
    .default([{ kind: 'exit' }]),
  budgets: budgetsSchema.prefault({}),
  /** Whether the base is merged into the item's branch before the command, or the branch left as it is. */
  catchUp: z.enum(['merge', 'none']).default('merge'),
  /** The whole run of the command, in milliseconds. Defaults to one hour. */
  wallClockMs: durationMs(1_000, 86_400_000).default(3_600_000),
  /** Longest time without a byte of output, in milliseconds. Defaults to ten minutes. */
  silenceMs: durationMs(1_000, 86_400_000).default(600_000),
  /** Between SIGINT and SIGTERM, in milliseconds; 0 skips SIGINT. Defaults to two seconds. */
  interruptGraceMs: durationMs(0, 60_000).default(2_000),
  /** Between SIGTERM and SIGKILL, in milliseconds. */
  killGraceMs: durationMs(100, 60_000).default(5_000),
  /** How long a finished run may stay unclaimed; overrides the project-wide `graceMs`. */
  graceMs: durationMs(1_000, 3_600_000).optional(),
  /** Stage to go back to after a product failure. Defaults to this stage itself. */
  onFail: identifierSchema.optional(),
  /** Stage to go back to after a rejection. Without it the item fails. */
  onReject: identifierSchema.optional(),
  onExhausted: z.enum(['park', 'fail']).default('park'),
  /** `auto` approves at once, naming the policy as the claimant; `reviews` listens to reviews as well. */
  approve: z.enum(['manual', 'auto', 'reviews']).default('manual'),
  /** Only for stages of kind `checks`. */
  checks: checksRulesSchema.optional(),
  /** Only for approvals with `approve: reviews`. */
  reviews: reviewRulesSchema.optional(),
  /** Only for stages of kind `merge`, whose gates test the merged result. */
  merge: mergeRulesSchema.optional(),
  /** Only for stages of kind `deploy`, which need it. */
  deploy: deployRulesSchema.optional(),
});

export type Stage = z.infer<typeof stageSchema>;

export const pipelineSchema = z.strictObject({
  stages: z.array(stageSchema).min(1).max(MAX_STAGES),
  /** The most all runs of one item may use together; the next one is not begun then. */
  caps: capsSchema.prefault({}),
});

export type Pipeline = z.infer<typeof pipelineSchema>;

/** The longest that ending the command of a stage may take before SIGKILL, in milliseconds. */
export function endingMs(stage: Pick<Stage, 'killGraceMs'> & Partial<Stage>): number {
  // A run that was opened before there was an `interruptGraceMs` has none.
  return (stage.interruptGraceMs ?? 0) + stage.killGraceMs;
}

/** How a stage of kind `checks` judges, with every default filled in. */
export function checksRulesOf({ checks }: Pick<Stage, 'checks'>): ChecksRules {
  return checks ?? checksRulesSchema.parse({});
}

/** Whose reviews decide, with every default filled in. */
export function reviewRulesOf({ reviews }: Pick<Stage, 'reviews'>): ReviewRules {
  return reviews ?? reviewRulesSchema.parse({});
}

// A name of a file may be anything, and each further star multiplies the ways to match it.
function isQuicklyMatched(glob: string): boolean {
  const names = glob.split('/');
  const stars = (name: string) => name.split('*').length - 1;
  const folders = names.filter((name) => name === '**');
  return folders.length <= 2 && names.every((name) => stars(name) <= 2);
}
