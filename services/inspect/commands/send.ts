// `onceward send`: asks any actor with any event, as a publisher would, and shows the answer.
// It must never send what is not a JSON object, nor anything at all when it is only to be tried.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OncewardError } from '../../../transport/errors.ts';
import { requireAddress } from '../../queries/absent-actor.ts';
import { type DryRunRequest, dryRun } from '../../queries/dry-run.ts';
import { withSession } from '../../queries/session.ts';
import { parseUserAddress } from '../../queries/user-address.ts';
import { askActor, printAnswer } from '../asking.ts';
import type { CommandContext } from '../command-context.ts';
import { dryRunLines } from '../dry-run-page.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';

export interface SendInput {
  address: string;
  type: string;
  /** JSON, `@file` or `@-` for standard input. */
  data?: string;
  ifRevision?: number;
  id?: string;
  /** Decide it here and show what would come of it. */
  isDryRun?: boolean;
  timeoutMs: number;
}

/**
 * A dry run that would be refused ends like the refusal itself: with 6, or 5 for the revision.
 * @throws EVENT_REFUSED, REVISION_CONFLICT, ACTOR_NOT_FOUND, USAGE
 */
export async function send(context: CommandContext, input: SendInput): Promise<number> {
  const { type, id, ifRevision, timeoutMs } = input;
  const user = parseUserAddress(input.address);
  const given = parseData(await textOf(context, input.data ?? '{}'));
  const data = ifRevision === undefined ? given : { ...given, ifRevision };
  if (input.isDryRun) return tryOut(context, { address: input.address, type, data, id });
  await withSession(context, async (session) => {
    const address = await requireAddress(session, user);
    const question = { address, type, data, id, timeoutMs };
    printAnswer(context, question, await askActor(session, question));
  });
  return EXIT.done;
}

async function tryOut(context: CommandContext, request: DryRunRequest): Promise<number> {
  const foreseen = await withSession(context, (session) => dryRun(session, request));
  printDocument(context, { ...foreseen }, () => dryRunLines(context, foreseen));
  if (foreseen.outcome === 'would-apply') return EXIT.done;
  return foreseen.reason === 'revision' ? EXIT.conflict : EXIT.refused;
}

async function textOf(context: CommandContext, data: string): Promise<string> {
  if (!data.startsWith('@')) return data;
  const file = data.slice(1);
  if (file === '-') return context.readInput();
  try {
    return await readFile(resolve(context.directory, file), 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new OncewardError('USAGE', `${file} cannot be read: ${why}`, { cause });
  }
}

function parseData(text: string): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
      return data as Record<string, unknown>;
    }
  } catch {
    // Said below: what is not JSON is no JSON object either.
  }
  throw new OncewardError('USAGE', '--data is no JSON object; for example --data \'{"code":0}\'');
}
