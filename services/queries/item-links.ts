// Where the work of an item can be looked at: its repository, its branch, its commit.
// It must never make a link of anything but http or https, nor pass on credentials that stand in an address.
import type { ItemContext } from '../../machines/item/context.ts';
import { branchOf } from '../../transport/git/repository.ts';
import { maskCredentials } from '../config/repository.ts';
import type { Link } from './item-view.ts';

interface Forge {
  tree: (branch: string) => string;
  commit: (sha: string) => string;
}

/** How their pages are addressed, below the address of the repository. */
const FORGES: Readonly<Record<string, Forge>> = {
  'github.com': { tree: (branch) => `tree/${branch}`, commit: (sha) => `commit/${sha}` },
  'gitlab.com': { tree: (branch) => `-/tree/${branch}`, commit: (sha) => `-/commit/${sha}` },
  'codeberg.org': { tree: (branch) => `src/branch/${branch}`, commit: (sha) => `commit/${sha}` },
  'bitbucket.org': { tree: (branch) => `src/${branch}`, commit: (sha) => `commits/${sha}` },
};

export function linksOf({ item, headSha, pipeline }: ItemContext): Link[] {
  const { repository, baseBranch } = pipeline;
  const home = homeOf(repository);
  const forge = home === null ? undefined : FORGES[home.hostname];
  const below = (path: string | undefined) =>
    home === null || path === undefined ? null : `${home.address}/${path}`;
  const branch = branchOf(item);
  const links: Link[] = [
    { label: 'base branch', url: below(forge?.tree(escaped(baseBranch))), text: baseBranch },
  ];
  if (repository !== '') {
    const text = maskCredentials(repository);
    links.unshift({ label: 'repository', url: home?.address ?? null, text });
  }
  // Until something was pushed there is no branch to look at.
  if (headSha !== null) {
    links.push({ label: 'branch', url: below(forge?.tree(escaped(branch))), text: branch });
    links.push({ label: 'commit', url: below(forge?.commit(headSha)), text: headSha.slice(0, 12) });
  }
  return links;
}

/** Null for a path, for ssh, and for whatever else no browser should follow. */
function homeOf(repository: string): { hostname: string; address: string } | null {
  let url: URL;
  try {
    url = new URL(repository);
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  const path = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  return { hostname: url.hostname, address: url.origin + path };
}

/** Each part by itself: a branch may have slashes, and more than slashes. */
function escaped(branch: string): string {
  return branch.split('/').map(encodeURIComponent).join('/');
}
