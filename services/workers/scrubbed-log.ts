// A log that holds no secret: what is appended is scrubbed on its way to the file.
// It must never hold output back beyond a line, nor lose what it holds back when it is closed.
import type { OutputLog } from '../../transport/process/output-log.ts';
import type { OutputStream } from '../../transport/process/process-group.ts';
import type { SecretScrubber } from './secret-scrubber.ts';

export interface ScrubbedLog {
  /** Takes output as it comes, in any chunks; without a stream it is that of stdout. */
  append(chunk: Uint8Array, stream?: OutputStream): void;
  /** Writes what is held back, and resolves once all of it stands in the file. */
  close(): Promise<void>;
}

/** Bytes that are no UTF-8 are kept as replacement characters: a log is read by people. */
export function scrubbedLog(
  log: Pick<OutputLog, 'append' | 'close'>,
  scrubber: SecretScrubber,
): ScrubbedLog {
  const append = (text: string) => {
    if (text !== '') log.append(Buffer.from(text));
  };
  // Each stream by itself: what one says between two halves of the other's secret must not hide it.
  const lines = { stdout: decodedLines(scrubber), stderr: decodedLines(scrubber) };
  return {
    append: (chunk, stream = 'stdout') => append(lines[stream].push(chunk)),
    close() {
      append(lines.stdout.end());
      append(lines.stderr.end());
      return log.close();
    },
  };
}

function decodedLines(scrubber: SecretScrubber) {
  const decoder = new TextDecoder();
  const stream = scrubber.stream();
  return {
    push: (chunk: Uint8Array) => stream.push(decoder.decode(chunk, { stream: true })),
    end: () => stream.push(decoder.decode()) + stream.end(),
  };
}
