// How a version that was deployed is watched, in shapes that pipelines and records keep.
// Pure data: nothing here measures anything. The limits follow the analysis of Argo Rollouts.
import { z } from 'zod';
import { identifierSchema } from '../identifier.ts';

export const MAX_PROBES = 8;

const durationMs = (min: number, max: number) => z.number().int().min(min).max(max);
const limit = z.number().int().min(0).max(1_000);

const knobs = {
  name: identifierSchema,
  /** From the end of the deploy to the first measurement. Defaults to one minute. */
  initialDelayMs: durationMs(0, 86_400_000).default(60_000),
  /** Between two measurements. Defaults to one minute. */
  intervalMs: durationMs(100, 86_400_000).default(60_000),
  /** Measurements that must have been made; those that failed to measure do not count. Defaults to 15. */
  count: z.number().int().min(1).max(1_000).default(15),
  /** How many may say that the version is bad. One more ends the watch. Defaults to 2. */
  failureLimit: limit.default(2),
  /** How many may say neither. One more asks a person. Defaults to 3. */
  inconclusiveLimit: limit.default(3),
  /** How many in a row may fail to measure. One more asks a person; it never rolls back. Defaults to 4. */
  consecutiveErrorLimit: limit.default(4),
  /** So many good ones in a row end the watch early. Without it `count` decides. */
  consecutiveSuccessLimit: z.number().int().min(1).max(1_000).optional(),
  /** How long one measurement may take. Defaults to ten seconds. */
  timeoutMs: durationMs(100, 600_000).default(10_000),
  /** Measured and shown, and decides nothing. */
  shadow: z.boolean().default(false),
  /** Compared with what was measured before the deploy. */
  baseline: z
    .strictObject({
      /** The value may be so many times as large as before. Defaults to 1.5. */
      maxRatio: z.number().positive().max(1_000).default(1.5),
      /** Measurements before the deploy; their median counts. Defaults to 3. */
      samples: z.number().int().min(1).max(20).default(3),
    })
    .optional(),
};

const range = z.strictObject({ min: z.number().optional(), max: z.number().optional() });

export const probeSchema = z.discriminatedUnion('kind', [
  /** Asks an address. Its value is the latency in milliseconds. */
  z.strictObject({
    kind: z.literal('http'),
    ...knobs,
    url: z.string().min(1).max(2_000),
    /** Status codes that are good. Defaults to 200. */
    status: z.array(z.number().int().min(100).max(599)).min(1).max(16).default([200]),
    /** Text that the body must contain. `{digest}` and `{sha}` are filled in. */
    contains: z.string().min(1).max(1_000).optional(),
    maxLatencyMs: durationMs(1, 600_000).optional(),
  }),
  /**
   * Runs a command in a clean checkout of the deployed commit: 0 is good, 75 could not measure, 76 says neither, and
   * everything else is bad. Its value is the number on the last line of its output, if there is one.
   */
  z.strictObject({ kind: z.literal('command'), ...knobs, command: z.string().min(1).max(2_000) }),
  /** Asks Prometheus for one number. */
  z.strictObject({
    kind: z.literal('prometheus'),
    ...knobs,
    address: z.string().min(1).max(2_000),
    query: z.string().min(1).max(2_000),
    /** Good within it, both ends included. */
    good: range,
    /** Bad within it. Without it everything that is not good is bad; with it what is neither says neither. */
    bad: range.optional(),
  }),
]);

export type Probe = z.infer<typeof probeSchema>;

export const watchSchema = z.strictObject({
  probes: z
    .array(probeSchema)
    .max(MAX_PROBES)
    .default([])
    .refine((probes) => new Set(probes.map(({ name }) => name)).size === probes.length, {
      message: 'expected each probe to have a name of its own',
    }),
  /** However it went until then: a person is asked. Defaults to one hour. */
  deadlineMs: durationMs(1_000, 604_800_000).default(3_600_000),
});

export type WatchRules = z.infer<typeof watchSchema>;
