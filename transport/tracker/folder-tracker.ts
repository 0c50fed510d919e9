// The tracker that needs none: a folder of Markdown files, each of them an issue.
// It must never leave that folder, nor write more of a file than where its item stands.
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  errorCode,
  makeRealFolder,
  type PassedOver,
  readSmallFile,
  replaceSmallFile,
} from '../disk/small-file.ts';
import { OncewardError } from '../errors.ts';
import { containedPath } from '../git/contained-path.ts';
import { createMutex } from '../git/mutex.ts';
import { withComment } from './comment-sections.ts';
import { itemOfStem } from './file-item.ts';
import { FOLDER_AUTHOR, readFolderComments } from './folder-comments.ts';
import {
  type FolderProblem,
  type IssueFile,
  issueFiles,
  MAX_FILE_BYTES,
  sayingOnce,
} from './issue-files.ts';
import { type FileState, withState, writtenIssue } from './markdown-issue.ts';
import type { Issue, IssueDraft, Mark, Tracker } from './tracker.ts';

const MAX_ISSUES = 1_000;
const MAX_COMMENTS = 1_000;
/** All comments of ours on one item. */
const MAX_COMMENT_FILE_BYTES = 1_048_576;
/** How often a write begins anew because somebody changed the file meanwhile. */
const MAX_WRITES = 5;
const LEAST_URGENT = 4;
/** Of what is opened here. */
const AUTHOR = 'onceward';

export interface FolderTrackerOptions {
  /** May be missing: then it is empty, and made by the first write. */
  folder: string;
  clock: { nowMs(): number };
  /** Called once for each file that is passed over, and again when the reason is another. */
  onProblem: (problem: FolderProblem) => void;
}

export function folderTracker({ folder, clock, onProblem }: FolderTrackerOptions): Tracker {
  const root = resolve(folder);
  const sayProblem = sayingOnce(onProblem);
  const files = issueFiles(root, sayProblem);
  // One at a time: two writes of one process would overtake each other.
  const mutex = createMutex();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => mutex(() => translated(root, work));

  const read = async (ref: string): Promise<Issue | null> => {
    const byItem = new Map((await files.readAll()).map((file) => [file.item, file]));
    const found = byItem.get(ref);
    return found === undefined ? null : issueOf(found, byItem);
  };

  return {
    kind: 'folder',
    issues: () =>
      inTurn(async () => {
        const all = await files.readAll();
        const byItem = new Map(all.map((file) => [file.item, file]));
        return all
          .map((file) => issueOf(file, byItem))
          .filter(({ isOpen, isWanted, mark }) => isOpen && (isWanted || mark !== null))
          .sort((a, b) => (a.priority ?? LEAST_URGENT) - (b.priority ?? LEAST_URGENT))
          .slice(0, MAX_ISSUES);
      }),
    issue: (ref) => inTurn(() => read(ref)),
    comments: (sinceMs) =>
      inTurn(async () => {
        const place = join(root, 'comments');
        const nowMs = () => clock.nowMs();
        const all = await readFolderComments(sinceMs, { folder: place, nowMs, sayProblem });
        return all.slice(0, MAX_COMMENTS);
      }),
    putComment: (ref, draft) =>
      inTurn(async () => {
        const place = join(root, 'comments');
        const path = containedPath(place, `${ref}.md`);
        await mkdir(root, { recursive: true });
        await makeRealFolder(place);
        return rewrite(path, MAX_COMMENT_FILE_BYTES, (text) => withComment(text, draft));
      }),
    putIssue: (draft) =>
      inTurn(async () => {
        const path = containedPath(root, `${draft.name}.md`);
        await mkdir(root, { recursive: true });
        // What a person has made of it stays.
        await rewrite(path, MAX_FILE_BYTES, (text) => (text === '' ? begun(draft) : kept(text)));
        const issue = await read(itemOfStem(draft.name));
        if (issue !== null) return issue;
        throw refusal(path, { refused: 'cannot be read as an issue' });
      }),
    mark: (ref, mark) =>
      inTurn(async () => {
        const path = (await files.readAll()).find(({ item }) => item === ref)?.path;
        // An item that was given on the command line has no file, and asks for none.
        if (path === undefined) return 'unchanged';
        const outcome = await rewrite(path, MAX_FILE_BYTES, (text) => marked(text, mark));
        return outcome === 'unchanged' ? 'unchanged' : 'written';
      }),
  };
}

