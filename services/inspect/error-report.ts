// How a failure is told: what happened, on one line, and what to do about it, on the next.
// It must never show a stack unless asked, and never a line of somebody else's making.
import { inspect } from 'node:util';
import { ERROR_CODES, OncewardError } from '../../transport/errors.ts';
import { formatProblem, type Problem } from '../config/problems.ts';
import { maskCredentials } from '../config/repository.ts';
import { printable } from './printable.ts';

export interface ReportOptions {
  isVerbose: boolean;
  /** Which was called; null before that is known. */
  command: string | null;
}

/** The lines for stderr. */
export function errorLines(error: unknown, { isVerbose, command }: ReportOptions): string[] {
  const known = error instanceof OncewardError ? error : null;
  const problems = problemsOf(known);
  const message = problems.length > 0 ? counted(problems.length) : messageOf(error);
  const code = known === null ? 'UNEXPECTED' : known.code;
  const cause = isVerbose ? causeLines(known === null ? error : known.cause) : [];
  return [
    ...problems.map((problem) => printable(formatProblem(problem))),
    `onceward: ${printable(maskCredentials(message))} (${code})`,
    ...(known === null ? [] : [`  ${remedyOf(known, command)}`]),
    ...cause,
  ];
}

function remedyOf({ code, remedy }: OncewardError, command: string | null): string {
  if (remedy !== null) return printable(remedy);
  if (code === 'USAGE' && command !== null) return `see \`onceward ${command} --help\``;
  return ERROR_CODES[code].remedy;
}

function problemsOf(error: OncewardError | null): Problem[] {
  const problems = error?.code === 'CONFIG_INVALID' ? error.details['problems'] : undefined;
  return Array.isArray(problems) ? (problems as Problem[]) : [];
}

function counted(count: number): string {
  return `the configuration has ${count} problem${count === 1 ? '' : 's'}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function causeLines(cause: unknown): string[] {
  if (cause === undefined) return [];
  return maskCredentials(`cause: ${inspect(cause)}`)
    .split('\n')
    .map((line) => `  ${printable(line)}`);
}
