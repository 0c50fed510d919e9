// What GitHub does with pull requests and emulate leaves out: their head follows the branch until they are closed,
// and a second one of the same branch is refused. https://docs.github.com/en/rest/pulls/pulls
import { type Forward, type Message, type Reply, type Route, refusal } from './github-replies.ts';

export interface PullGaps {
  /** The commit that a merge has left on the base branch, where it was made by git and not by emulate. */
  noteMerge(repository: string, number: number, sha: string): void;
}

interface Pull {
  number: number;
  state: string;
  merge_commit_sha: string | null;
  head: { ref: string; sha: string; repo: { full_name: string } | null };
  base: { ref: string };
}

const PULLS = /^\/repos\/([^/]+\/[^/]+)\/pulls(?:\/(\d+)(\/merge)?)?$/;

export function pullGaps(forward: Forward, lookUp: Forward): { route: Route; gaps: PullGaps } {
  const merges = new Map<string, string>();
  /** One is opened after the other: between the look and the opening nobody may come. */
  let opening: Promise<unknown> = Promise.resolve();
  /** Heads of pull requests at the moment they were closed. */
  const frozen = new Map<string, string>();

  const ask = (message: Message, path: string, query = '') =>
    lookUp({ ...message, method: 'GET', path, query, body: '' });

  async function branchHead(message: Message, repository: string, ref: string) {
    const reply = await ask(message, `/repos/${repository}/git/ref/heads/${ref}`);
    return reply.status === 200 ? (JSON.parse(reply.body).object.sha as string) : null;
  }

  async function followed(message: Message, repository: string, pull: Pull): Promise<Pull> {
    const key = `${repository}#${pull.number}`;
    const isOpen = pull.state === 'open';
    const from = pull.head.repo?.full_name ?? repository;
    const head = isOpen ? await branchHead(message, from, pull.head.ref) : null;
    const sha = head ?? frozen.get(key) ?? pull.head.sha;
    const merge_commit_sha = merges.get(key) ?? pull.merge_commit_sha;
    return { ...pull, merge_commit_sha, head: { ...pull.head, sha } };
  }

  async function freeze(message: Message, repository: string, number: string): Promise<void> {
    const reply = await ask(message, `/repos/${repository}/pulls/${number}`);
    if (reply.status !== 200) return;
    const pull: Pull = JSON.parse(reply.body);
    const from = pull.head.repo?.full_name ?? repository;
    const head = await branchHead(message, from, pull.head.ref);
    if (pull.state === 'open' && head !== null) frozen.set(`${repository}#${number}`, head);
  }

  /** What GitHub says to a second pull request, or to a branch that is not there; null when it may be opened. */
  async function refused(message: Message, repository: string): Promise<Reply | null> {
    const { head, base } = JSON.parse(message.body) as { head: string; base: string };
    const [owner] = repository.split('/');
    // From a fork: emulate looks for that by itself.
    if (head.includes(':')) return null;
    const query = new URLSearchParams({ head: `${owner}:${head}`, state: 'open' }).toString();
    const reply = await ask(message, `/repos/${repository}/pulls`, query);
    if (reply.status !== 200) return reply;
    const open: Pull[] = JSON.parse(reply.body);
    if (open.some((pull) => pull.base.ref === base)) {
      const said = `A pull request already exists for ${owner}:${head}.`;
      return { ...refusal(422, ''), body: invalid({ code: 'custom', message: said }) };
    }
    if ((await branchHead(message, repository, head)) !== null) return null;
    return { ...refusal(422, ''), body: invalid({ code: 'invalid', field: 'head' }) };
  }

  const route: Route = async (message) => {
    const [, repository, number, merge] = PULLS.exec(message.path) ?? [];
    if (repository === undefined) return null;
    if (message.method === 'POST' && number === undefined) {
      const opened = opening.then(
        async () => (await refused(message, repository)) ?? forward(message),
      );
      opening = opened.catch(() => {});
      return opened;
    }
    if (number !== undefined && message.method !== 'GET') await freeze(message, repository, number);
    const reply = await forward(message);
    if (reply.status !== 200 || merge !== undefined) return reply;
    const said: Pull | Pull[] = JSON.parse(reply.body);
    const follow = (pull: Pull) => followed(message, repository, pull);
    const told = Array.isArray(said) ? await Promise.all(said.map(follow)) : await follow(said);
    return { ...reply, body: JSON.stringify(told) };
  };
  return {
    route,
    gaps: {
      noteMerge: (repository, number, sha) => void merges.set(`${repository}#${number}`, sha),
    },
  };
}

function invalid(error: Record<string, string>): string {
  return JSON.stringify({
    message: 'Validation Failed',
    errors: [{ resource: 'PullRequest', ...error }],
  });
}
