// What the janitor of a worker has last seen on its machine, in the state directory for people and programs.
// It must never be trusted for a decision: the janitor reads everything anew.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

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
  try {
    return reportSchema.parse(JSON.parse(await readFile(pathIn(stateDirectory), 'utf8')));
  } catch {
    return null;
  }
}

export async function writeJanitorReport(
  stateDirectory: string,
  report: JanitorReport,
): Promise<void> {
  const path = pathIn(stateDirectory);
  const draft = `${path}.${report.by}`;
  await writeFile(draft, `${JSON.stringify(report, null, 2)}\n`);
  await rename(draft, path);
}

function pathIn(stateDirectory: string): string {
  return join(stateDirectory, 'janitor.json');
}
