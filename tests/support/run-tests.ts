// The test command: every test file in a process of its own, a few at a time, counted and summed up.
// It must never report success for a file that hung, crashed, leaked or ran nothing.
//
// npm test [-- <part of a path> …]   ONCEWARD_TEST_JOBS=3   ONCEWARD_TEST_LIMIT_S=120
// A file that needs longer says so on a line of its own: `// Time limit: 300 s`.
import { readdirSync, readFileSync } from 'node:fs';
import { runTestFile } from './test-process.ts';
import { type FileResult, judge } from './uvu-summary.ts';

/** One more than the two cores that are usual: many tests wait for something. */
const JOBS_DEFAULT = 3;
const MAX_JOBS = 64;
const LIMIT_S_DEFAULT = 120;
/** Slow by design: run only when a pattern names the folder. */
const SEPARATE_FOLDERS = ['tests/bench/', 'tests/chaos/'];
const TIME_LIMIT = /^\/\/ Time limit: (\d+) s$/m;
const EXIT_INTERRUPTED = 130;

process.once('SIGINT', () => process.exit(EXIT_INTERRUPTED));
process.once('SIGTERM', () => process.exit(EXIT_INTERRUPTED));
process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;

async function main(patterns: string[]): Promise<boolean> {
  const files = testFiles(patterns);
  const results = await runAll(files, wholeNumber('ONCEWARD_TEST_JOBS', JOBS_DEFAULT, MAX_JOBS));
  if (files.length === 0) say(`no test file matches ${patterns.join(' ') || 'tests/**/*.test.ts'}`);
  const sum = (count: (result: FileResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  const failed = sum((result) => result.failed) + (files.length === 0 ? 1 : 0);
  const skipped = sum((result) => result.skipped);
  say(
    `${sum((r) => r.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  );
  return failed === 0;
}

function testFiles(patterns: string[]): string[] {
  const named = patterns.map((pattern) => pattern.replace(/^\.\//, ''));
  return readdirSync('tests', { recursive: true, encoding: 'utf8' })
    .map((path) => `tests/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => named.length === 0 || named.some((pattern) => path.includes(pattern)))
    .filter((path) => !isSeparate(path, named))
    .sort();
}

function isSeparate(path: string, patterns: string[]): boolean {
  const folder = SEPARATE_FOLDERS.find((name) => path.startsWith(name));
  if (folder === undefined) return false;
  return !patterns.some((pattern) => `${pattern}/`.startsWith(folder));
}

async function runAll(files: readonly string[], jobs: number): Promise<FileResult[]> {
  const results: FileResult[] = [];
  // The longest first: what is left at the end is short, and no job waits for one file alone.
  const queue = [...files].sort((a, b) => limitMsOf(b) - limitMsOf(a)).values();
  // All jobs draw from the one iterator, so each file is run once.
  const work = async () => {
    for (const file of queue) results.push(await runOne(file));
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}

async function runOne(file: string): Promise<FileResult> {
  const startedAtMs = performance.now();
  const ending = await runTestFile(file, limitMsOf(file));
  const result = judge(ending);
  const isOk = result.failed === 0;
  const counts = [
    `${result.passed} passed`,
    ...(isOk ? [] : [`${result.failed} failed`]),
    ...(result.skipped > 0 ? [`${result.skipped} skipped`] : []),
  ].join(', ');
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  const complaint = result.complaint === null ? '' : `: ${result.complaint}`;
  say(`${isOk ? 'ok  ' : 'FAIL'} ${file} (${counts}, ${seconds} s)${complaint}`);
  if (!isOk) say(`${ending.output.trimEnd()}\n`);
  else for (const line of ending.output.matchAll(/^skipped: .*$/gm)) say(`     ${line[0]}`);
  return result;
}

function limitMsOf(file: string): number {
  const stated = TIME_LIMIT.exec(readFileSync(file, 'utf8'))?.[1];
  const limitS =
    stated === undefined ? wholeNumber('ONCEWARD_TEST_LIMIT_S', LIMIT_S_DEFAULT) : +stated;
  return limitS * 1_000;
}

function wholeNumber(name: string, fallback: number, max = Number.MAX_SAFE_INTEGER): number {
  const value = Number(process.env[name] ?? fallback);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new RangeError(`${name} must be a whole number from 1, got "${process.env[name]}"`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
