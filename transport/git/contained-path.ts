// Builds paths below a folder from names that came from outside.
// It must never return a path that leaves that folder.
import { resolve, sep } from 'node:path';
import { OncewardError } from '../errors.ts';

const NAME = /^[A-Za-z0-9_=.-]{1,255}$/;

/**
 * Joins names below a root. Each name is one path segment of `A-Z a-z 0-9 _ = . -`.
 * @throws PATH_REFUSED when a name is anything else, or the path would leave the root
 */
export function containedPath(root: string, ...names: readonly string[]): string {
  const refused = names.find((name) => !NAME.test(name) || /^\.+$/.test(name));
  if (refused !== undefined) {
    throw new OncewardError('PATH_REFUSED', `"${refused.slice(0, 80)}" cannot name a file`, {
      details: { name: refused.slice(0, 80) },
    });
  }
  const base = resolve(root);
  const path = resolve(base, ...names);
  if (!path.startsWith(base + sep)) {
    throw new OncewardError('PATH_REFUSED', `${path} is not below ${base}`, {
      details: { path, base },
    });
  }
  return path;
}
