// `onceward replay`: steps through an exported life, offline. It must never need a server or a configuration.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OncewardError } from '../../../transport/errors.ts';
import { parseExport } from '../../queries/export-file.ts';
import { replayExport } from '../../queries/export-replay.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';
import { replayLines } from '../replay-page.ts';

export interface ReplayInput {
  /** `-` for standard input. */
  file: string;
}

/** Ends with 1 when anything differs. @throws EXPORT_INVALID, USAGE */
export async function replay(context: CommandContext, { file }: ReplayInput): Promise<number> {
  const replayed = replayExport(parseExport(await textOf(context, file)));
  printDocument(context, { ...replayed }, () => replayLines(context, replayed));
  return replayed.isReproduced ? EXIT.done : EXIT.error;
}

async function textOf(context: CommandContext, file: string): Promise<string> {
  if (file === '-') return context.readInput();
  try {
    return await readFile(resolve(context.directory, file), 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new OncewardError('USAGE', `${file} cannot be read: ${why}`, { cause });
  }
}
