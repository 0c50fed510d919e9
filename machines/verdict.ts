// The one verdict lattice of CI, staging and production, and the registry of infrastructure causes.
// A cause that is not in the registry is the product's fault: unknown must never excuse a failure.
import { match } from 'ts-pattern';
import { z } from 'zod';
import { artifactSchema, commitSchema, digestSchema } from './deployment/artifact.ts';

/**
 * `unobserved` means declared but silent: an alarm, never a success.
 * `inconclusive` means measured, and neither good nor bad: a human decides.
 */
export const VERDICT_KINDS = [
  'pass',
  'product_fail',
  'infra_error',
  'inconclusive',
  'unobserved',
  'not_applicable',
] as const;

export type VerdictKind = (typeof VERDICT_KINDS)[number];

/** Causes that are never charged to the item. Frozen: extending it is a reviewed change. */
export const INFRASTRUCTURE_CAUSES = [
  'worker-lost',
  'spawn-failed',
  'isolation-unavailable',
  'workspace-failed',
  'push-failed',
  'remote-unreachable',
  'disk-full',
  'gate-unavailable',
  'agent-crashed',
  'resume-failed',
  'fenced',
  'usage-limit',
  'provider-outage',
  'ci-infrastructure',
  'ci-inactive',
] as const;

/** Causes that are neither the product's fault nor the infrastructure's: a person, or another run, decides. */
export const INCONCLUSIVE_CAUSES = [
  'refused',
  'turn-limit',
  'cap-reached',
  'prompt-invalid',
] as const;

/** Infrastructure causes that whoever judges may have met: every other one is seen by us, or was not. */
const JUDGES_CAUSES: readonly string[] = [
  'remote-unreachable',
  'disk-full',
  'gate-unavailable',
] satisfies (typeof INFRASTRUCTURE_CAUSES)[number][];

export const verdictSchema = z.object({
  kind: z.enum(VERDICT_KINDS),
  /** Why, as a short machine-readable word: `exit-code`, `no-output`, `worker-lost`. */
  cause: z.string().min(1).max(64),
  /** For people: what was seen, with the numbers. Fed back to the next attempt. */
  summary: z.string().max(4_000).default(''),
  /** Head of the item's branch the verdict was given for, or null when there is none. */
  headSha: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .nullable()
    .default(null),
  /** True only when `headSha` was seen on the base branch of the remote. */
  isLanded: z.boolean().default(false),
  /** Reviews and threads whose words it sends back: the item remembers them, so that none does so twice. */
  reviews: z.array(z.string().min(1).max(200)).max(64).optional(),
  /** The commit that brought it to the base, where it was landed. */
  landedSha: commitSchema.optional(),
  /** What was built of that commit. */
  artifact: artifactSchema.optional(),
  /** What was deployed where. */
  deployment: z
    .object({ environment: z.string().min(1).max(64), sha: commitSchema, digest: digestSchema })
    .optional(),
});

/** What a gate evaluation found. Evaluating is read-only. */
export type Verdict = z.infer<typeof verdictSchema>;

/** A failure's class by its cause: infrastructure when registered, otherwise the product's. */
export function failureKind(cause: string): 'infra_error' | 'product_fail' {
  return isRegistered(INFRASTRUCTURE_CAUSES, cause) ? 'infra_error' : 'product_fail';
}

/** A failure's class as the judge of a stage names it, who cannot excuse the work with what only we could know. */
export function judgedKind(cause: string): 'infra_error' | 'product_fail' {
  return JUDGES_CAUSES.includes(cause) ? 'infra_error' : 'product_fail';
}

/** What an exit that is no result says: the class of its cause. */
export function exitKind(cause: string): 'infra_error' | 'product_fail' | 'inconclusive' {
  return isRegistered(INCONCLUSIVE_CAUSES, cause) ? 'inconclusive' : failureKind(cause);
}

function isRegistered(registry: readonly string[], cause: string): boolean {
  return registry.includes(cause);
}

/** Which budget a verdict is charged to by its kind. Infrastructure is never charged to the product's. */
export function budgetOf(kind: VerdictKind): 'product' | 'infra' | 'inconclusive' | 'unobserved' {
  return match(kind)
    .with('infra_error', () => 'infra' as const)
    .with('inconclusive', () => 'inconclusive' as const)
    .with('unobserved', () => 'unobserved' as const)
    .otherwise(() => 'product' as const);
}

/** True when the verdict lets the item go on to its next stage. */
export function isPassing(kind: VerdictKind): boolean {
  return kind === 'pass' || kind === 'not_applicable';
}
