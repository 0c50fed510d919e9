// The one error class of the project and the table of its codes.
// Codes are public API; messages are not. Foreign errors are translated once, where they arrive.

/** Every operational error code: what happened, whether repeating may help, and what to do about it. */
export const ERROR_CODES = {
  BROKER_UNAVAILABLE: {
    retryable: true,
    meaning: 'NATS could not be reached; nothing was delivered',
    remedy: 'start nats-server, or correct --nats / NATS_URL',
  },
  PERMISSION_DENIED: {
    retryable: false,
    meaning: 'the login to NATS may not do this; nothing was delivered',
    remedy: 'use the login of that role (inspector to look, operator to decide), or grant it this',
  },
  OUTCOME_UNKNOWN: {
    retryable: true,
    meaning: 'an operation timed out; it may or may not have happened',
    remedy: 'repeat it with the same id, or read the record before acting',
  },
  REVISION_CONFLICT: {
    retryable: true,
    meaning: 'the record moved since it was read',
    remedy: 'read it again and decide anew',
  },
  ACTOR_NOT_FOUND: {
    retryable: false,
    meaning: 'no actor has this address',
    remedy: 'list the addresses with `onceward ps`',
  },
  PROJECT_NOT_FOUND: {
    retryable: false,
    meaning: 'the registry has no project of this name',
    remedy: 'list them with `onceward project list`',
  },
  PROJECT_REFUSED: {
    retryable: false,
    meaning: 'this project may not be changed so in its present state; nothing was changed',
    remedy: 'look with `onceward project show`',
  },
  EVENT_REFUSED: {
    retryable: false,
    meaning: 'the machine does not accept this event in its present state',
    remedy: 'ask `onceward why`, or see each guard with `onceward send … --dry-run`',
  },
  REVISION_NOT_KEPT: {
    retryable: false,
    meaning: 'the record of this revision is not kept',
    remedy: 'list the revisions there are with `onceward show --history`',
  },
  RECORD_CORRUPT: {
    retryable: false,
    meaning: 'a stored record cannot be read',
    remedy: 'inspect the entry; it is left untouched',
  },
  RECORD_FROM_NEWER_VERSION: {
    retryable: false,
    meaning: 'a record was written by a newer version of onceward; it is left untouched',
    remedy: 'upgrade this process',
  },
  RECORD_TOO_LARGE: {
    retryable: false,
    meaning: 'a record would exceed 262144 bytes',
    remedy: 'keep large data in files or artifacts, not in events',
  },
  NATS_SERVER_MISSING: {
    retryable: false,
    meaning: 'no nats-server binary was found and none could be fetched',
    remedy: 'install nats-server >= 2.12.14 or >= 2.14.4, or set ONCEWARD_NATS_SERVER',
  },
  NATS_SERVER_TOO_OLD: {
    retryable: false,
    meaning: 'the nats-server lacks atomic batches or has known compare-and-set defects',
    remedy: 'use nats-server >= 2.12.14 (but not 2.13.0 to 2.14.3)',
  },
  STORE_IN_USE: {
    retryable: false,
    meaning: 'another onceward already runs on this store',
    remedy: 'stop it, or choose another directory with --state-dir',
  },
  STREAM_MISMATCH: {
    retryable: false,
    meaning: 'a stream or bucket exists with settings other than those asked for',
    remedy: 'run `onceward doctor` to see the difference',
  },
  EXPORT_INVALID: {
    retryable: false,
    meaning: 'a file is no export of onceward, or one of a newer version',
    remedy: 'write it again with `onceward export`, or upgrade this process',
  },
  CONTAINER_FAILED: {
    retryable: true,
    meaning: 'the container engine did not do what it was asked, or does not answer',
    remedy: 'check it with `onceward doctor`, then by hand: `docker info` or `podman info`',
  },
  PROMPT_INVALID: {
    retryable: false,
    meaning: 'the prompt template of a stage is missing, too large, or names an unknown variable',
    remedy: 'correct it on the base branch of the repository, then `onceward retry` the item',
  },
  CONFIG_INVALID: {
    retryable: false,
    meaning: 'the configuration has problems; all of them are listed',
    remedy: 'correct the named lines; check with `onceward validate`',
  },
  USAGE: {
    retryable: false,
    meaning: 'the command line is not understood',
    remedy: 'see `onceward --help`',
  },
  TIMED_OUT: {
    retryable: true,
    meaning: 'the awaited condition did not hold in time',
    remedy: 'look at the state with `onceward show`, or wait longer',
  },
  GIT_FAILED: {
    retryable: true,
    meaning: 'a git command failed',
    remedy: 'read the output in the message; check the repository and its remote',
  },
  LEASE_LOST: {
    retryable: false,
    meaning: 'another worker holds the merge lease of this base branch; nothing was pushed',
    remedy: 'nothing: whoever holds it goes on; look at the queue if nobody does',
  },
  PROCESS_FAILED: {
    retryable: true,
    meaning: 'a child process could not be started or controlled',
    remedy: 'check that the command exists and may be executed',
  },
  CHART_FAILED: {
    retryable: false,
    meaning: 'a chart could not be laid out or drawn',
    remedy:
      'ask for -o mermaid or -o json, which need no layout; run `npm ci` if a package is missing',
  },
  PATH_REFUSED: {
    retryable: false,
    meaning: 'a name would lead to a file outside its folder',
    remedy: 'use names of A-Z a-z 0-9 _ - only',
  },
  OUTSIDE_UNAVAILABLE: {
    retryable: true,
    meaning:
      'a tracker or forge could not be reached, or failed; a write may or may not have happened',
    remedy: 'nothing: it is tried again; check the address of the connection if it stays',
  },
  OUTSIDE_REFUSED: {
    retryable: false,
    meaning:
      'a tracker or forge refuses what it was asked: a credential, a permission, or a name that is not there',
    remedy: 'check the connection and the repository of the project with `onceward project show`',
  },
  RATE_LIMITED: {
    retryable: true,
    meaning: 'a tracker or forge serves this credential again only later',
    remedy: 'nothing: it is asked again then; give busy projects a connection of their own',
  },
  REGISTRY_UNAVAILABLE: {
    retryable: true,
    meaning: 'an image registry could not be reached, failed, or did not answer in time',
    remedy: 'nothing: it is asked again; check the registry and `image.timeoutMs` if it stays',
  },
  REGISTRY_REFUSED: {
    retryable: false,
    meaning: 'an image registry refuses what it was asked, or has no such image',
    remedy: 'check `image.name`, `image.plain`, and the login of the workers: `skopeo login`',
  },
  HTTP_ADDRESS_UNAVAILABLE: {
    retryable: false,
    meaning: 'the address of the page is taken, or is none of this machine',
    remedy: 'name another with --http, or serve no page with --http off',
  },
  PAGE_NOT_SERVED: {
    retryable: false,
    meaning: 'no `onceward up` serves a page on this state directory',
    remedy: 'start `onceward up`, or take away its --http off',
  },
  REQUEST_INVALID: {
    retryable: false,
    meaning: 'an HTTP request asks for what is not there, or says it wrongly',
    remedy: 'correct what the message names',
  },
  TOKEN_REQUIRED: {
    retryable: false,
    meaning: 'an HTTP request has no token of the page, or a wrong one',
    remedy: 'open the address that `onceward page` prints',
  },
  ORIGIN_REFUSED: {
    retryable: false,
    meaning: 'an HTTP request comes from another site, or calls this server by an unknown name',
    remedy: 'open the page under the address that `onceward page` prints',
  },
  REVISION_REQUIRED: {
    retryable: false,
    meaning: 'an event was sent over HTTP without the revision it was decided on',
    remedy: 'send that revision as If-Match',
  },
  WEBHOOK_UNVERIFIED: {
    retryable: false,
    meaning: 'a webhook is not signed, or not with the secret of a connection',
    remedy: 'enter the same secret at the webhook and in the variable of its connection',
  },
  TOO_MANY_WEBHOOKS: {
    retryable: true,
    meaning: 'webhooks come faster than they are taken in',
    remedy: 'nothing: what they tell of is read anyway, only later; send it again if it is urgent',
  },
  DELIVERY_NOT_FOUND: {
    retryable: false,
    meaning: 'no webhook of this id is kept',
    remedy: 'list those that are with `onceward deliveries`; they are kept for 7 days',
  },
  TOO_MANY_READERS: {
    retryable: true,
    meaning: 'as many pages follow this process as may',
    remedy: 'close pages that nobody looks at, or try again later',
  },
} as const satisfies Record<string, { retryable: boolean; meaning: string; remedy: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An operational error. Match on `code`, never on `message`. */
export class OncewardError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  /** What to do about this one; null when it is what ERROR_CODES says of its code. */
  readonly remedy: string | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown>; remedy?: string } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'OncewardError';
    this.code = code;
    this.retryable = ERROR_CODES[code].retryable;
    this.details = options.details ?? {};
    this.remedy = options.remedy ?? null;
  }
}

/** True when the error is ours and carries one of the given codes. */
export function hasCode(error: unknown, ...codes: ErrorCode[]): error is OncewardError {
  return error instanceof OncewardError && codes.includes(error.code);
}
