// What is said on the items of a folder: our comments in `<item>.md`, what people say in files of `<item>/`.
// It must never take a text of ours for a decision of a person.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { isRealFolder, modifiedAtMs, readSmallFile } from '../disk/small-file.ts';
import { isOwnComment } from './comment-sections.ts';
import { itemOfStem } from './file-item.ts';
import { MAX_FILE_BYTES, markdownNames, type SayProblem } from './issue-files.ts';
import { readMarkdownIssue } from './markdown-issue.ts';
import type { IssueComment } from './tracker.ts';

const ITEM = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_ITEMS = 5_000;
const MAX_COMMENTS_OF_ITEM = 200;
const DIGEST_CHARACTERS = 12;
/** Clocks of file servers are a little ahead now and then. */
const MAX_AHEAD_MS = 60_000;
/** Who wrote a file that does not say. */
export const FOLDER_AUTHOR = 'folder';

export interface FolderCommentsOptions {
  /** `<folder>/comments`. */
  folder: string;
  nowMs: () => number;
  sayProblem: SayProblem;
}

/** What people said in files of their own, written since then, oldest first. */
export async function readFolderComments(
  sinceMs: number,
  options: FolderCommentsOptions,
): Promise<readonly IssueComment[]> {
  const { folder, sayProblem } = options;
  const found: IssueComment[] = [];
  for (const item of await itemsOf(folder)) {
    const place = join(folder, item);
    const names = await markdownNames(place, { maxFiles: MAX_COMMENTS_OF_ITEM, sayProblem });
    for (const name of names) {
      // Most were heard long ago: they are not even opened.
      const isNew = Math.floor(await modifiedAtMs(join(place, name))) >= sinceMs;
      const comment = isNew ? await readComment({ item, name }, options) : null;
      if (comment !== null) found.push(comment);
    }
  }
  return found.sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
}

async function itemsOf(folder: string): Promise<string[]> {
  if (!(await isRealFolder(folder))) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && ITEM.test(entry.name))
    .map(({ name }) => name)
    .slice(0, MAX_ITEMS);
}

async function readComment(
  { item, name }: { item: string; name: string },
  { folder, nowMs, sayProblem }: FolderCommentsOptions,
): Promise<IssueComment | null> {
  const path = join(folder, item, name);
  const file = await readSmallFile(path, MAX_FILE_BYTES);
  // An empty one is about to be written.
  if (file === null || ('text' in file && file.text.trim() === '')) return null;
  const said = 'refused' in file ? file : readMarkdownIssue(file.text);
  if ('refused' in file || 'refused' in said) {
    sayProblem(path, 'refused' in said ? said.refused : 'cannot be read');
    return null;
  }
  if (file.mtimeMs > nowMs() + MAX_AHEAD_MS) {
    sayProblem(path, 'was written in the future, and is read then; check the clocks');
    return null;
  }
  const digest = createHash('sha256').update(file.text).digest('hex').slice(0, DIGEST_CHARACTERS);
  return {
    // Not its time: a file that is copied, restored or checked out again says nothing new.
    id: `${item}/${itemOfStem(parse(name).name)}:${digest}`,
    ref: item,
    isOnPullRequest: false,
    author: said.author ?? FOLDER_AUTHOR,
    isAuthorised: true,
    isOwn: isOwnComment(said.body),
    body: said.body,
    url: null,
    createdAtMs: file.mtimeMs,
    updatedAtMs: file.mtimeMs,
  };
}