type ByItem = ReadonlyMap<string, IssueFile>;

const CLOSED: readonly FileState[] = ['done', 'cancelled'];
const NOT_WANTED: readonly FileState[] = ['draft', 'done', 'failed', 'cancelled'];

function issueOf({ item, stem, file, issue }: IssueFile, byItem: ByItem): Issue {
  const { state, title, body, author, priority, dependsOn, labels } = issue;
  const isOpen = !CLOSED.includes(state);
  return {
    ...{ ref: item, item, url: null, body, priority, labels, isOpen },
    title: title ?? stem,
    author: author ?? FOLDER_AUTHOR,
    closedAtMs: isOpen ? null : file.mtimeMs,
    isWanted: !NOT_WANTED.includes(state),
    mark: state === 'todo' || state === 'draft' ? null : state,
    blockedBy: dependsOn.flatMap((name) => blockOf(name, byItem)),
    updatedAtMs: file.mtimeMs,
  };
}

function blockOf(name: string, byItem: ByItem): string[] {
  const found = byItem.get(itemOfStem(name.replace(/\.md$/, ''))) ?? byItem.get(name);
  if (found?.issue.state === 'done') return [];
  return [found === undefined ? `${name} (no such file)` : `${name} (${found.issue.state})`];
}

type Rewriting = { text: string; outcome: 'created' | 'edited' | 'unchanged' };

function begun({ title, body }: IssueDraft): Rewriting {
  return { text: writtenIssue({ title, author: AUTHOR, body }), outcome: 'created' };
}

function kept(text: string): Rewriting {
  return { text, outcome: 'unchanged' };
}

function marked(text: string, mark: Mark): Rewriting | PassedOver {
  const written = withState(text, mark);
  if ('refused' in written) return written;
  return { text: written.text, outcome: written.text === text ? 'unchanged' : 'edited' };
}

async function rewrite(
  path: string,
  maxBytes: number,
  change: (text: string) => Rewriting | PassedOver,
): Promise<Rewriting['outcome']> {
  for (let write = 1; write <= MAX_WRITES; write += 1) {
    const before = await readSmallFile(path, maxBytes);
    if (before !== null && 'refused' in before) throw refusal(path, before);
    const after = change(before?.text ?? '');
    if ('refused' in after) throw refusal(path, after);
    if (after.outcome === 'unchanged') return 'unchanged';
    const bytes = Buffer.byteLength(after.text);
    if (bytes > maxBytes) throw refusal(path, { refused: `would have ${bytes} bytes` });
    if (await replaceSmallFile(path, after.text, before)) return after.outcome;
  }
  throw new OncewardError('OUTSIDE_UNAVAILABLE', `${path} is being changed all the time`);
}

function refusal(path: string, { refused }: PassedOver): OncewardError {
  return new OncewardError('OUTSIDE_REFUSED', `${path} ${refused}`, {
    details: { path, reason: refused },
    remedy: `correct ${path} by hand, or move it away`,
  });
}

const REFUSALS = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'];

async function translated<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OncewardError) throw error;
    const code = REFUSALS.includes(errorCode(error)) ? 'OUTSIDE_REFUSED' : 'OUTSIDE_UNAVAILABLE';
    const said = error instanceof Error ? error.message : String(error);
    throw new OncewardError(code, `folder ${folder}: ${said}`, {
      cause: error,
      remedy: `check that ${folder} may be read and written`,
    });
  }
}
