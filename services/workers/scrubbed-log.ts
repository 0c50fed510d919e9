// A log that holds no secret: what is appended is scrubbed on its way to the file.
// It must never hold output back beyond a line, nor lose what it holds back when it is closed.
import type { OutputLog } from '../../transport/process/output-log.ts';
import type { SecretScrubber } from './secret-scrubber.ts';

/** Bytes that are no UTF-8 are kept as replacement characters: a log is read by people. */
export function scrubbedLog(
  log: Pick<OutputLog, 'append' | 'close'>,
  scrubber: SecretScrubber,
): Pick<OutputLog, 'append' | 'close'> {
  const decoder = new TextDecoder();
  const stream = scrubber.stream();
  const append = (text: string) => {
    if (text !== '') log.append(Buffer.from(text));
  };
  return {
    append: (chunk) => append(stream.push(decoder.decode(chunk, { stream: true }))),
    close() {
      append(stream.push(decoder.decode()));
      append(stream.end());
      return log.close();
    },
  };
}
