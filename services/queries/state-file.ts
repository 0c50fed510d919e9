// What a process has last seen, as a JSON file in the state directory, for people and other programs.
// It must never be seen half written, nor be trusted for a decision: whoever decides reads everything anew.
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { z } from 'zod';

/** Null when nobody has written it, or what was left cannot be read. */
export async function readStateFile<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

/** `by` names the writer, so that two of them do not write into one draft. */
export async function writeStateFile(path: string, content: { by: string }): Promise<void> {
  const draft = `${path}.${content.by}`;
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`);
  await rename(draft, path);
}
