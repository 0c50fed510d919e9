// Says something on an item where people follow it. Here: a Markdown file for each item.
// It must never say the same thing twice: every comment carries the key it is known by.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { containedPath } from '../../transport/git/contained-path.ts';
import { createMutex, type Mutex } from '../../transport/git/mutex.ts';

export interface Comment {
  project: string;
  item: string;
  /** Recognises a repeat: `<address>:<epoch>:comment`. */
  key: string;
  /** Markdown. */
  body: string;
}

export interface Comments {
  /** Posts a comment unless one with its key is there already. */
  post(comment: Comment): Promise<'posted' | 'present'>;
}

/** Keeps the comments of an item in `<stateDir>/comments/<project>/<item>.md`. */
export function folderComments(stateDir: string): Comments {
  const mutexes = new Map<string, Mutex>();
  return {
    async post({ project, item, key, body }) {
      const path = containedPath(join(stateDir, 'comments'), project, `${item}.md`);
      const mutex = mutexes.get(path) ?? createMutex();
      mutexes.set(path, mutex);
      return mutex(() => append(path, { marker: `<!-- onceward:${key} -->`, body }));
    },
  };
}

async function append(
  path: string,
  { marker, body }: { marker: string; body: string },
): Promise<'posted' | 'present'> {
  const before = await readIfPresent(path);
  if (before.split('\n').includes(marker)) return 'present';
  const separator = before === '' ? '' : '\n';
  await mkdir(dirname(path), { recursive: true });
  // Written aside and moved into place: a reader, and a crash, see all of it or nothing.
  const aside = `${path}.${process.pid}.new`;
  await writeFile(aside, `${before}${separator}${marker}\n${defused(body).trimEnd()}\n`);
  await rename(aside, path);
  return 'posted';
}

// A body that held a marker of its own could keep a later comment from ever being posted.
function defused(body: string): string {
  return body.replaceAll('<!-- onceward:', '<!-- (onceward):');
}

async function readIfPresent(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
