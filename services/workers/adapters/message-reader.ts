// Reads a stream of JSON messages, one a line, and tells each in words as it comes.
// It must never fail on a line, nor hide one: what is no message goes to the log as it is.
import { type LooseObject, parsedObject } from './loose-json.ts';
import { type OutputLine, outputLines } from './output-lines.ts';

export interface MessageReaderOptions {
  /** Takes one message; its text for the log, with a newline at its end, or nothing. */
  take: (message: LooseObject) => string;
  /** Told of each line that is no message. */
  stray: (text: string) => void;
}

export interface MessageReader {
  read(chunk: Uint8Array): string;
  /** Reads a last line that had no end. */
  end(): string;
}

/** Of a line that is no message, and could be anything. */
const MAX_STRAY_CHARACTERS = 4_096;

export function messageReader({ take, stray }: MessageReaderOptions): MessageReader {
  const lines = outputLines();
  const told = (line: OutputLine): string => {
    if (!('text' in line)) return `[onceward] a line of ${line.leftOutBytes} bytes was left out\n`;
    if (line.text.trim() === '') return '';
    const message = parsedObject(line.text);
    if (message !== null) return take(message);
    const text = line.text.slice(0, MAX_STRAY_CHARACTERS);
    stray(text);
    return `${text}\n`;
  };
  return {
    read: (chunk) => lines.push(chunk).map(told).join(''),
    end: () => lines.end().map(told).join(''),
  };
}
