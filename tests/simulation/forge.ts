// The remote git repository of a simulated world: commits with their parents, branches, and what a commit holds.
// It must never lose a commit: what was pushed stays.

export interface Forge {
  readonly baseBranch: string;
  head(branch: string): string | null;
  push(branch: string, sha: string): void;
  /** A new commit on top of another, with the text of its verdict file, if any, by an item or a stranger. */
  commit(parent: string, verdictFile: string | null, author: string): string;
  /** The commit with these parents, first the one it stands on: the same ones always give the same commit. */
  merge(parents: readonly string[]): string;
  isAncestor(sha: string, descendant: string): boolean;
  /** Everything that is in the tree of them all: of each author the newest commit. The same works make the same tree. */
  worksIn(...shas: string[]): ReadonlyMap<string, string>;
  verdictFile(sha: string): string | null;
}

const SHA_CHARACTERS = 40;

export function createForge(): Forge {
  const baseBranch = 'main';
  const parents = new Map<string, readonly string[]>();
  const works = new Map<string, ReadonlyMap<string, string>>();
  const files = new Map<string, string>();
  const branches = new Map<string, string>();
  const merges = new Map<string, string>();
  const add = (onto: readonly string[], author: string | null): string => {
    const sha = (parents.size + 1).toString(16).padStart(SHA_CHARACTERS, '0');
    parents.set(sha, onto);
    const all = newestOf(onto.map((parent) => works.get(parent) ?? new Map()));
    works.set(sha, author === null ? all : new Map([...all, [author, sha]]));
    return sha;
  };
  branches.set(baseBranch, add([], null));
  return {
    baseBranch,
    head: (branch) => branches.get(branch) ?? null,
    push: (branch, sha) => void branches.set(branch, sha),
    commit(parent, verdictFile, author) {
      const sha = add([parent], author);
      if (verdictFile !== null) files.set(sha, verdictFile);
      return sha;
    },
    merge(onto) {
      const known = merges.get(onto.join());
      if (known !== undefined) return known;
      const sha = add(onto, null);
      merges.set(onto.join(), sha);
      return sha;
    },
    isAncestor(sha, descendant) {
      const open = [descendant];
      const seen = new Set<string>();
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        if (at === sha) return true;
        // A commit is never older than its number, so nothing below it need be looked at.
        if (seen.has(at) || at < sha) continue;
        seen.add(at);
        open.push(...(parents.get(at) ?? []));
      }
      return false;
    },
    worksIn: (...shas) => newestOf(shas.map((sha) => works.get(sha) ?? new Map())),
    verdictFile: (sha) => files.get(sha) ?? null,
  };
}

/** Numbers only rise, and each author's commits stand on each other. */
function newestOf(all: readonly ReadonlyMap<string, string>[]): Map<string, string> {
  const newest = new Map<string, string>();
  for (const [author, sha] of all.flatMap((works) => [...works])) {
    if (sha > (newest.get(author) ?? '')) newest.set(author, sha);
  }
  return newest;
}
