// One request to the JetStream API, answered or translated into an error of ours.
// It sends what it is given: the client's own types lag behind the server's settings.
import { errors, type Msg, type NatsConnection } from 'nats';
import { OncewardError } from '../errors.ts';

/** The `err_code` values that are told apart here. */
export const API_CODES = {
  consumerNotFound: 10014,
  consumerExists: 10148,
  streamExists: 10058,
  streamNotFound: 10059,
} as const;

export interface ApiFailure {
  err_code: number;
  code: number;
  description: string;
}

export type ApiAnswer<T> = { ok: true; value: T } | { ok: false; error: ApiFailure };

const ATTEMPT_LIMIT_MS = 3_000;
const MAX_ATTEMPTS = 5;

/**
 * Sends `$JS.API.<subject>`; what the server refuses comes back as a value. Repeats a request that
 * is not answered (a cluster says nothing while it elects a leader), so it is only for requests
 * that may be repeated: reading, and creating what must exist.
 * @throws BROKER_UNAVAILABLE (never delivered), PERMISSION_DENIED, OUTCOME_UNKNOWN (delivered, no answer)
 */
export async function apiRequest<T>(
  nc: NatsConnection,
  subject: string,
  payload: unknown = {},
): Promise<ApiAnswer<T>> {
  const message = await sent(nc, `$JS.API.${subject}`, JSON.stringify(payload));
  const body = message.json<T & { error?: ApiFailure }>();
  return body.error === undefined ? { ok: true, value: body } : { ok: false, error: body.error };
}

async function sent(nc: NatsConnection, subject: string, payload: string): Promise<Msg> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await nc.request(subject, payload, { timeout: ATTEMPT_LIMIT_MS });
    } catch (cause) {
      const mayRepeat = cause instanceof errors.TimeoutError && attempt < MAX_ATTEMPTS;
      if (!mayRepeat) throw requestError(subject, cause);
    }
  }
}

/** Translates what a request or a publication threw. */
export function requestError(subject: string, cause: unknown): OncewardError {
  if (cause instanceof OncewardError) return cause;
  const denied = deniedError(cause);
  if (denied !== null) return denied;
  const why = cause instanceof Error ? cause.message : String(cause);
  const isUnheard =
    hasReason(cause, errors.NoRespondersError) ||
    hasReason(cause, errors.ClosedConnectionError) ||
    hasReason(cause, errors.DrainingConnectionError);
  return new OncewardError(
    isUnheard ? 'BROKER_UNAVAILABLE' : 'OUTCOME_UNKNOWN',
    `no answer on ${subject}: ${why}`,
    { cause, details: { subject } },
  );
}

/** PERMISSION_DENIED where the login may not use a subject; null for anything else. */
export function deniedError(cause: unknown): OncewardError | null {
  const reason = reasonOf(cause, errors.PermissionViolationError);
  if (reason === null) return null;
  const verb = reason.operation === 'publish' ? 'publish' : 'subscribe';
  const message = `this login may not ${verb} to ${reason.subject}`;
  return new OncewardError('PERMISSION_DENIED', message, {
    cause,
    details: { subject: reason.subject },
  });
}

function hasReason(cause: unknown, kind: new (...args: never[]) => Error): boolean {
  return reasonOf(cause, kind) !== null;
}

/** A request wraps the reason, and the client of JetStream wraps that once more. */
function reasonOf<Reason extends Error>(
  cause: unknown,
  kind: new (...args: never[]) => Reason,
): Reason | null {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (error instanceof kind) return error;
  }
  return null;
}
