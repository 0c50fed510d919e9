// An empty, throw-away repository that reads and writes the objects of the clone: in it commits are made.
// It must never obey a setting of the clone, of this machine or of its user: the same work gives the same commit.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolderMark } from '../process/folder-mark.ts';
import type { BareClone } from './bare-clone.ts';
import type { GitOptions, GitResult } from './git.ts';

export interface MergeRoom {
  git(args: readonly string[], options?: GitOptions): Promise<GitResult>;
  /** Has the attributes in the top folder of a commit count: in a bare repository git reads none by itself. */
  useAttributes(sha: string): Promise<void>;
  /** Writes a commit into the clone, without a ref. The committer is onceward, and so is the author unless given. */
  commit(draft: CommitDraft): Promise<string>;
}

export interface CommitDraft {
  treeSha: string;
  parents: readonly string[];
  message: string;
  /** As git reads it, such as `1700000000 +0000`. */
  date: string;
  author?: { name: string; email: string; date: string };
}

const NAME = 'onceward';
const EMAIL = 'onceward@localhost';
/** What git would take from this machine otherwise. */
const SETTINGS = [
  'core.attributesFile=/dev/null',
  'i18n.commitEncoding=UTF-8',
  'merge.renames=true',
  'merge.renameLimit=7000',
  'merge.directoryRenames=conflict',
].flatMap((setting) => ['-c', setting]);

/**
 * Opens a room below `parent` for the time of the work, and removes it whatever comes of that.
 * @throws GIT_FAILED and errors of the file system
 */
export async function inMergeRoom<T>(
  clone: BareClone,
  parent: string,
  work: (room: MergeRoom) => Promise<T>,
): Promise<T> {
  await mkdir(parent, { recursive: true });
  const path = await mkdtemp(join(parent, `checkout-${ownFolderMark()}-`));
  try {
    await clone.git(['init', '--quiet', '--bare', '--template=', path], { variables: NOBODY });
    return await work(roomAt(clone, path));
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

const NOBODY = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

function roomAt({ git, gitDir }: BareClone, path: string): MergeRoom {
  const objects = { ...NOBODY, GIT_DIR: path, GIT_OBJECT_DIRECTORY: join(gitDir, 'objects') };
  const room: MergeRoom = {
    git: (args, options = {}) =>
      git([...SETTINGS, ...args], {
        ...options,
        cwd: path,
        variables: { ...objects, ...options.variables },
      }),
    async useAttributes(sha) {
      const asked = ['cat-file', 'blob', `${sha}:.gitattributes`];
      const { exitCode, stdout } = await room.git(asked, { acceptedCodes: [0, 128] });
      await mkdir(join(path, 'info'), { recursive: true });
      await writeFile(join(path, 'info', 'attributes'), exitCode === 0 ? `${stdout}\n` : '');
    },
    async commit({ treeSha, parents, message, date, author }) {
      const above = parents.flatMap((parent) => ['-p', parent]);
      const variables = {
        GIT_AUTHOR_NAME: author?.name ?? NAME,
        GIT_AUTHOR_EMAIL: author?.email ?? EMAIL,
        GIT_AUTHOR_DATE: author?.date ?? date,
        GIT_COMMITTER_NAME: NAME,
        GIT_COMMITTER_EMAIL: EMAIL,
        GIT_COMMITTER_DATE: date,
      };
      const input = `${message}\n`;
      const args = ['commit-tree', ...above, '-F', '-', treeSha];
      return (await room.git(args, { input, variables })).stdout;
    },
  };
  return room;
}
