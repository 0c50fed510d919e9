// What the janitor of a worker has last seen on its machine, in the state directory for people and programs.
// It must never be trusted for a decision: the janitor reads everything anew.
import { join } from 'node:path';
import { z } from 'zod';
import { readStateFile, writeStateFile } from './state-file.ts';

const reportSchema = z.object({
  v: z.literal(1),
  /** The worker that wrote it. */
  by: z.string(),
  /** Server time. */
  atMs: z.number(),
  usedBytes: z.number(),
  /** 0 for no budget. */
  budgetBytes: z.number(),
  keptCount: z.number(),
  /** How many are kept for each reason. */
  reasons: z.record(z.string(), z.number()),
  /** The largest first, at most 1 000. */
  kept: z.array(
    z.object({
      address: z.string(),
      reason: z.string(),
      detail: z.string(),
      bytes: z.number(),
    }),
  ),
});

export type JanitorReport = z.infer<typeof reportSchema>;

/** Null when no janitor has been here, or what it left cannot be read. */
export async function readJanitorReport(stateDirectory: string): Promise<JanitorReport | null> {
  return readStateFile(pathIn(stateDirectory), reportSchema);
}

export async function writeJanitorReport(
  stateDirectory: string,
  report: JanitorReport,
): Promise<void> {
  await writeStateFile(pathIn(stateDirectory), report);
}

function pathIn(stateDirectory: string): string {
  return join(stateDirectory, 'janitor.json');
}
