// Reads a log file to its end and, when asked, goes on reading while it grows.
// It must never lose the last lines: it looks once more after the writer is known to have ended.
import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '../../transport/ports.ts';

export interface LogTail {
  path: string;
  clock: Clock;
  /** Null to read what is there and no more. */
  tail: { isOver: () => Promise<boolean>; stop: AbortSignal } | null;
  onChunk: (bytes: Uint8Array) => void;
}

const CHUNK_BYTES = 65_536;
const POLL_MS = 200;
/** The record is asked less often than the file: it costs a request. */
const POLLS_PER_QUESTION = 5;

/** False when there is no such file, also not by the time the run ended. */
export async function followLog({ path, clock, tail, onChunk }: LogTail): Promise<boolean> {
  let file = await openIfThere(path);
  let position = 0;
  try {
    for (let polls = 0; ; polls += 1) {
      const isLast = await isLastRound(tail, polls);
      file ??= await openIfThere(path);
      if (file !== null) position = await readFrom(file, position, onChunk);
      if (isLast) return file !== null;
      await new Promise<void>((resolve) => void clock.after(POLL_MS, resolve));
    }
  } finally {
    await file?.close();
  }
}

async function isLastRound(tail: LogTail['tail'], polls: number): Promise<boolean> {
  if (tail === null || tail.stop.aborted) return true;
  return polls % POLLS_PER_QUESTION === 0 && (await tail.isOver());
}

async function readFrom(
  file: FileHandle,
  start: number,
  onChunk: (bytes: Uint8Array) => void,
): Promise<number> {
  let position = start;
  for (;;) {
    // A new buffer each time: what was handed out may still be on its way to the terminal.
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return position;
    onChunk(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
