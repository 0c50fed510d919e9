// What the process says at its end: one number for each way a command can go.
// The numbers are public API; scripts rely on them.
import { type ErrorCode, OncewardError } from '../../transport/errors.ts';

export const EXIT = {
  done: 0,
  error: 1,
  usage: 2,
  notFound: 3,
  connection: 4,
  conflict: 5,
  refused: 6,
  timedOut: 124,
  interrupted: 130,
} as const;

/** What each exit code means, for people. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done',
  error: 'an error, its code in parentheses on stderr; or a question that was answered with no',
  usage: 'the command line, the configuration or a file that is named is wrong',
  notFound:
    'no actor has this address, no project this name, or the record or the webhook is not kept',
  connection:
    'NATS, or a host behind it, could not be reached, or the login may not do this; nothing was delivered',
  conflict: 'the record moved since it was read (`--if-revision`, or the revision of a claim)',
  refused:
    'the machine refused, or the registry of projects; some of many items did or have moved; or the awaited state ' +
    'can no longer come',
  timedOut: 'timed out; what was asked may or may not have happened',
  interrupted: 'interrupted by SIGINT',
};

const EXIT_OF: Partial<Record<ErrorCode, number>> = {
  USAGE: EXIT.usage,
  CONFIG_INVALID: EXIT.usage,
  EXPORT_INVALID: EXIT.usage,
  ACTOR_NOT_FOUND: EXIT.notFound,
  REVISION_NOT_KEPT: EXIT.notFound,
  PROJECT_NOT_FOUND: EXIT.notFound,
  DELIVERY_NOT_FOUND: EXIT.notFound,
  BROKER_UNAVAILABLE: EXIT.connection,
  PERMISSION_DENIED: EXIT.connection,
  REVISION_CONFLICT: EXIT.conflict,
  EVENT_REFUSED: EXIT.refused,
  PROJECT_REFUSED: EXIT.refused,
  OUTCOME_UNKNOWN: EXIT.timedOut,
  TIMED_OUT: EXIT.timedOut,
};

export function exitCodeOf(error: unknown): number {
  return error instanceof OncewardError ? (EXIT_OF[error.code] ?? EXIT.error) : EXIT.error;
}
