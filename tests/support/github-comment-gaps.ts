// All comments of a repository. emulate has this list, but takes `comments` for the number of an issue and never comes to it.
// https://docs.github.com/en/rest/issues/comments#list-issue-comments-for-a-repository
import { type Forward, type Message, type Route, success } from './github-replies.ts';

interface Comment {
  html_url: string;
  updated_at: string;
}

/** `since`, paging, and the order of the last change; gathered from the comments of each issue and pull request. */
export function commentRoute(forward: Forward): Route {
  const list = async (message: Message, path: string, query: string) => {
    const reply = await forward({ ...message, method: 'GET', path, query });
    return reply.status === 200 ? JSON.parse(reply.body) : [];
  };
  return async (message) => {
    const [, repository] = /^\/repos\/([^/]+\/[^/]+)\/issues\/comments$/.exec(message.path) ?? [];
    if (message.method !== 'GET' || repository === undefined) return null;
    const asked = new URLSearchParams(message.query);
    const gathered: Comment[] = [];
    for (const kind of ['issues', 'pulls']) {
      const found = await list(message, `/repos/${repository}/${kind}`, 'state=all&per_page=100');
      for (const { number } of found) {
        const path = `/repos/${repository}/issues/${number}/comments`;
        const comments: Comment[] = await list(message, path, 'per_page=100');
        // On a pull request a comment has the address of that page.
        const page = kind === 'pulls' ? 'pull' : 'issues';
        gathered.push(
          ...comments.map((comment) => ({
            ...comment,
            html_url: comment.html_url.replace(/\/issues\/(\d+)#/, `/${page}/$1#`),
          })),
        );
      }
    }
    const sinceMs = Date.parse(asked.get('since') ?? '1970-01-01T00:00:00Z');
    const size = Number(asked.get('per_page') ?? 30);
    const start = (Number(asked.get('page') ?? 1) - 1) * size;
    const fresh = gathered
      .filter(({ updated_at }) => Date.parse(updated_at) >= sinceMs)
      .sort((one, other) => Date.parse(one.updated_at) - Date.parse(other.updated_at));
    return success(200, fresh.slice(start, start + size));
  };
}
