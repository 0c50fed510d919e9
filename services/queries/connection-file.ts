// The note that a running `onceward up` leaves in its state directory: where its nats-server and its page are.
// It must never be trusted beyond its shape: the process may be long gone.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Either part may be missing: a server of somebody else's is not noted, and a page may be switched off. */
const wholeSchema = z.object({
  natsUrl: z.string().min(1).optional(),
  pid: z.number().int().positive(),
  monitorUrl: z.string().optional(),
  httpUrl: z.string().min(1).optional(),
  /** The token of the page came from the environment and is kept nowhere. */
  isTokenGiven: z.boolean().optional(),
});
const noteSchema = wholeSchema.extend({ natsUrl: z.string().min(1) });
const pageSchema = wholeSchema.extend({
  httpUrl: z.string().min(1),
  isTokenGiven: z.boolean().default(false),
});

export type ConnectionNote = z.infer<typeof noteSchema>;
export type PageNote = z.infer<typeof pageSchema>;

/** Where the server is. Null when there is no note that says so. */
export function readConnectionNote(stateDirectory: string): Promise<ConnectionNote | null> {
  return readNote(stateDirectory, noteSchema);
}

/** Where the page is. Null when there is no note that says so. */
export function readPageNote(stateDirectory: string): Promise<PageNote | null> {
  return readNote(stateDirectory, pageSchema);
}

/** The note, whatever it says. */
export function readWholeNote(stateDirectory: string): Promise<z.infer<typeof wholeSchema> | null> {
  return readNote(stateDirectory, wholeSchema);
}

async function readNote<Note>(
  stateDirectory: string,
  schema: z.ZodType<Note>,
): Promise<Note | null> {
  try {
    const text = await readFile(join(stateDirectory, 'connection.json'), 'utf8');
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
