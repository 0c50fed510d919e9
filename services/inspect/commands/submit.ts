// `onceward submit`: opens a new item in a project.
// It must never change an item that exists: a second submit under the same id is refused.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { itemAddress } from '../../../machines/address.ts';
import { identifierSchema } from '../../../machines/identifier.ts';
import { cleanTraceparent } from '../../../machines/traceparent.ts';
import { hasCode, OncewardError } from '../../../transport/errors.ts';
import { shortId } from '../../../transport/identity.ts';
import { strangeProject } from '../../queries/absent-actor.ts';
import { type Session, withSession } from '../../queries/session.ts';
import { askActor, type Question } from '../asking.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';

export interface SubmitInput {
  project: string;
  title: string;
  body?: string;
  bodyFile?: string;
  id?: string;
  timeoutMs: number;
}

/** Prints the address of the new item. @throws EVENT_REFUSED when there is such an item already */
export async function submit(context: CommandContext, input: SubmitInput): Promise<number> {
  const { title, timeoutMs } = input;
  const project = identifier('project', input.project);
  const item = input.id === undefined ? shortId() : identifier('--id', input.id);
  const traceparent = cleanTraceparent(context.environment.traceparent);
  const trace = traceparent === null ? {} : { traceparent };
  const data = { title, body: await bodyOf(context, input), by: context.operator, ...trace };
  const question = { address: itemAddress(project, item), type: 'open', data, timeoutMs };
  const answer = await withSession(context, async (session) => {
    try {
      return await askActor(session, question);
    } catch (error) {
      throw existing(error, question) ?? (await stranger(session, project, error)) ?? error;
    }
  });
  const { state, revision } = answer;
  const document = { address: `${project}/${item}`, project, item, title, state, revision };
  printDocument(context, document, () => [document.address]);
  return EXIT.done;
}

function existing(error: unknown, { address }: Question): OncewardError | null {
  if (!hasCode(error, 'EVENT_REFUSED')) return null;
  const { reason, state } = error.details;
  if (reason !== 'not-now' && reason !== 'finished') return null;
  const shown = address.split('.').slice(1).join('/');
  const found = reason === 'finished' ? 'finished' : String(state);
  const message = `item ${shown} exists already (${found}); nothing was changed, choose another --id`;
  return new OncewardError('EVENT_REFUSED', message, { details: error.details });
}

/** Null unless it was refused for a project that nobody knows. */
async function stranger(
  session: Session,
  project: string,
  error: unknown,
): Promise<OncewardError | null> {
  if (!hasCode(error, 'EVENT_REFUSED') || error.details['reason'] !== 'schema') return null;
  const message = await strangeProject(session, project);
  if (message === null) return null;
  return new OncewardError('EVENT_REFUSED', message, { details: error.details });
}

async function bodyOf(context: CommandContext, input: SubmitInput): Promise<string> {
  const { body, bodyFile } = input;
  if (body !== undefined && bodyFile !== undefined) {
    throw new OncewardError('USAGE', '--body and --body-file exclude each other');
  }
  if (bodyFile === undefined) return body ?? '';
  if (bodyFile === '-') return context.readInput();
  try {
    return await readFile(resolve(context.directory, bodyFile), 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new OncewardError('USAGE', `${bodyFile} cannot be read: ${why}`, { cause });
  }
}

function identifier(what: string, text: string): string {
  const parsed = identifierSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues[0]?.message ?? 'not valid';
  throw new OncewardError('USAGE', `${what} "${text}": ${why}`);
}
