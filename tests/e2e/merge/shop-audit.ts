// Looks at what a base branch has become: every commit of it is tested, and every patch looked for.
// It must never look at anything but the repository: what a queue says of itself is no evidence.
import { join } from 'node:path';
import { execa } from 'execa';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import type { PlannedItem } from './shop-plan.ts';

const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@onceward.invalid'];

export interface Audit {
  git(...args: string[]): Promise<string>;
  /** The commits of the base since the seed, on its first-parent line, oldest first. */
  line(head: string): Promise<string[]>;
  /** Those of them that the test command fails on. */
  redOf(commits: readonly string[], options?: string[]): Promise<string[]>;
  /** Patch ids of the commits since the seed, merges left out. */
  patchesOf(head: string): Promise<string[]>;
  /** Merges what merges, one after the other, as whoever trusts the CI of each branch would. */
  mergeTrusting(plan: readonly PlannedItem[], headOf: (item: string) => string): Promise<string>;
}

/** Of a clone with everything that the remote has. */
export async function auditOf(remote: string, seedSha: string): Promise<Audit> {
  const folder = join(temporaryDirectory(), 'audit');
  await execa('git', ['clone', '-q', remote, folder]);
  const git = async (...args: string[]) =>
    (await execa('git', ['-C', folder, ...IDENTITY, ...args])).stdout;
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');
  const isGreen = async (options: string[]) => {
    const done = await execa('node', ['check.mjs', ...options], { cwd: folder, reject: false });
    return done.exitCode === 0;
  };
  const isMerged = async (sha: string) => {
    const args = ['-C', folder, ...IDENTITY, 'merge', '-q', '--no-ff', '--no-edit', sha];
    return (await execa('git', args, { reject: false })).exitCode === 0;
  };
  return {
    git,
    line: async (head) =>
      lines(await git('rev-list', '--first-parent', '--reverse', `${seedSha}..${head}`)),
    async redOf(commits, options = []) {
      const red: string[] = [];
      for (const commit of commits) {
        await git('checkout', '-q', '--detach', commit);
        if (!(await isGreen(options))) red.push(commit);
      }
      return red;
    },
    async patchesOf(head) {
      const input = await git('log', '-p', '--no-merges', `${seedSha}..${head}`);
      const { stdout } = await execa('git', ['-C', folder, 'patch-id', '--stable'], { input });
      return lines(stdout).map((line) => line.split(' ')[0] ?? '');
    },
    async mergeTrusting(plan, headOf) {
      await git('checkout', '-q', '--detach', seedSha);
      for (const { item } of plan) {
        if (!(await isMerged(headOf(item)))) await git('merge', '--abort');
      }
      return git('rev-parse', 'HEAD');
    },
  };
}
