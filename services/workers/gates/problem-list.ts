// The problems a gate has found, as the text that the next attempt reads: one `path:line: what` each.
// It must never let a name from a commit begin a line of its own, nor grow beyond what a verdict holds.
import { oneLine } from '../../../machines/one-line.ts';

export interface Problem {
  path: string;
  /** Counted from 1. Null when it is about the file as a whole, or about one that is not there. */
  line: number | null;
  /** What is wrong and what is expected. */
  message: string;
}

const MAX_PROBLEMS = 40;
/** A verdict keeps 4 000. */
const MAX_CHARACTERS = 3_800;

/** All problems in the order of files and lines, one each; what does not fit is counted. */
export function problemList(problems: readonly Problem[]): string {
  const sorted = problems.toSorted(byPlace).map(problemLine);
  const lines = sorted.slice(0, MAX_PROBLEMS);
  while (lines.join('\n').length > MAX_CHARACTERS) lines.pop();
  const left = sorted.length - lines.length;
  return [...lines, ...(left === 0 ? [] : [`… and ${left} more`])].join('\n');
}

function problemLine({ path, line, message }: Problem): string {
  return oneLine(`${path}${line === null ? '' : `:${line}`}: ${message}`);
}

function byPlace(one: Problem, other: Problem): number {
  if (one.path !== other.path) return one.path < other.path ? -1 : 1;
  return (one.line ?? 0) - (other.line ?? 0);
}
