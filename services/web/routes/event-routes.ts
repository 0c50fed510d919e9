// Sends an event for a person who looks at the page, or only tries it.
// It must never send one without the revision that person has seen, nor in another name than the operator's.
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { OncewardError } from '../../../transport/errors.ts';
import type { Reply } from '../../../transport/ports.ts';
import { requireAddress } from '../../queries/absent-actor.ts';
import { dryRun } from '../../queries/dry-run.ts';
import { parseUserAddress, userAddress } from '../../queries/user-address.ts';
import { document, failure, HttpError } from '../answers.ts';
import { readBody } from '../request-body.ts';
import type { Served } from '../served.ts';

const ANSWER_LIMIT_MS = 10_000;

const eventSchema = z.object({
  address: z.string().max(800),
  type: z.string().min(1).max(64),
  data: z.record(z.string(), z.unknown()).default({}),
  isDryRun: z.boolean().default(false),
  /** Repeating it under the same id is harmless. */
  id: z.string().min(1).max(256).optional(),
});

interface Sending {
  address: string;
  type: string;
  data: Record<string, unknown>;
  id?: string | undefined;
}

export function addEventRoutes(app: Hono, served: Served): void {
  const { session, operator, visitors } = served;
  app.post('/api/events', async (context) => {
    visitors.assertMayWrite(context);
    const ifRevision = revisionIn(context);
    const { isDryRun, ...event } = await readBody(context, eventSchema);
    const address = await requireAddress(session, parseUserAddress(event.address));
    const data = { ...event.data, by: operator, ifRevision };
    const sending = { ...event, address, data };
    return isDryRun ? tryOut(context, served, sending) : send(context, served, sending);
  });
}

async function tryOut(context: Context, served: Served, sending: Sending): Promise<Response> {
  const { outcome, to, isRepeat, effects, changes, candidates, reason, message, revision } =
    await dryRun(served.session, sending);
  if (reason === 'revision') throw moved(sending.address, message ?? '');
  const why = reason === null ? {} : { reason, message };
  const foreseen = { outcome, to, isRepeat, effects, changes, candidates, revision, ...why };
  return document(context, served.clock.nowMs(), foreseen);
}

async function send(context: Context, served: Served, sending: Sending): Promise<Response> {
  const { session, clock } = served;
  const { address, type, data, id } = sending;
  const request = { address, type, data, ...(id === undefined ? {} : { id }) };
  const reply = await session.asker.ask(request, { timeoutMs: ANSWER_LIMIT_MS });
  if (reply.outcome === 'refused') return refused(context, served, { sending, reply });
  const { outcome, revision, state, isRepeat } = reply;
  return document(context, clock.nowMs(), { outcome, revision, state, isRepeat });
}

async function refused(
  context: Context,
  { session }: Served,
  { sending, reply }: { sending: Sending; reply: Extract<Reply, { outcome: 'refused' }> },
): Promise<Response> {
  const { address, type } = sending;
  const { reason, message, state } = reply;
  if (reason === 'revision') throw moved(address, message);
  if (reason === 'unknown-actor') {
    throw new OncewardError('ACTOR_NOT_FOUND', `${userAddress(address)} does not exist`);
  }
  // Why, as it would be refused now: the record may have moved since, and then so may the reasons have.
  const { candidates } = await dryRun(session, sending).catch(() => ({ candidates: [] }));
  const text = `${userAddress(address)} refused ${type} (${reason}): ${message}`;
  const error = new OncewardError('EVENT_REFUSED', text);
  return failure(context, error, { reason, message, state, candidates });
}

/** @throws REVISION_REQUIRED, REQUEST_INVALID */
function revisionIn(context: Context): number {
  const given = context.req.header('if-match');
  if (given === undefined) {
    const message = 'an event needs If-Match with the revision it was decided on';
    throw new HttpError(428, 'REVISION_REQUIRED', message);
  }
  const digits = /^"([1-9]\d{0,15})"$/.exec(given)?.[1];
  if (digits !== undefined) return Number(digits);
  throw new HttpError(400, 'REQUEST_INVALID', 'If-Match: expected one revision in quotes');
}

function moved(address: string, message: string): OncewardError {
  return new OncewardError('REVISION_CONFLICT', `${userAddress(address)} moved: ${message}`);
}
