// The ways a command can answer, and how it declares which of them it knows.
// It must never let a command be asked for a form it has not declared.
import { Option } from 'commander';
import { OncewardError } from '../../transport/errors.ts';
import type { OutputFormat } from './command-context.ts';

type Formats = readonly [OutputFormat, ...OutputFormat[]];

/** Every format of every command. */
export const OUTPUT_FORMATS: Formats = [
  'table',
  'wide',
  'json',
  'jsonl',
  'name',
  'mermaid',
  'svg',
  'png',
];
/** What a command knows that declares nothing. */
export const DOCUMENT_FORMATS: Formats = ['table', 'json', 'jsonl'];
/** Of commands that answer with one thing that has an address. */
export const ADDRESSED_FORMATS: Formats = [...DOCUMENT_FORMATS, 'name'];
/** Of commands that list. */
export const LISTING_FORMATS: Formats = ['table', 'wide', 'json', 'jsonl', 'name'];

/** Declares what a command can be asked for with `-o`; the first is its default. */
export function outputOption([first, ...more]: Formats): Option {
  return new Option('-o, --output <format>', 'how to answer')
    .choices([first, ...more])
    .default(first);
}

/** @throws USAGE naming what the command can answer with */
export function assertFormat(command: string, format: string, known: readonly string[]): void {
  if (known.includes(format)) return;
  const message = `${command} cannot answer with -o ${format}: choose one of ${known.join(', ')}`;
  throw new OncewardError('USAGE', message);
}
