// What the outside has to say of an item, in shapes that records keep: where it came from, its pull request, its
// checks, and what people said of it. Pure data: how any of it is read is nobody's business here.
import { z } from 'zod';

const name = z.string().min(1).max(200);
const url = z.string().max(2_000).nullable().default(null);
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const durationMs = (min: number, max: number) => z.number().int().min(min).max(max);

/** How a stage of kind `checks` judges what runs on the pushed commit. */
export const checksRulesSchema = z.strictObject({
  /** Names that must be there and pass. Empty: what branch protection requires, else whatever is there. */
  required: z.array(name).max(64).default([]),
  /** Names, with `*`, that are passed over. */
  ignore: z.array(name).max(64).default([]),
  /** How long after the push no check at all still means "none yet". Defaults to 90 seconds. */
  dwellMs: durationMs(1_000, 3_600_000).default(90_000),
  /** How long nothing of a pending check may change, for one commit. Defaults to one hour. */
  inactivityMs: durationMs(10_000, 86_400_000).default(3_600_000),
  /** How often faults of the infrastructure are run again, for one commit. Defaults to 2. */
  reruns: z.number().int().min(0).max(20).default(2),
});

export type ChecksRules = z.infer<typeof checksRulesSchema>;

/** Whose reviews decide a stage with `approve: reviews`. */
export const reviewRulesSchema = z.strictObject({
  /** How many people have to approve. Defaults to 1. */
  approvals: z.number().int().min(1).max(10).default(1),
  /** How often the item may be sent back by this stage before it is parked. Defaults to 5. */
  rounds: z.number().int().min(1).max(50).default(5),
  /** Who counts besides people who may push, programs among them. */
  reviewers: z.array(name).max(64).default([]),
});

export type ReviewRules = z.infer<typeof reviewRulesSchema>;

/** The issue an item was opened for. */
export const originSchema = z.object({
  tracker: z.enum(['folder', 'github', 'plane']),
  /** Which of that kind: `github:acme/shop`. Empty where nobody has said so. */
  source: z.string().max(300).default(''),
  /** How the tracker calls it within the project. */
  ref: z.string().min(1).max(64),
  url,
  author: z.string().max(200).default(''),
  /** 0 to 3; smaller is more urgent. */
  priority: z.number().int().min(0).max(3).nullable().default(null),
  /** Labels of the issue when the item was opened. */
  labels: z.array(z.string().min(1).max(100)).max(64).optional(),
});

export type Origin = z.infer<typeof originSchema>;

export const pullRequestSchema = z.object({
  number: z.number().int().positive(),
  url,
  state: z.enum(['open', 'merged', 'closed']),
  headSha: sha,
  /** Who merged or closed it, where the forge says so. */
  by: z.string().max(200).default(''),
  /** The commit that it became on the base, where the forge says so. */
  mergeSha: sha.optional(),
});

export type PullRequestFacts = z.infer<typeof pullRequestSchema>;

/** What was seen of the checks of one commit. */
export const seenChecksSchema = z.object({
  sha,
  /** Changes whenever any of them does. */
  digest: z.string().min(1).max(128),
  /** How often any of them was asked to run again. */
  reruns: z.number().int().min(0).max(1_000).default(0),
  /** For people: `2 of 5 passed, build is running`. */
  summary: z.string().max(1_000).default(''),
});

export type SeenChecks = z.infer<typeof seenChecksSchema>;

/**
 * True when a comment stands later than another: by its time, then by its id. Of two numbers the longer one is the
 * later: trackers count their comments, and several are written in one second.
 */
export function isLaterMark(mark: string, than: string): boolean {
  const [time = '', id = ''] = mark.split('/', 2);
  const [knownTime = '', knownId = ''] = than.split('/', 2);
  if (time !== knownTime) return time > knownTime;
  return id.length === knownId.length ? id > knownId : id.length > knownId.length;
}

export const COMMAND_VERBS = ['approve', 'reject', 'retry', 'resume', 'cancel', 'pause'] as const;

export type CommandVerb = (typeof COMMAND_VERBS)[number];
