// What an actor that many items come to works by: the stage of the item that was opened last, as its pipeline has it.
// Pure data: nothing here knows what the stage does.
import { z } from 'zod';
import { stageSchema } from './pipeline.ts';

/** Largest such stage, in bytes of UTF-8: a record holds two, and the event that brought one. */
export const MAX_SHARED_STAGE_BYTES = 16_384;

function isSmall(stage: unknown): boolean {
  return stageBytes(stage) <= MAX_SHARED_STAGE_BYTES;
}

export function stageBytes(stage: unknown): number {
  return new TextEncoder().encode(JSON.stringify(stage)).length;
}

export const stageSettingsSchema = z.object({
  stage: stageSchema.refine(isSmall, `expected at most ${MAX_SHARED_STAGE_BYTES} bytes`),
  repository: z.string().max(2_000),
  baseBranch: z.string().max(250),
  /** Digest of the pipeline it was written in. */
  digest: z.string().max(128),
  /** When the item that brought it was opened: the newest counts. */
  sinceMs: z.number().int().nonnegative(),
  /** How long what waits for a person waits before it is spoken of again. */
  reminderMs: z.number().int().positive(),
});

export type StageSettings = z.infer<typeof stageSettingsSchema>;

/** The newer of what is known and what is told. */
export function newerSettings(known: StageSettings | null, told: StageSettings): StageSettings {
  return (known?.sinceMs ?? 0) <= told.sinceMs ? told : (known ?? told);
}
