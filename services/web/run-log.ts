// Reads a part of what the command of a run has written, from the file its worker keeps on this machine.
// It must never follow a link, leave the folder of the logs, or read more than a part at a time.
import { constants, type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { containedPath } from '../../transport/git/contained-path.ts';

export interface LogPart {
  bytes: Uint8Array;
  /** Where in the file they begin. */
  offset: number;
  /** Where the next part begins. */
  nextOffset: number;
  sizeBytes: number;
}

export interface LogName {
  project: string;
  item: string;
  stage: string;
  attempt: number;
  epoch: number;
}

export const MAX_PART_BYTES = 262_144;

/**
 * From a byte of the file on; a negative one counts from its end. Null when there is no such file here.
 * @throws PATH_REFUSED
 */
export async function readRunLog(
  stateDirectory: string,
  { project, item, stage, attempt, epoch }: LogName,
  from: number,
): Promise<LogPart | null> {
  const name = `${stage}.${attempt}.${epoch}.log`;
  const path = containedPath(join(stateDirectory, 'logs'), project, item, name);
  // Not blocking, because opening a named pipe would otherwise wait for a writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    const status = await file.stat();
    return status.isFile() ? await readPart(file, status.size, from) : null;
  } finally {
    await file.close();
  }
}

async function readPart(file: FileHandle, sizeBytes: number, from: number): Promise<LogPart> {
  const offset = from < 0 ? Math.max(0, sizeBytes + from) : Math.min(from, sizeBytes);
  const wanted = Math.min(MAX_PART_BYTES, sizeBytes - offset);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
  const read = buffer.subarray(0, bytesRead);
  const bytes = read.subarray(0, read.length - cutBytes(read));
  return { bytes, offset, nextOffset: offset + bytes.length, sizeBytes };
}

const MAX_CHARACTER_BYTES = 4;

/** How many bytes at the end begin a character whose rest is not there yet: they come with the next part. */
function cutBytes(bytes: Uint8Array): number {
  for (let back = 1; back < MAX_CHARACTER_BYTES && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? back : 0;
  }
  return 0;
}
