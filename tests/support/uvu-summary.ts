// Reads what uvu printed, and decides how a test file fared.
// It must never trust the exit code alone: uvu exits 0 when a `before` hook throws.
import { stripVTControlCharacters } from 'node:util';

export interface FileResult {
  passed: number;
  failed: number;
  skipped: number;
  /** Why a file failed beyond its failing tests; null when nothing more is to be said. */
  complaint: string | null;
}

/** How a test process ended, seen from outside. */
export interface Ending {
  output: string;
  exitCode: number | null;
  signal: string | null;
  /** What the runner had to do or found: `time limit of 120 s`, `left processes behind: …`. */
  trouble: string | null;
}

const SUMMARY = /Total:\s+(\d+)\s+Passed:\s+(\d+)\s+Skipped:\s+(\d+)/g;

/** Counts a file's tests. Anything odd about a file counts as at least one failure. */
export function judge(ending: Ending): FileResult {
  const summary = [...stripVTControlCharacters(ending.output).matchAll(SUMMARY)].at(-1);
  const [total = 0, passed = 0, skipped = 0] = summary?.slice(1).map(Number) ?? [];
  const complaint = complain(ending, summary === undefined ? null : total, passed);
  const failed = Math.max(total - passed, complaint === null ? 0 : 1);
  return { passed, failed, skipped, complaint };
}

function complain(ending: Ending, total: number | null, passed: number): string | null {
  if (ending.trouble !== null) return ending.trouble;
  if (ending.signal !== null) return `ended by ${ending.signal}`;
  if (total === null) return `exit code ${ending.exitCode}, no summary (is test.run() missing?)`;
  if (total === 0) return 'ran 0 tests';
  if (ending.exitCode !== 0 && passed === total)
    return `exit code ${ending.exitCode} after passing`;
  if (ending.exitCode === 0 && passed < total) return 'exit code 0 with failures (a hook threw?)';
  return null;
}
