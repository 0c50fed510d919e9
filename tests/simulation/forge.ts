// The remote git repository of a simulated world: commits with their parents, branches, and what a commit holds.
// It must never lose a commit: what was pushed stays.

export interface Forge {
  readonly baseBranch: string;
  head(branch: string): string | null;
  push(branch: string, sha: string): void;
  /** A new commit on top of another, with the text of its verdict file, if any. */
  commit(parent: string, verdictFile: string | null): string;
  isAncestor(sha: string, descendant: string): boolean;
  verdictFile(sha: string): string | null;
}

const SHA_CHARACTERS = 40;

export function createForge(): Forge {
  const baseBranch = 'main';
  const parents = new Map<string, string | null>();
  const files = new Map<string, string>();
  const branches = new Map<string, string>();
  const add = (parent: string | null): string => {
    const sha = (parents.size + 1).toString(16).padStart(SHA_CHARACTERS, '0');
    parents.set(sha, parent);
    return sha;
  };
  branches.set(baseBranch, add(null));
  return {
    baseBranch,
    head: (branch) => branches.get(branch) ?? null,
    push: (branch, sha) => void branches.set(branch, sha),
    commit(parent, verdictFile) {
      const sha = add(parent);
      if (verdictFile !== null) files.set(sha, verdictFile);
      return sha;
    },
    isAncestor(sha, descendant) {
      for (let at: string | null = descendant; at !== null; at = parents.get(at) ?? null) {
        if (at === sha) return true;
      }
      return false;
    },
    verdictFile: (sha) => files.get(sha) ?? null,
  };
}
