// One emulated GitHub for a test file, and for each test a repository and connections of its own.
// It must never share a connection between tests: what one remembers would answer the other.
import { createGitHubClient, type GitHubClient } from '../../../transport/github/client.ts';
import { type GitHubEmulator, startGitHubEmulator } from '../../support/github-emulator.ts';

export interface GitHubFixture {
  github: GitHubEmulator;
  /** `acme/…`, fresh. */
  repository: string;
  /** As the bot, unless another token or the app is named. */
  client(options?: {
    token?: string;
    isApp?: boolean;
    apiUrl?: string;
    timeoutMs?: number;
  }): GitHubClient;
  /** As somebody, below this repository. */
  as: GitHubEmulator['as'];
  /** Opens an issue as the human; returns its ref. */
  issue(title: string, labels?: readonly string[]): Promise<string>;
  /** Requests since the last call of this, or since the fixture was opened: `GET /issues 200`. */
  seen(): string[];
}

/** The time of all connections stands still: octokit reads the wall clock, so it must be near it. */
export const NOW_MS = Date.now();

let started: Promise<GitHubEmulator> | undefined;
let count = 0;

export async function openGitHub(): Promise<GitHubFixture> {
  started ??= startGitHubEmulator({ repositories: ['acme/first'] });
  const github = await started;
  count += 1;
  const repository = await github.addRepository(`shop-${count}`);
  const as: GitHubEmulator['as'] = (token, method, path, body) =>
    github.as(token, method, `/repos/${repository}${path}`, body);
  github.requests.length = 0;
  return {
    ...{ github, repository, as },
    client(options = {}) {
      count += 1;
      const { token = github.tokens.bot, isApp = false, apiUrl = github.url, timeoutMs } = options;
      const clock = { nowMs: () => NOW_MS };
      const given = { name: `github-${count}`, apiUrl, version: '1.2.3', clock, timeoutMs };
      return createGitHubClient(isApp ? { ...given, app: github.app } : { ...given, token });
    },
    async issue(title, labels = ['onceward']) {
      const given = { title, body: `${title}, at length`, labels };
      return String((await as(github.tokens.human, 'POST', '/issues', given)).number);
    },
    seen: () =>
      github.requests.splice(0).map(({ method, path, status }) => {
        return `${method} ${path.replace(`/repos/${repository}`, '')} ${status}`;
      }),
  };
}

/** To be called after the last test of the file. */
export async function closeGitHub(): Promise<void> {
  await (await started)?.close();
}
