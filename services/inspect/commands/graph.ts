// `onceward graph`: a machine, a pipeline, or what stands at an address, as Mermaid, SVG, PNG or data.
// It must never write the bytes of a picture to a terminal.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OncewardError } from '../../../transport/errors.ts';
import { type Drawing, pngOf, svgOf } from '../../charts/drawing.ts';
import type { CommandContext, OutputFormat } from '../command-context.ts';
import { drawingOf } from '../drawing-source.ts';
import { EXIT } from '../exit-codes.ts';
import { DOCUMENT_VERSION } from '../output.ts';

export interface GraphInput {
  /** `run`, `item`, `pipeline:<name>` or an address. */
  what: string;
  file?: string | undefined;
  /** The state to light. */
  state?: string | undefined;
}

/** @throws ACTOR_NOT_FOUND, CHART_FAILED, CONFIG_INVALID, USAGE */
export async function graph(context: CommandContext, input: GraphInput): Promise<number> {
  const { out, output } = context;
  const { what, file, state } = input;
  if (output === 'png' && file === undefined && out.isTerminal) {
    const message = 'a picture is nothing to read on a terminal: name a --file, or use a pipe';
    throw new OncewardError('USAGE', message);
  }
  const drawing = await drawingOf(context, what, state);
  const content = await contentOf(drawing, output);
  if (file === undefined) out.text(content);
  else await save(context, file, content);
  return EXIT.done;
}

async function contentOf(drawing: Drawing, output: OutputFormat): Promise<string | Uint8Array> {
  if (output === 'png') return pngOf(drawing);
  if (output === 'svg') return `${await svgOf(drawing)}\n`;
  if (output !== 'json') return `${drawing.mermaid}\n`;
  return `${JSON.stringify({ v: DOCUMENT_VERSION, ...drawing.document }, null, 2)}\n`;
}

async function save(
  { directory, err }: CommandContext,
  file: string,
  content: string | Uint8Array,
): Promise<void> {
  try {
    await writeFile(resolve(directory, file), content);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new OncewardError('USAGE', `${file} cannot be written: ${why}`, { cause });
  }
  err.line(`onceward: ${Buffer.byteLength(content)} bytes in ${file}`);
}
