// A copy of the code under test with one thing broken, to see whether the simulation notices.
// It must never change the code itself.
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { Mutation } from './mutations.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = ['machines', 'services', 'transport', 'tests/simulation', 'tests/support'];
const COPIED_FILES = ['package.json', 'tsconfig.json'];

/** The root of a copy that holds the mutation. Throws when its place is not there exactly once. */
export function mutatedRoot({ name, file, find, replace }: Mutation): URL {
  const root = temporaryDirectory();
  for (const path of [...COPIED, ...COPIED_FILES]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(join(ROOT, path), join(root, path), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const path = join(root, file);
  const parts = readFileSync(path, 'utf8').split(find);
  if (parts.length !== 2) {
    throw new Error(`"${name}" has ${parts.length - 1} places in ${file}, expected one`);
  }
  writeFileSync(path, parts.join(replace));
  return pathToFileURL(`${root}/`);
}
