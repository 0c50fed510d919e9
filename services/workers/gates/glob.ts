// The patterns of gates: `*` and `?` within a name, `**` for any folders; every other character is itself.
// It must never give a name from a commit the time to match in endless ways.
import { posix } from 'node:path';
import picomatch from 'picomatch';

/** No tree holds longer paths in earnest; matching takes the square of the length. */
const MAX_PATH_CHARACTERS = 1_024;
const WILDCARD = /[*?]/;
const OTHER_SYNTAX = /[$^+(){}[\]|!@,\\]/g;
// Names may begin with a dot, and hold line breaks.
const OPTIONS = { dot: true, flags: 's' };

export function isGlob(path: string): boolean {
  return WILDCARD.test(path);
}

/** Tells whether a path of a commit fits the pattern. Longer ones than 1 024 characters never do. */
export function globMatcher(glob: string): (path: string) => boolean {
  const matches = picomatch(posix.normalize(glob).replace(OTHER_SYNTAX, '\\$&'), OPTIONS);
  return (path) => path.length <= MAX_PATH_CHARACTERS && matches(path);
}

/** The folder in which everything lies that the pattern can match; empty for the root. */
export function folderOfGlob(glob: string): string {
  const names = posix.normalize(glob).split('/');
  const first = names.findIndex(isGlob);
  return names.slice(0, first < 0 ? -1 : first).join('/');
}
