// Leaves the note by which other commands find what runs on a state directory: its nats-server, its page.
// It must never take back what another process has left, nor be seen half written.
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServedHttp } from './app-options.ts';
import { readPageNote, readWholeNote } from './queries/connection-file.ts';

const PRIVATE_MODE = 0o600;

/** What an embedded server leaves; whatever was there before is of a process that is gone. */
export function leaveServerNote(
  stateDirectory: string,
  { url, monitorUrl }: { url: string; monitorUrl: string },
): Promise<void> {
  return write(stateDirectory, { natsUrl: url, monitorUrl, pid: process.pid });
}

/** Takes back what this process has left. */
export function withdrawServerNote(stateDirectory: string): Promise<void> {
  return rm(pathIn(stateDirectory), { force: true });
}

/** Adds the page to the note of this process, or leaves one for it alone. */
export async function leavePageNote(
  stateDirectory: string,
  { url, tokenFile }: Pick<ServedHttp, 'url' | 'tokenFile'>,
): Promise<void> {
  const found = await readWholeNote(stateDirectory);
  const { pid } = process;
  const page = { httpUrl: url, isTokenGiven: tokenFile === null, pid };
  if (found?.pid === pid) await write(stateDirectory, { ...found, ...page });
  else if (found === null || !isRunning(found.pid)) await write(stateDirectory, page);
}

/** Leaves the server's part of the note to the server. */
export async function withdrawPageNote(stateDirectory: string): Promise<void> {
  const found = await readWholeNote(stateDirectory);
  if (found?.pid !== process.pid || (await readPageNote(stateDirectory)) === null) return;
  const { httpUrl: _, isTokenGiven: __, ...rest } = found;
  if (rest.natsUrl === undefined) await rm(pathIn(stateDirectory), { force: true });
  else await write(stateDirectory, rest);
}

async function write(stateDirectory: string, note: object): Promise<void> {
  const path = pathIn(stateDirectory);
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(note)}\n`, { mode: PRIVATE_MODE });
  await rename(draft, path);
}

function pathIn(stateDirectory: string): string {
  return join(stateDirectory, 'connection.json');
}

/** Whether a process of this id is there. It may be another one by now. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
