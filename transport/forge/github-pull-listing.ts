// The pull requests of our branches that changed last, at the price of one request while nothing changes.
// It must never read on into pages that cannot have changed.
import { PAGE_SIZE } from '../github/pages.ts';
import type { PullRequest } from './forge.ts';
import type { GitHubPlace } from './github-place.ts';
import { isFromHere, pullRequestOf, type RawPull } from './github-pulls.ts';

const MAX_PAGES = 3;
const MAX_PULL_REQUESTS = 300;

/**
 * A function that answers the newest pull request of each head branch with this prefix. Whatever changes a pull
 * request moves it to the front of the list: reading ends where the last reading began.
 */
export function pullRequestListing(
  place: GitHubPlace,
  prefix: string,
): () => Promise<readonly PullRequest[]> {
  let known = new Map<number, PullRequest>();
  let newestMs = 0;
  return async () => {
    let readUpToMs = newestMs;
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const pulls = await readPage(place, page);
      for (const pull of pulls) {
        const read = pullRequestOf(pull);
        readUpToMs = Math.max(readUpToMs, read.updatedAtMs);
        if (read.headRef.startsWith(prefix) && isFromHere(pull)) known.set(read.number, read);
      }
      const oldest = pulls.at(-1);
      // As old as what was seen last may still be new: times are whole seconds.
      const isSeen = oldest !== undefined && Date.parse(oldest.updated_at) < newestMs;
      if (pulls.length < PAGE_SIZE || isSeen) break;
    }
    newestMs = readUpToMs;
    const newest = [...known.values()]
      .sort((one, other) => other.updatedAtMs - one.updatedAtMs)
      .slice(0, MAX_PULL_REQUESTS);
    known = new Map(newest.map((pull) => [pull.number, pull]));
    return newestOfEachHead(newest);
  };
}

/** The open one of each head branch, else the newest. */
function newestOfEachHead(pulls: readonly PullRequest[]): PullRequest[] {
  const heads = new Map<string, PullRequest>();
  for (const pull of pulls) {
    const other = heads.get(pull.headRef);
    if (other === undefined || isBefore(pull, other)) heads.set(pull.headRef, pull);
  }
  return [...heads.values()];
}

function isBefore(one: PullRequest, other: PullRequest): boolean {
  const [isOneOpen, isOtherOpen] = [one.state === 'open', other.state === 'open'];
  return isOneOpen === isOtherOpen ? one.number > other.number : isOneOpen;
}

async function readPage({ client, repository }: GitHubPlace, page: number): Promise<RawPull[]> {
  const { data } = await client.octokit.rest.pulls.list({
    ...repository,
    state: 'all',
    sort: 'updated',
    direction: 'desc',
    per_page: PAGE_SIZE,
    page,
  });
  return data;
}
