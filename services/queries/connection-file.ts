// The note that a running `onceward up` leaves beside its store: where its nats-server listens.
// It must never be trusted beyond its shape: the process may be long gone.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const noteSchema = z.object({
  natsUrl: z.string().min(1),
  pid: z.number().int().positive(),
  monitorUrl: z.string().optional(),
});

export type ConnectionNote = z.infer<typeof noteSchema>;

/** Null when there is none, or none that can be read. */
export async function readConnectionNote(stateDirectory: string): Promise<ConnectionNote | null> {
  try {
    const text = await readFile(join(stateDirectory, 'connection.json'), 'utf8');
    return noteSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
