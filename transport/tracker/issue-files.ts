// Reads a folder of Markdown files as issues, each file again only when it has changed.
// It must never fail for one file: what cannot be read is passed over, and said once.
import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { errorCode, fileStamp, readSmallFile, type SmallFile } from '../disk/small-file.ts';
import { itemOfStem } from './file-item.ts';
import { type MarkdownIssue, readMarkdownIssue } from './markdown-issue.ts';

/** A larger file is passed over. */
export const MAX_FILE_BYTES = 65_536;
/** Of one folder; what comes after them by name is passed over. */
const MAX_FILES = 5_000;
const MAX_PROBLEMS = 10_000;

export interface FolderProblem {
  /** Path of the file that is passed over. */
  path: string;
  /** Why, in words. */
  reason: string;
}

export interface IssueFile {
  item: string;
  path: string;
  stem: string;
  file: SmallFile;
  issue: MarkdownIssue;
}

export interface IssueFiles {
  /** All that can be read, by name. */
  readAll(): Promise<readonly IssueFile[]>;
}

export type SayProblem = (path: string, reason: string) => void;

/** Says each problem of each file once, until it has another. */
export function sayingOnce(onProblem: (problem: FolderProblem) => void): SayProblem {
  const said = new Map<string, string>();
  return (path, reason) => {
    if (said.get(path) === reason) return;
    said.delete(path);
    said.set(path, reason);
    const oldest = said.size > MAX_PROBLEMS ? said.keys().next().value : undefined;
    if (oldest !== undefined) said.delete(oldest);
    onProblem({ path, reason });
  };
}

export function issueFiles(folder: string, sayProblem: SayProblem): IssueFiles {
  let known = new Map<string, IssueFile>();
  const readOne = async (name: string): Promise<IssueFile | null> => {
    const path = join(folder, name);
    const before = known.get(path);
    if (before !== undefined && before.file.stamp === (await fileStamp(path))) return before;
    const file = await readSmallFile(path, MAX_FILE_BYTES);
    if (file === null) return null;
    const issue = 'refused' in file ? file : readMarkdownIssue(file.text);
    if ('refused' in file || 'refused' in issue) {
      sayProblem(path, 'refused' in issue ? issue.refused : 'cannot be read');
      return null;
    }
    const stem = parse(name).name;
    return { item: itemOfStem(stem), path, stem, file, issue };
  };
  return {
    async readAll() {
      const names = await markdownNames(folder, { maxFiles: MAX_FILES, sayProblem });
      const read = new Map<string, IssueFile>();
      for (const name of names.filter(isIssueName)) {
        const found = await readOne(name);
        if (found !== null) read.set(found.path, found);
      }
      known = read;
      return [...read.values()];
    },
  };
}

/** Names of the Markdown files of a folder, sorted; none when there is no folder. Hidden ones do not count. */
export async function markdownNames(
  folder: string,
  { maxFiles, sayProblem }: { maxFiles: number; sayProblem: SayProblem },
): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const names = entries
    .filter(({ name }) => name.endsWith('.md') && !name.startsWith('.'))
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort((a, b) => (a < b ? -1 : 1));
  const over = names[maxFiles];
  if (over !== undefined) {
    sayProblem(folder, `has ${names.length} files; from ${over} on they are passed over`);
  }
  return names.slice(0, maxFiles);
}

// What explains the folder asks for no work.
function isIssueName(name: string): boolean {
  return name.toLowerCase() !== 'readme.md' && !name.startsWith('_');
}
