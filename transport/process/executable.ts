// Finds the file of a program as the kernel would, so that what is missing can be told beforehand.
// It must never run anything.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/**
 * Absolute path of the program, looked for in `path` unless its name has a slash; null where there is none
 * that this user may run.
 */
export function findExecutable(
  program: string,
  { path = '', cwd = '/' }: { path?: string | undefined; cwd?: string },
): string | null {
  if (program === '') return null;
  const candidates = program.includes('/')
    ? [resolve(cwd, program)]
    : path
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, program));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
