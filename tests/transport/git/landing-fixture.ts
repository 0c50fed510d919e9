// A remote with branches of items, and the landing of its base from two machines.
// It must never share a clone between the two.

import type { Git } from '../../../transport/git/git.ts';
import { createRepositories, type Repository } from '../../../transport/git/repository.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { createRemote, testGit, writeFile } from './remote-fixture.ts';

export const IDENTITY = ['-c', 'user.name=x', '-c', 'user.email=x@localhost'];

export async function landingFixture() {
  const remote = await createRemote();
  /** As one more machine has it. */
  const machine = (git: Git = testGit): Repository =>
    createRepositories({ git, stateDir: temporaryDirectory() }).open({
      project: 'shop',
      url: remote.url,
      baseBranch: 'main',
    });
  /** A branch of an item, from the base as it is, with one commit. */
  const item = async (name: string, path: string, content: string) => {
    await remote.run('branch', `onceward/${name}`, 'main');
    const headSha = await remote.commit(`onceward/${name}`, path, content);
    return { item: name, headSha, title: `change ${path}` };
  };
  /** One line of what the remote has. */
  const read = (...args: string[]) => remote.run(...args);
  return { remote, machine, repository: machine(), item, read };
}

/** A candidate of item 7, to be made on any machine. */
export async function candidateFixture() {
  const given = await landingFixture();
  const seven = await given.item('7', 'fix.txt', 'fixed\n');
  const made = async (repository: Repository) => {
    const { baseSha, candidate } = await repository.landing.prepare({
      method: 'merge',
      members: [seven],
    });
    return { baseSha, sha: candidate?.sha ?? '' };
  };
  return { ...given, seven, made };
}

/** Has somebody merge the base into a branch, with whatever `settle` writes into the folder of the merge. */
export async function catchUp(
  url: string,
  branch: string,
  settle: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = temporaryDirectory();
  const run = (...args: string[]) => testGit([...IDENTITY, ...args], { cwd: folder });
  await testGit(['clone', '--quiet', '--branch', branch, url, folder]);
  const merge = [...IDENTITY, 'merge', '--quiet', '--no-commit', '--no-ff', 'origin/main'];
  await testGit(merge, { cwd: folder, acceptedCodes: [0, 1] });
  for (const [path, content] of Object.entries(settle)) writeFile(folder, path, content);
  await run('add', '--all');
  await run('commit', '--quiet', '--message', `Merge main into ${branch}`);
  await run('push', '--quiet', 'origin', `HEAD:${branch}`);
  return (await run('rev-parse', 'HEAD')).stdout;
}
