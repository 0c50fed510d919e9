// Many files of a commit at once: what it holds, what it changed, what is in them.
// It must never follow a link, nor start a process for each file.
import { hasCode } from '../errors.ts';
import type { BareClone } from './bare-clone.ts';

export interface TreeEntry {
  path: string;
  oid: string;
  /** False for links, and for the commits of other repositories. */
  isFile: boolean;
  sizeBytes: number;
}

export interface Change {
  path: string;
  /** True when the newer commit has a regular file there, with other content than the older. */
  isWritten: boolean;
}

export interface ListedPlace {
  /** Path of a folder; empty for the whole commit. */
  folder: string;
  /** Leaves out what lies in folders of the folder. */
  isFlat?: boolean;
}

/** Lists the files of a commit below a folder. Null when git writes more about them than is read. */
export async function filesUnder(
  { git, gitDir }: BareClone,
  sha: string,
  { folder, isFlat = false }: ListedPlace,
): Promise<TreeEntry[] | null> {
  const depth = isFlat ? [] : ['-r'];
  const place = folder === '' ? [] : ['--', `${folder}/`];
  const args = ['ls-tree', ...depth, '-l', '-z', '--full-tree', sha, ...place];
  const stdout = await unlessTooLong(git(args, { cwd: gitDir }));
  if (stdout === null) return null;
  return records(stdout).flatMap((line) => {
    const tab = line.indexOf('\t');
    const [mode = '', type, oid = '', size] = line.slice(0, tab).split(/ +/);
    if (type === 'tree') return [];
    const path = line.slice(tab + 1);
    return [{ path, oid, isFile: mode.startsWith('100'), sizeBytes: Number(size) || 0 }];
  });
}

/** Lists what differs between two commits; a file that was moved is two changes. */
export async function changesBetween(
  { git, gitDir }: BareClone,
  older: string,
  newer: string,
): Promise<Change[] | null> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', older, newer];
  const stdout = await unlessTooLong(git(args, { cwd: gitDir }));
  if (stdout === null) return null;
  const parts = records(stdout);
  return parts.flatMap((path, index) => {
    if (index % 2 === 0) return [];
    const [, mode = '', before, after] = parts[index - 1]?.split(' ') ?? [];
    return [{ path, isWritten: mode.startsWith('100') && before !== after }];
  });
}

/** So many objects of up to 64 KiB are half of what is read of git. */
const MAX_BATCH_OBJECTS = 128;

/** Reads files of up to 64 KiB by their object ids. What is no file is left out. */
export async function contentsOf(
  { git, gitDir }: BareClone,
  oids: readonly string[],
): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  const wanted = [...new Set(oids)];
  for (let start = 0; start < wanted.length; start += MAX_BATCH_OBJECTS) {
    const input = wanted
      .slice(start, start + MAX_BATCH_OBJECTS)
      .map((oid) => `${oid}\n`)
      .join('');
    const options = { cwd: gitDir, input, encoding: 'latin1' as const };
    const { stdout } = await git(['cat-file', '--batch'], options);
    readBatch(stdout, contents);
  }
  return contents;
}

/** Which of these paths, seen from the root of a commit, are there. */
export async function existing(
  { git, gitDir }: BareClone,
  sha: string,
  paths: readonly string[],
): Promise<Set<string>> {
  // A name with a line break would be two questions; to one that leads outside git has no answer.
  const asked = [...new Set(paths)].filter((path) => !/[\n\r\0]|^\.\.?(?:\/|$)/.test(path));
  if (asked.length === 0) return new Set();
  const input = asked.map((path) => `${sha}:${path}\n`).join('');
  const { stdout } = await git(['cat-file', '--batch-check=%(objecttype)'], { cwd: gitDir, input });
  const answers = stdout.split('\n');
  return new Set(asked.filter((_, index) => /^(blob|tree|commit)$/.test(answers[index] ?? '')));
}

// `<oid> <type> <size>`, a line break, that many bytes, a line break; or `<oid> missing`.
function readBatch(output: string, contents: Map<string, string>): void {
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at);
    const [oid = '', type, size] = output.slice(at, end < 0 ? undefined : end).split(' ');
    if (end < 0 || size === undefined) {
      at = end < 0 ? output.length : end + 1;
      continue;
    }
    const from = end + 1;
    const bytes = output.slice(from, from + Number(size));
    if (type === 'blob') contents.set(oid, Buffer.from(bytes, 'latin1').toString('utf8'));
    at = from + Number(size) + 1;
  }
}

function records(output: string): string[] {
  return output.split('\0').slice(0, -1);
}

async function unlessTooLong(run: Promise<{ stdout: string }>): Promise<string | null> {
  try {
    return (await run).stdout;
  } catch (error) {
    if (hasCode(error, 'GIT_FAILED') && error.details['isTooLong'] === true) return null;
    throw error;
  }
}
