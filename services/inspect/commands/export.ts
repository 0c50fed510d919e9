// `onceward export`: the whole life of one actor as one JSON document, on standard output or in a file.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OncewardError } from '../../../transport/errors.ts';
import { requireActor } from '../../queries/absent-actor.ts';
import { exportActor, type RunExport } from '../../queries/run-export.ts';
import { withSession } from '../../queries/session.ts';
import { parseUserAddress } from '../../queries/user-address.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';

export interface ExportInput {
  address: string;
  file?: string;
}

/** @throws ACTOR_NOT_FOUND, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION, USAGE */
export async function exportLife(context: CommandContext, input: ExportInput): Promise<number> {
  const user = parseUserAddress(input.address);
  const life = await withSession(context, async (session) =>
    exportActor(session, await requireActor(session, user), context.version),
  );
  for (const note of life.notes) context.err.line(`onceward: ${note}`);
  const { file } = input;
  if (file === undefined) context.out.line(encoded(life, context.output !== 'jsonl'));
  else await save(context, file, life);
  return EXIT.done;
}

async function save(context: CommandContext, file: string, life: RunExport): Promise<void> {
  const path = resolve(context.directory, file);
  try {
    await writeFile(path, `${encoded(life, true)}\n`);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new OncewardError('USAGE', `${file} cannot be written: ${why}`, { cause });
  }
  const { address, steps, audit } = life;
  const document = { address, file: path, revisions: steps.length, auditEntries: audit.length };
  printDocument(context, document, () => [
    `${address}: ${steps.length} revisions and ${audit.length} audit entries in ${file}`,
  ]);
}

function encoded(life: RunExport, isIndented: boolean): string {
  return isIndented ? JSON.stringify(life, null, 2) : JSON.stringify(life);
}
