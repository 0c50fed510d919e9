// Where the work of an item can be looked at: its issue, its pull request, its repository, its branch, its commit.
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

export function linksOf(context: ItemContext): Link[] {
  return [...outsideLinks(context), ...repositoryLinks(context)];
}

/** Absent from the records of before there were trackers. */
function outsideLinks({ origin, pullRequest }: Partial<ItemContext>): Link[] {
  const links: Link[] = [];
  if (origin) {
    const author = origin.author === '' ? '' : ` by ${origin.author}`;
    links.push({ label: 'issue', url: webUrl(origin.url), text: `${origin.ref}${author}` });
  }
  if (pullRequest) {
    const { number, state, url } = pullRequest;
    links.push({ label: 'pull request', url: webUrl(url), text: `#${number} (${state})` });
  }
  return links;
}

/** Null where no browser should follow it, or where it would tell a password. */
function webUrl(address: string | null): string | null {
  const url = address === null ? null : parsed(address);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return url.username === '' && url.password === '' ? url.href : null;
}

function repositoryLinks({ item, headSha, pipeline }: ItemContext): Link[] {
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
  const url = parsed(repository);
  if (url === null) return null;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  const path = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  return { hostname: url.hostname, address: url.origin + path };
}

function parsed(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

/** Each part by itself: a branch may have slashes, and more than slashes. */
function escaped(branch: string): string {
  return branch.split('/').map(encodeURIComponent).join('/');
}
