// A GitHub of many repositories with many open issues, as far as onceward asks of it while they wait; it counts what
// it is asked. For what GitHub does with anything else there is the emulator: this must never be used to prove that.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ManyOptions {
  /** `owner/name` */
  repositories: readonly string[];
  issuesEach: number;
  /** Labels of each issue, beside the one that asks for work. */
  labels: readonly string[];
  /** What we have said on an issue already. */
  comment: (repository: string, issue: number) => string;
}

export interface CountedRequest {
  repository: string;
  /** `GET /issues/*`, `GET /issues?onceward:active` */
  what: string;
  status: number;
}

export interface GitHubOfMany {
  url: string;
  /** Oldest first; a test may empty it. */
  requests: CountedRequest[];
  close(): Promise<void>;
}

interface Issue {
  number: number;
  labels: string[];
  comments: { id: number; body: string }[];
}

const BOT = { login: 'onceward-bot', type: 'User' };
const AT = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
/** An issue of GitHub has about 5 KB of JSON, a comment 3 KB, most of it addresses. */
const [ISSUE_FILL, COMMENT_FILL] = ['-'.repeat(4_600), '-'.repeat(2_600)];
const PATH = /^\/repos\/([^/]+\/[^/]+)(\/[^?]*)/;

export async function startGitHubOfMany(options: ManyOptions): Promise<GitHubOfMany> {
  const { repositories, issuesEach, labels, comment } = options;
  const requests: CountedRequest[] = [];
  const issueOf = (repository: string, index: number): Issue => {
    const number = index + 1;
    const comments = [{ id: number, body: comment(repository, number) }];
    return { number, labels: ['onceward', ...labels], comments };
  };
  const all = new Map(
    repositories.map((name) => [
      name,
      Array.from({ length: issuesEach }, (_, index) => issueOf(name, index)),
    ]),
  );
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://github.invalid');
    const [, repository = '', rest = url.pathname] = PATH.exec(url.pathname) ?? [];
    const found = answerOf(
      { repository, rest, query: url.searchParams },
      all.get(repository) ?? [],
    );
    const isRead = request.method === 'GET';
    const status = send(request, response, isRead ? found : null);
    const label = url.searchParams.get('labels');
    const place = `${rest.replace(/\d+/, '*')}${label === null ? '' : `?${label}`}`;
    requests.push({ repository, what: `${request.method} ${place}`, status });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Asked {
  repository: string;
  rest: string;
  query: URLSearchParams;
}

function answerOf({ repository, rest, query }: Asked, issues: readonly Issue[]): unknown {
  if (rest === '/user') return BOT;
  const first = (Number(query.get('page') ?? '1') - 1) * 100;
  const page = <T>(list: readonly T[]) => list.slice(first, first + 100);
  if (rest === '/issues') {
    const wanted = issues.filter(({ labels }) => labels.includes(query.get('labels') ?? ''));
    return page(wanted).map((issue) => told(repository, issue));
  }
  if (rest === '/issues/comments') {
    return page(issues.flatMap((issue) => commentsOf(repository, issue)));
  }
  const [, number, isComments] = /^\/issues\/(\d+)(\/comments)?$/.exec(rest) ?? [];
  const issue = issues.find((one) => String(one.number) === number);
  if (issue === undefined) return null;
  return isComments ? page(commentsOf(repository, issue)) : told(repository, issue);
}

function told(repository: string, { number, labels }: Issue) {
  return {
    ...{
      fill: ISSUE_FILL,
      number,
      title: `task ${number}`,
      body: 'to be done',
      state: 'open',
      closed_at: null,
    },
    html_url: `https://github.invalid/${repository}/issues/${number}`,
    labels: labels.map((name) => ({ name })),
    ...{ user: { login: 'alice', type: 'User' }, created_at: AT, updated_at: AT },
  };
}

function commentsOf(repository: string, { number, comments }: Issue) {
  const of = `${repository}/issues/${number}`;
  return comments.map(({ id, body }) => ({
    ...{
      fill: COMMENT_FILL,
      id,
      body,
      user: BOT,
      author_association: 'COLLABORATOR',
      created_at: AT,
      updated_at: AT,
    },
    issue_url: `https://api.github.invalid/repos/${of}`,
    html_url: `https://github.invalid/${of}#issuecomment-${id}`,
  }));
}

/** 404 for what is not known, and for every write: nobody is to write here. */
function send(request: IncomingMessage, response: ServerResponse, found: unknown): number {
  const body = JSON.stringify(found ?? { message: 'Not Found' });
  const etag = `"${createHash('sha256').update(body).digest('hex')}"`;
  const isKnown = found !== null && request.headers['if-none-match'] === etag;
  const status = found === null ? 404 : isKnown ? 304 : 200;
  const type = { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, found === null ? type : { ...type, etag });
  response.end(isKnown ? undefined : body);
  return status;
}
