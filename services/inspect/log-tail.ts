// Reads a log file to its end and, when asked, goes on reading while it grows.
// It must never lose the last lines: it looks once more after the writer is known to have ended.
import { type FileHandle, open } from 'node:fs/promises';
import { hasCode } from '../../transport/errors.ts';
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
  const question = createQuestion(tail);
  try {
    for (let polls = 0; ; polls += 1) {
      if (polls % POLLS_PER_QUESTION === 0) question.ask();
      // Before the file is read: what was written until then is read after.
      const isLast = question.isOver();
      file ??= await openIfThere(path);
      if (file !== null) position = await readFrom(file, position, onChunk);
      if (isLast) return file !== null;
      await new Promise<void>((resolve) => void clock.after(POLL_MS, resolve));
    }
  } finally {
    await file?.close();
  }
}

/** Asked beside the reading: the file goes on while the record is out of reach. */
function createQuestion(tail: LogTail['tail']) {
  let isUnderWay = false;
  let isOver = false;
  let failure: unknown = null;
  return {
    ask() {
      if (tail === null || isUnderWay) return;
      isUnderWay = true;
      tail
        .isOver()
        .then(
          (answer) => {
            isOver ||= answer;
          },
          (error) => {
            if (!isTemporary(error)) failure = error;
          },
        )
        .finally(() => {
          isUnderWay = false;
        });
    },
    isOver(): boolean {
      if (failure !== null) throw failure;
      return tail === null || tail.stop.aborted || isOver;
    },
  };
}

function isTemporary(error: unknown): boolean {
  return hasCode(error, 'BROKER_UNAVAILABLE', 'OUTCOME_UNKNOWN');
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
