// Keeps the output of a command in a file, up to a size; what comes after is counted, not kept.
// It must never hold a command up, nor fail it because its log cannot be written.
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { OncewardError } from '../errors.ts';

/** 10 MiB. */
const MAX_LOG_BYTES_DEFAULT = 10 * 1_024 * 1_024;
const NEWLINE = 10;

export interface OutputLog {
  readonly path: string;
  append(chunk: Uint8Array): void;
  /** Everything appended so far, kept or not. */
  totalBytes(): number;
  /**
   * Resolves once everything kept is in the file.
   * @throws PROCESS_FAILED when a part of it could not be written
   */
  close(): Promise<void>;
}

/**
 * Opens (and creates) a log file for appending.
 * @throws PROCESS_FAILED when the file cannot be opened
 */
export async function openOutputLog(
  path: string,
  { maxBytes = MAX_LOG_BYTES_DEFAULT }: { maxBytes?: number | undefined } = {},
): Promise<OutputLog> {
  const file = await openForAppending(path);
  // At most `maxBytes` can ever wait in memory, so a slow disk needs no back-pressure.
  const stream = file.createWriteStream();
  let failure: unknown = null;
  stream.on('error', (error) => {
    failure = error;
  });
  let totalBytes = 0;
  let isCapped = false;
  let isMidLine = false;

  const append = (chunk: Uint8Array) => {
    const room = maxBytes - totalBytes;
    totalBytes += chunk.length;
    if (isCapped || failure !== null) return;
    const kept = chunk.subarray(0, room);
    if (kept.length > 0) {
      isMidLine = kept.at(-1) !== NEWLINE;
      stream.write(kept);
    }
    if (chunk.length <= room) return;
    isCapped = true;
    stream.write(`${isMidLine ? '\n' : ''}[onceward] output capped at ${maxBytes} bytes\n`);
  };

  const close = async () => {
    stream.end();
    await finished(stream).catch(() => {});
    if (failure !== null) throw logFailure(path, failure);
  };

  return { path, append, totalBytes: () => totalBytes, close };
}

async function openForAppending(path: string) {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await open(path, 'a');
  } catch (error) {
    throw logFailure(path, error);
  }
}

function logFailure(path: string, cause: unknown): OncewardError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
  return new OncewardError('PROCESS_FAILED', `cannot write the log ${path}: ${reason}`, {
    cause,
    details: { path, reason },
  });
}
