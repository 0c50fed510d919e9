// A bare remote with one commit on `main`, and another person's clone of it.
// It must never need a network, nor the developer's own git settings.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createGit, type Git } from '../../../transport/git/git.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

export interface TestRemote {
  /** Absolute path of the bare repository. */
  url: string;
  git: Git;
  /** Commits one file on a branch of the remote, as somebody else, and returns the commit. */
  commit(branch: string, path: string, content: string): Promise<string>;
  /** Commits whatever `change` does to the folder of a branch, as somebody else. */
  commitChange(branch: string, change: (folder: string) => void): Promise<string>;
  /** Head of a branch on the remote; empty when there is none. */
  head(branch: string): Promise<string>;
  run(...args: string[]): Promise<string>;
}

const IDENTITY = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@localhost'];

export const testGit: Git = createGit({
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
});

export async function createRemote(): Promise<TestRemote> {
  const folder = temporaryDirectory();
  const url = join(folder, 'remote.git');
  const clone = join(folder, 'somebody');
  await testGit(['init', '--quiet', '--bare', '--initial-branch=main', url]);
  await testGit(['init', '--quiet', '--initial-branch=main', clone]);
  const remote: TestRemote = {
    url,
    git: testGit,
    commit(branch, path, content) {
      return remote.commitChange(branch, (folder) => writeFile(folder, path, content));
    },
    async commitChange(branch, change) {
      const head = await remote.head(branch);
      if (head !== '') {
        await testGit(['fetch', '--quiet', url, branch], { cwd: clone });
        await testGit(['checkout', '--quiet', '-B', branch, 'FETCH_HEAD'], { cwd: clone });
      } else {
        await testGit(['checkout', '--quiet', '-B', branch], { cwd: clone });
      }
      change(clone);
      await commitAll(clone, `change ${branch}`);
      await testGit(['push', '--quiet', url, `HEAD:refs/heads/${branch}`], { cwd: clone });
      return remote.head(branch);
    },
    async head(branch) {
      const ref = `refs/heads/${branch}`;
      const options = { cwd: url, acceptedCodes: [0, 1] };
      return (await testGit(['rev-parse', '--verify', '--quiet', ref], options)).stdout;
    },
    async run(...args) {
      return (await testGit(args, { cwd: url })).stdout;
    },
  };
  await remote.commit('main', 'README.md', '# shop\n');
  return remote;
}

/** Writes and commits a file in a working folder, and returns the commit. */
export async function commitFile(folder: string, path: string, content: string): Promise<string> {
  writeFile(folder, path, content);
  return commitAll(folder, `write ${path}`);
}

/** Writes a file, making the folders above it. */
export function writeFile(folder: string, path: string, content: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

async function commitAll(folder: string, message: string): Promise<string> {
  await testGit(['add', '--all'], { cwd: folder });
  await testGit([...IDENTITY, 'commit', '--quiet', '--message', message], { cwd: folder });
  return (await testGit(['rev-parse', 'HEAD'], { cwd: folder })).stdout;
}
