// A worker's clone of the simulated repository, behind the interface of the real one.
// It must never know what the remote has got since the last fetch.
import { OncewardError } from '../../transport/errors.ts';
import { branchOf, type Repositories, type Repository } from '../../transport/git/repository.ts';
import { type Bench, useTool } from './machine-room.ts';
import { createSimulatedLanding } from './merge-landing.ts';

export function createSimulatedRepositories(bench: Bench): Repositories {
  const { forge, machine } = bench;
  const fetched = new Map<string, string | null>();
  const headOf = (branch: string): string | null =>
    fetched.has(branch) ? (fetched.get(branch) ?? null) : forge.head(branch);

  const open = ({ project }: { project: string }): Repository => {
    const worktreePath = (item: string) => `/${machine.name}/worktrees/${project}/${item}`;
    const repository: Repository = {
      baseBranch: forge.baseBranch,
      gitDir: `/${machine.name}/repositories/${project}.git`,
      worktreePath,
      landing: createSimulatedLanding(bench),
      ensureClone: () => useTool(bench, 'git clone'),
      async fetch() {
        await useTool(bench, 'git fetch');
        fetched.clear();
      },
      async remoteHead(branch) {
        const head = headOf(branch);
        fetched.set(branch, head);
        return head;
      },
      async openWorktree(item) {
        await repository.fetch();
        const baseSha = forge.head(forge.baseBranch) ?? '';
        const remoteSha = forge.head(branchOf(item));
        const startSha = remoteSha ?? baseSha;
        machine.heads.set(item, startSha);
        const path = worktreePath(item);
        return { path, branch: branchOf(item), startSha, baseSha, remoteSha, catchUp: null };
      },
      removeWorktree: () => useTool(bench, 'git worktree remove'),
      worktreeHeads: () => Promise.reject(new OncewardError('GIT_FAILED', 'nothing to look at')),
      worktreeFacts: () => Promise.reject(new OncewardError('GIT_FAILED', 'nothing to look at')),
      discardWorktree: () => useTool(bench, 'git worktree remove'),
      hasUnlandedWork: async (sha, baseSha) => !forge.isAncestor(sha, baseSha),
      headSha: async (item) => machine.heads.get(item) ?? null,
      async pushBranch(item, { expectedSha }) {
        await useTool(bench, 'git push');
        const sha = machine.heads.get(item) ?? '';
        const remote = forge.head(branchOf(item));
        if (remote === sha) return { sha, isRepeat: true };
        if (remote !== expectedSha) throw new OncewardError('GIT_FAILED', 'the remote has moved');
        forge.push(branchOf(item), sha);
        fetched.set(branchOf(item), sha);
        return { sha, isRepeat: false };
      },
      cleanCheckout: () => Promise.reject(new OncewardError('GIT_FAILED', 'nothing to check out')),
      isAncestor: async (sha, descendant) => forge.isAncestor(sha, descendant),
      hasCommitsSince: async (since, sha) => sha !== since && forge.isAncestor(since, sha),
      hasOwnWork: async (sha, { since, baseSha }) =>
        sha !== (since ?? baseSha) && forge.isAncestor(since ?? baseSha, sha),
      async fileAt(sha) {
        const content = forge.verdictFile(sha);
        return content === null ? null : { sizeBytes: content.length, content };
      },
      isChangedBetween: async ({ older, newer }) => older !== newer,
      // No simulated stage has a gate that lists files.
      mergeBase: async (one, other) => (forge.isAncestor(one, other) ? one : null),
      filesUnder: async () => [],
      changesBetween: async () => [],
      contentsOf: async () => new Map(),
      existing: async () => new Set(),
    };
    return repository;
  };
  return { open };
}
