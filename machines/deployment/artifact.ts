// What was built of one commit, and what is known of how: data that items, runs and deployments hand on.
// Pure data: nothing here builds anything, or asks a registry.
import { z } from 'zod';

/** Largest statement on how an image was built, in characters: records hold several. */
export const MAX_STATEMENT_CHARACTERS = 2_048;

export const commitSchema = z.string().regex(/^[0-9a-f]{40,64}$/);
/** Digest of an image's manifest, as registries write it. */
export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/);

export const artifactSchema = z.object({
  /** The commit it was built from. */
  sha: commitSchema,
  /** Where it is kept, without tag or digest: `registry.example.com/acme/shop`. */
  image: z.string().min(1).max(300),
  digest: digestSchema,
  /**
   * An in-toto statement with a SLSA provenance predicate, as JSON.
   * @see https://slsa.dev/spec/v1.0/provenance
   */
  statement: z.string().min(1).max(MAX_STATEMENT_CHARACTERS),
  /** Which environment's deployment had it built, and when. */
  environment: z.string().min(1).max(64),
  builtAtMs: z.number().int().nonnegative(),
});

export type Artifact = z.infer<typeof artifactSchema>;

/** What an environment was found good with. */
export const passSchema = z.object({
  environment: z.string().min(1).max(64),
  digest: digestSchema,
});

export type Pass = z.infer<typeof passSchema>;
