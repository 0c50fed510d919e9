// What is wrong with a configuration, where, and how that is written for people.
// It must never show credentials: what was got is masked before it comes here.
import { oneLine } from '../../machines/one-line.ts';
import { OncewardError } from '../../transport/errors.ts';

/** A path of keys and list positions into the document. */
export type Path = readonly (string | number)[];

/** One mistake before it has a place in a file. */
export interface Finding {
  path: Path;
  /** Whether the key or the value at the path is to be pointed at. */
  spot: 'key' | 'value';
  message: string;
  got?: string;
  expected?: string;
  nearest?: string;
  /** Where in the text, when the path alone is ambiguous. */
  offset?: number;
}

/** One mistake in a file. */
export interface Problem {
  file: string;
  /** Counted from 1; null when the mistake is not in a text (an environment variable). */
  line: number | null;
  /** Counted from 1, in UTF-16 units; null together with `line`. */
  column: number | null;
  /** Dotted, list entries by name: `pipelines.standard.stages.review.onFail`. */
  path: string;
  message: string;
  got: string | null;
  expected: string | null;
  /** The valid name closest to what was written, when one is close. */
  nearest: string | null;
}

/** A problem that has no place in a text: a missing file, an environment variable. */
export function unplaced(file: string, path: string, message: string): Problem {
  const nothing = { got: null, expected: null, nearest: null };
  return { file, line: null, column: null, path, message: oneLine(message), ...nothing };
}

/** `onceward.yaml:12:5 pipelines.standard.stages.review.onFail: …` */
export function formatProblem(problem: Problem): string {
  const place = problem.line === null ? '' : `:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  return `${problem.file}${place}${path}: ${problem.message}`;
}

/** CONFIG_INVALID with one line for each problem; `details.problems` holds them as data. */
export function invalidConfiguration(problems: readonly Problem[]): OncewardError {
  const message = problems.map(formatProblem).join('\n');
  return new OncewardError('CONFIG_INVALID', message, { details: { problems: [...problems] } });
}

/** `; did you mean "x"?`, or nothing when no name is near. */
export function suggestion(nearest: string | undefined): string {
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** A list for a sentence: `a, b, c`, or `none` when it is empty. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
