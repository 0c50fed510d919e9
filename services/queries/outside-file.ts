// What a host has last seen of trackers and forges, in the state directory for people and programs.
// It must never be trusted for a decision: whoever decides reads the tracker and the records.
import { join } from 'node:path';
import { z } from 'zod';
import { readStateFile, writeStateFile } from './state-file.ts';

/** Waiting issues that are told of each project. */
export const MAX_TOLD_WAITING = 200;

export const outsideRowSchema = z.object({
  project: z.string(),
  /** When the last look at it ended, server time; null before the first, or when it is left alone. */
  lookedAtMs: z.number().nullable(),
  failedLooks: z.number(),
  /** What went wrong in the last look, or why the project is left alone; null when nothing is. */
  problem: z.string().nullable(),
  /** Items that are still to be shown in the tracker. */
  unshown: z.number(),
  waitingCount: z.number(),
  /** Issues that ask for work and do not get it yet, the most urgent first, at most 200. */
  waiting: z.array(
    z.object({ ref: z.string(), item: z.string(), title: z.string(), reason: z.string() }),
  ),
});

const reportSchema = z.object({
  v: z.literal(1),
  /** The host that wrote it. */
  by: z.string(),
  /** Server time. */
  atMs: z.number(),
  projects: z.array(outsideRowSchema),
});

export type OutsideReport = z.infer<typeof reportSchema>;
export type OutsideRow = z.infer<typeof outsideRowSchema>;

/** Null when no host has been here, or what it left cannot be read. */
export async function readOutsideReport(stateDirectory: string): Promise<OutsideReport | null> {
  return readStateFile(pathIn(stateDirectory), reportSchema);
}

export async function writeOutsideReport(
  stateDirectory: string,
  report: OutsideReport,
): Promise<void> {
  await writeStateFile(pathIn(stateDirectory), report);
}

function pathIn(stateDirectory: string): string {
  return join(stateDirectory, 'outside.json');
}
