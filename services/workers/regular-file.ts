// Reads files that a command has left behind.
// It must never follow a link or wait on a pipe: what lies there was put there by the command.
import { constants, type FileHandle, open } from 'node:fs/promises';

export interface RegularFile {
  sizeBytes: number;
  /** The text, or null when the file is larger than what was asked for. */
  content: string | null;
}

/** Reads a regular file of at most `maxBytes`; null when there is none. */
export async function readRegularFile(path: string, maxBytes: number): Promise<RegularFile | null> {
  return withRegularFile(path, async (file, sizeBytes) => {
    const isFitting = sizeBytes <= maxBytes;
    return { sizeBytes, content: isFitting ? await file.readFile('utf8') : null };
  });
}

/** The last `maxBytes` of a regular file, from the first whole line; empty when there is none. */
export async function readTail(path: string, maxBytes: number): Promise<string> {
  const tail = await withRegularFile(path, async (file, sizeBytes) => {
    const offset = Math.max(0, sizeBytes - maxBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, offset);
    const text = buffer.toString('utf8', 0, bytesRead);
    return offset === 0 ? text : text.slice(text.indexOf('\n') + 1);
  });
  return tail ?? '';
}

async function withRegularFile<T>(
  path: string,
  read: (file: FileHandle, sizeBytes: number) => Promise<T>,
): Promise<T | null> {
  // Not blocking, because opening a named pipe would otherwise wait for a writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    const status = await file.stat();
    return status.isFile() ? await read(file, status.size) : null;
  } finally {
    await file.close();
  }
}
