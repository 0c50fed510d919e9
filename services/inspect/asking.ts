// Sends one event in the operator's name and turns a refusal into an error with its own exit code.
// It must never repeat an event under a new id.
import { parseAddress } from '../../machines/address.ts';
import { hasCode, OncewardError } from '../../transport/errors.ts';
import { shortId } from '../../transport/identity.ts';
import type { Reply } from '../../transport/ports.ts';
import { absenceOf } from '../queries/absent-actor.ts';
import { meantEvent } from '../queries/meant-event.ts';
import type { Session } from '../queries/session.ts';
import { parseUserAddress, userAddress } from '../queries/user-address.ts';
import type { CommandContext } from './command-context.ts';
import { printDocument } from './output.ts';

export interface Question {
  address: string;
  type: string;
  data: Record<string, unknown>;
  /** Makes repeating safe; one is made up when it is left out. */
  id?: string | undefined;
  timeoutMs: number;
}

export type Answer = Extract<Reply, { outcome: 'applied' }> & { id: string };

/**
 * @throws EVENT_REFUSED, REVISION_CONFLICT, ACTOR_NOT_FOUND, BROKER_UNAVAILABLE,
 * OUTCOME_UNKNOWN with the id under which it can be repeated
 */
export async function askActor(session: Session, question: Question): Promise<Answer> {
  const { address, type, data, id = shortId() + shortId(), timeoutMs } = question;
  const reply = await answered(session, { address, type, data, id, timeoutMs });
  if (reply.outcome === 'applied') return { ...reply, id };
  if (reply.reason === 'unknown-actor') throw await absenceOf(session, parseUserAddress(address));
  throw refusalOf(question, reply);
}

/** Says what the event has led to. */
export function printAnswer(context: CommandContext, question: Question, answer: Answer): void {
  const { state, revision, isRepeat, id } = answer;
  const address = userAddress(question.address);
  const document = { address, type: question.type, state, revision, isRepeat, id };
  printDocument(context, document, () => [
    `${address} ${state} revision ${revision}${isRepeat ? ' (applied before)' : ''}`,
  ]);
}

async function answered(
  session: Session,
  { timeoutMs, ...request }: Question & { id: string },
): Promise<Reply> {
  try {
    return await session.asker.ask(request, { timeoutMs });
  } catch (error) {
    if (!hasCode(error, 'OUTCOME_UNKNOWN')) throw error;
    const message = `${error.message}; its id is ${request.id}`;
    throw new OncewardError('OUTCOME_UNKNOWN', message, { cause: error.cause });
  }
}

function refusalOf(
  { address, type }: Question,
  { reason, message, state }: Extract<Reply, { outcome: 'refused' }>,
): OncewardError {
  const details = { address, type, reason, state };
  const kind = parseAddress(address)?.kind;
  const meant = reason === 'unknown-type' && kind !== undefined ? meantEvent(kind, type) : '';
  const text = `${userAddress(address)} refused ${type} (${reason}): ${message}${meant}`;
  const code = reason === 'revision' ? 'REVISION_CONFLICT' : 'EVENT_REFUSED';
  return new OncewardError(code, text, { details });
}
