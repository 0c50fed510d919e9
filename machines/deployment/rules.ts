// How a stage of kind `deploy` brings a landed commit into an environment, in shapes that pipelines and records keep.
// Pure data: nothing here knows how anything is built or deployed.
import { z } from 'zod';
import { pathTemplate } from '../agent.ts';
import { identifierSchema } from '../identifier.ts';
import { watchSchema } from './probes.ts';

const durationMs = (min: number, max: number) => z.number().int().min(min).max(max);
const step = {
  /** Run by `sh -c` in a clean checkout of the commit. */
  command: z.string().min(1).max(2_000),
  /** Ended after that. Defaults to ten minutes. */
  timeoutMs: durationMs(1_000, 14_400_000).default(600_000),
};
const stepSchema = z.strictObject(step);
/** EX_TEMPFAIL of sysexits.h. */
const TEMPORARY_FAILURE = 75;

export const deployRulesSchema = z.strictObject({
  environment: identifierSchema,
  /** `false` passes every item over, with that as the reason. Defaults to true. */
  enabled: z.boolean().default(true),
  /** When it is deployed at all. Without it always. */
  when: z
    .strictObject({
      /** One of these paths differs from what is live. */
      paths: z.array(pathTemplate).min(1).max(32).optional(),
      /** The issue has one of these labels. */
      labels: z.array(z.string().min(1).max(100)).min(1).max(32).optional(),
    })
    .optional(),
  /** The environment that must have passed the very same image. */
  requires: identifierSchema.optional(),
  image: z.strictObject({
    /** Registry and repository, without tag: `registry.example.com/acme/shop`. */
    name: z
      .string()
      .max(300)
      .regex(
        /^[a-zA-Z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+$/,
        'expected a registry and a repository, such as registry.example.com/acme/shop',
      ),
    /** Tag that follows what is deployed. Defaults to the name of the environment. */
    tag: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,80}$/, 'expected the name of a tag')
      .optional(),
    /** Whether the registry is spoken to without TLS. Defaults to false. */
    plain: z.boolean().default(false),
    /** Longest answer of the registry. Defaults to one minute. */
    timeoutMs: durationMs(1_000, 3_600_000).default(60_000),
  }),
  /** Builds the image of a commit that has none yet: it leaves an OCI layout in `$ONCEWARD_OCI_LAYOUT`. */
  build: stepSchema.optional(),
  /** Makes the environment ready. Whatever fails here is the infrastructure's fault. */
  prepare: stepSchema.optional(),
  deploy: stepSchema,
  /** Says whether what was deployed is good. */
  verify: z
    .strictObject({
      ...step,
      /** It must leave its verdict as JSON in `$ONCEWARD_VERDICT_FILE`. Defaults to false: its exit code is the verdict. */
      verdictFile: z.boolean().default(false),
    })
    .optional(),
  /** Brings the version of before back. Without it `deploy` is run with the digest of before. */
  rollback: stepSchema.optional(),
  /** What counts as a fault of the infrastructure besides what is known to be one. All else is the product's. */
  infrastructure: z
    .strictObject({
      exitCodes: z.array(z.number().int().min(1).max(255)).max(64).default([TEMPORARY_FAILURE]),
      /** Causes that a verdict file may name. */
      causes: z.array(z.string().min(1).max(64)).max(64).default([]),
    })
    .prefault({}),
  /** Tries that infrastructure may cost one step, and the pauses between them. */
  retries: z
    .strictObject({
      infra: z.number().int().min(0).max(100).default(5),
      /** Tries of a rollback, whatever made them fail. */
      rollback: z.number().int().min(0).max(100).default(5),
      backoffMs: durationMs(0, 3_600_000).default(5_000),
      backoffCapMs: durationMs(0, 3_600_000).default(300_000),
    })
    .prefault({}),
  watch: watchSchema.prefault({}),
  /** What is done when a version proves bad. */
  reaction: z
    .strictObject({
      /** `approval` asks a person first. Defaults to `automatic`. */
      rollback: z.enum(['automatic', 'approval', 'none']).default('automatic'),
      /** Nothing lands until the environment is healthy again. Defaults to false. */
      freezeQueue: z.boolean().default(false),
      /** An item of its own is opened with the evidence. Defaults to false. */
      openItem: z.boolean().default(false),
    })
    .prefault({}),
  /** The deploy replaces this very service: it runs apart from it, and whoever comes up goes on. */
  self: z
    .strictObject({
      /** How long the new version may take to prove itself. Defaults to two minutes. */
      proveMs: durationMs(1_000, 3_600_000).default(120_000),
    })
    .optional(),
});

export type DeployRules = z.infer<typeof deployRulesSchema>;

/** The tag that follows what is deployed. */
export function tagOf({ image, environment }: Pick<DeployRules, 'image' | 'environment'>): string {
  return image.tag ?? environment;
}

/** The tag that stays where it is: what of this commit was deployed there. */
export function commitTagOf(environment: string, sha: string): string {
  return `${environment}-${sha.slice(0, 12)}`;
}
