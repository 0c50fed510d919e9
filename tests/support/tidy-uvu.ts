// The rules that keep uvu honest: it passes falsely in ways its own summary does not show.
// It must never be relaxed for one file: the traps are silent.
import { codeOf, type ProjectFile, problemsAt, withoutComments } from './tidy-files.ts';

/** Where real time may not pass; benchmarks, chaos and what stands in for the world may wait. */
const MAY_NOT_WAIT = /^tests\/(?!(bench|chaos|support)\/)(conformance\/.*\.ts|.*\.test\.ts)$/;
const WAITS = /\bsetTimeout\b|\bsetInterval\b|\bsleep\s*\(/g;
const TIMER_IMPORT = /^import\b[^;]*?['"](node:)?timers(\/promises)?['"]/gm;

/** Finds test files that fall into one of uvu's traps, or that sleep. */
export function uvuProblems(files: readonly ProjectFile[]): string[] {
  return files
    .filter(holdsTests)
    .flatMap((file) => [
      ...(file.path.endsWith('.test.ts') ? runProblems(file) : []),
      ...problemsAt(file, /\.before\(/g, 'a hook that throws passes; use a local setup()'),
      ...problemsAt(file, bareAsync(file), 'wrap the async body in within(limitMs, …)'),
      ...problemsAt(file, /\btest\.only\b/g, 'the other tests of the file would not run'),
      ...waitProblems(file),
    ]);
}

// Conformance suites hold tests, too, without being test files themselves.
function holdsTests(file: ProjectFile): boolean {
  return /^tests\/(?!support\/).*\.ts$/.test(file.path);
}

/** An asynchronous body given directly to `test`, or to a suite under any name. */
function bareAsync(file: ProjectFile): RegExp {
  const suites = [...codeOf(file.text).matchAll(/\b(\w+)\s*=\s*suite\b/g)].map((match) => match[1]);
  return new RegExp(
    `\\b(?:${['test', ...suites].join('|')})(?:\\.only)?\\(\\s*[^,]+,\\s*async\\b`,
    'g',
  );
}

function runProblems(file: ProjectFile): string[] {
  const code = codeOf(file.text);
  const runs = code.match(/^\w+\.run\(\);/gm)?.length ?? 0;
  const suites = code.match(/\bsuite(<[^>]*>)?\(/g)?.length ?? 0;
  if (runs >= Math.max(1, suites)) return [];
  return [`${file.path}: ends without test.run(), so its tests never run`];
}

function waitProblems(file: ProjectFile): string[] {
  if (!MAY_NOT_WAIT.test(file.path)) return [];
  const message = 'wait for a signal, or use a virtual clock; tests do not sleep';
  return [
    ...problemsAt(file, WAITS, message),
    ...problemsAt(file, TIMER_IMPORT, message, withoutComments(file.text)),
  ];
}
