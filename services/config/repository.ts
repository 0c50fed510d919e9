// How a project's repository may be written, and where a relative one points.
// It must never let credentials through: the text ends up in worktrees that agents can read.
import { resolve } from 'node:path';
import { z } from 'zod';

const URL_FORM = /^[a-z][a-z0-9+.-]*:\/\//i;
// As git reads it: a colon before the first slash means host:path.
const SCP_FORM = /^[^/]+:/;
const CREDENTIALS = /:\/\/[^/\s]*:[^/\s]*@|^https?:\/\/[^/\s]*@/i;
// A leading "-" would be read as an option by git, "ext::" and the like as a command to run.
const UNSAFE = /^-|^[a-z0-9]+::|^~/i;

export const repositorySchema = z
  .string()
  .min(1)
  .max(1_024)
  .refine((text) => !CREDENTIALS.test(text), {
    message: 'expected an address without credentials; leave them to git or ssh',
  })
  .refine((text) => !UNSAFE.test(text), {
    message: 'expected a path or a URL (not starting with "-" or "~", no "helper::" form)',
  });

/** The repository as git takes it: a URL as it is, a relative path resolved against `folder`. */
export function resolveRepository(repository: string, folder: string): string {
  const isRemote = URL_FORM.test(repository) || SCP_FORM.test(repository);
  return isRemote ? repository : resolve(folder, repository);
}

/** Text that may be printed: whatever stands between `://` and `@` is masked. */
export function maskCredentials(text: string): string {
  return text.replace(/:\/\/[^/\s]*@/g, '://***@');
}
