// How results and failures are told over HTTP: JSON with its version and the server's time, or an error with its
// code and a hint. It must never show a stack, nor the text of an error that is not ours.
import type { Context } from 'hono';
import { ERROR_CODES, type ErrorCode, OncewardError } from '../../transport/errors.ts';
import { maskCredentials } from '../config/repository.ts';

const DOCUMENT_VERSION = 1;

type Status =
  | 200
  | 204
  | 400
  | 401
  | 403
  | 404
  | 405
  | 409
  | 412
  | 413
  | 415
  | 421
  | 422
  | 428
  | 429
  | 500
  | 503
  | 504;

const STATUS_OF: Partial<Record<ErrorCode, Status>> = {
  USAGE: 400,
  PATH_REFUSED: 400,
  REQUEST_INVALID: 400,
  TOKEN_REQUIRED: 401,
  WEBHOOK_UNVERIFIED: 401,
  ORIGIN_REFUSED: 403,
  ACTOR_NOT_FOUND: 404,
  DELIVERY_NOT_FOUND: 404,
  REVISION_CONFLICT: 412,
  RECORD_TOO_LARGE: 413,
  EVENT_REFUSED: 422,
  REVISION_REQUIRED: 428,
  TOO_MANY_WEBHOOKS: 429,
  BROKER_UNAVAILABLE: 503,
  PERMISSION_DENIED: 503,
  TOO_MANY_READERS: 503,
  OUTCOME_UNKNOWN: 504,
  TIMED_OUT: 504,
};

/** An error whose status does not follow from its code alone. */
export class HttpError extends OncewardError {
  readonly status: Status;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: Status,
    code: ErrorCode,
    message: string,
    headers: Record<string, string> = {},
  ) {
    super(code, message);
    this.status = status;
    this.headers = headers;
  }
}

/** One document. `nowMs` is the server's clock, against which everything in it is to be read. */
export function document(context: Context, nowMs: number, fields: object): Response {
  return context.json({ v: DOCUMENT_VERSION, nowMs, ...fields });
}

/** What became of something that was sent. */
export function receipt(context: Context, status: 200 | 202, fields: object): Response {
  return context.json({ v: DOCUMENT_VERSION, ...fields }, status);
}

/** `more` stands beside the error, such as the candidates of a refusal. */
export function failure(context: Context, error: unknown, more: object = {}): Response {
  const { status, code, message, headers } = toldOf(error);
  const hint = code === 'UNEXPECTED' ? 'read the log of `onceward up`' : ERROR_CODES[code].remedy;
  return context.json(
    { v: DOCUMENT_VERSION, error: { code, message, hint }, ...more },
    status,
    headers,
  );
}

/** Whether it is our fault: it belongs into the log. */
export function isUnexpected(error: unknown): boolean {
  return toldOf(error).status === 500;
}

interface Told {
  status: Exclude<Status, 204>;
  code: ErrorCode | 'UNEXPECTED';
  message: string;
  headers: Record<string, string>;
}

function toldOf(error: unknown): Told {
  if (!(error instanceof OncewardError)) {
    return { status: 500, code: 'UNEXPECTED', message: 'an unexpected error', headers: {} };
  }
  const isHttp = error instanceof HttpError;
  const status = isHttp ? error.status : (STATUS_OF[error.code] ?? 500);
  const headers = isHttp ? { ...error.headers } : {};
  const message = maskCredentials(error.message);
  return { status: status as Told['status'], code: error.code, message, headers };
}
