// GitHub for tests: emulate, a stateful GitHub API of somebody else's making, behind a front that adds what it lacks.
// It must never answer in place of emulate where emulate has an answer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePorts } from './free-ports.ts';
import { type GitHubFront, startGitHubFront } from './github-front.ts';
import { newerNode } from './newer-node.ts';
import { killGroup } from './process-group.ts';

export interface GitHubEmulatorOptions {
  /** `owner/name`; each begins with one commit on `main`. */
  repositories: readonly string[];
  /** Receives the webhooks of all repositories, signed with the secret. */
  webhook?: { url: string; secret: string };
  /** Do not begin with a commit: the branches are mirrored. Defaults to false. */
  isEmpty?: boolean;
}

export interface GitHubTokens {
  /** Owns the repositories of the first owner, whose login it has. */
  owner: string;
  /** `onceward-bot`, a collaborator: a person to GitHub, as every account with a token. */
  bot: string;
  /** `alice`, a collaborator. */
  human: string;
  /** `mallory`, who may read and comment, as anybody. */
  stranger: string;
}

export interface GitHubEmulator extends GitHubFront {
  tokens: GitHubTokens;
  /** `onceward-app[bot]`, installed on the owner of the first repository. */
  app: { id: number; installationId: number; privateKey: string };
  /** One more `owner/name` of the first owner, with one commit on `main`: a test needs not share one. */
  addRepository(name: string): Promise<string>;
  /** Of the owner of this repository. */
  ownerToken(repository: string): string;
  /** One request as somebody, for whatever a test needs to be there. Fails unless it is answered with success. */
  as(token: string, method: string, path: string, body?: unknown): Promise<Answer>;
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever GitHub answers; each test knows what it asked for
export type Answer = any;

const SCRIPT = fileURLToPath(new URL('./github-emulator-process.ts', import.meta.url));
const APP = { id: 12_345, installationId: 100, slug: 'onceward-app' };
const TOKENS: GitHubTokens = {
  owner: 'ghp_ownerOfTheRepositories000000000000000',
  bot: 'ghp_botOfTheTests00000000000000000000000',
  human: 'ghp_humanOfTheTests000000000000000000000',
  stranger: 'ghp_strangerOfTheTests000000000000000000',
};
/** Of the owner, for what the front looks up: GitHub would count it against nobody. */
const FRONT_TOKENS = Array.from({ length: 16 }, (_, index) => `ghp_frontOfTheTests_${index}`);
const PERMISSIONS = ['issues', 'pull_requests', 'contents', 'checks', 'actions', 'administration'];

export async function startGitHubEmulator(options: GitHubEmulatorOptions): Promise<GitHubEmulator> {
  const [port = 0] = await freePorts(1);
  const front = await startGitHubFront(port, Object.keys(tokensOf(options)), FRONT_TOKENS);
  const seed = seedOf(options);
  const argument = JSON.stringify({ port, baseUrl: front.url, seed });
  const child = spawn(await newerNode(), ['--no-warnings', SCRIPT, argument], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const said = Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  const [line] = await said;
  if (child.exitCode !== null || child.signalCode !== null) {
    await front.close();
    throw new Error(`the emulator ended with code ${child.exitCode} before it listened`);
  }
  const [{ value: privateKey }] = JSON.parse(String(line)).secrets;
  const { id, installationId } = APP;
  const emulator: GitHubEmulator = {
    ...front,
    tokens: TOKENS,
    app: { id, installationId, privateKey },
    as: (token, method, path, body) => ask(front.url, { token, method, path, body }),
    ownerToken: (repository) => ownerToken(options, repository),
    async addRepository(name) {
      const given = { name, auto_init: true };
      const { full_name } = await emulator.as(TOKENS.owner, 'POST', '/user/repos', given);
      await settle(emulator, options, [full_name]);
      return full_name;
    },
    async close() {
      if (child.pid !== undefined) killGroup(child.pid);
      await ended;
      await front.close();
    },
  };
  await settle(emulator, options).catch(async (error: unknown) => {
    await emulator.close();
    throw error;
  });
  emulator.requests.length = 0;
  return emulator;
}

/** Logins of all owners; the first has the token `owner`. */
function ownersOf({ repositories }: GitHubEmulatorOptions): string[] {
  return [...new Set(repositories.map((name) => name.split('/')[0] ?? ''))];
}

function ownerToken(options: GitHubEmulatorOptions, repository: string): string {
  const login = repository.split('/')[0] ?? '';
  return ownersOf(options)[0] === login ? TOKENS.owner : `ghp_ownerNamed_${login}`;
}

function tokensOf(options: GitHubEmulatorOptions): Record<string, { login: string }> {
  const owners = ownersOf(options).map((login) => [ownerToken(options, login), { login }]);
  return {
    ...Object.fromEntries(owners),
    [TOKENS.bot]: { login: 'onceward-bot' },
    [TOKENS.human]: { login: 'alice' },
    [TOKENS.stranger]: { login: 'mallory' },
  };
}

function seedOf(options: GitHubEmulatorOptions) {
  const { repositories, isEmpty = false } = options;
  const owners = ownersOf(options);
  const [account = ''] = owners;
  const logins = [...owners, 'onceward-bot', 'alice', 'mallory'];
  const permissions = Object.fromEntries(PERMISSIONS.map((name) => [name, 'write']));
  const scopes = ['repo', 'user', 'admin:repo_hook'];
  const given = Object.entries(tokensOf(options)).map(([token, { login }]) => {
    return [token, { login, scopes }] as const;
  });
  const own = FRONT_TOKENS.map((token) => [token, { login: account, scopes }] as const);
  return {
    tokens: Object.fromEntries([...given, ...own]),
    github: {
      users: logins.map((login) => ({ login, name: login, email: `${login}@example.org` })),
      repos: repositories.map((full) => {
        const [owner, name] = full.split('/');
        return { owner, name, auto_init: !isEmpty };
      }),
      apps: [
        {
          ...{ app_id: APP.id, slug: APP.slug, name: 'Onceward', permissions, events: [] },
          installations: [{ installation_id: APP.installationId, account }],
        },
      ],
    },
  };
}

/** Collaborators and webhooks cannot be seeded. */
async function settle(
  { as }: GitHubEmulator,
  options: GitHubEmulatorOptions,
  repositories = options.repositories,
): Promise<void> {
  const { webhook } = options;
  for (const repository of repositories) {
    const token = ownerToken(options, repository);
    for (const login of ['onceward-bot', 'alice']) {
      const path = `/repos/${repository}/collaborators/${login}`;
      await as(token, 'PUT', path, { permission: 'push' });
    }
    if (webhook === undefined) continue;
    const config = { ...webhook, content_type: 'json', insecure_ssl: '0' };
    await as(token, 'POST', `/repos/${repository}/hooks`, { events: ['*'], config });
  }
}

async function ask(
  url: string,
  asked: { token: string; method: string; path: string; body: unknown },
): Promise<Answer> {
  const response = await fetch(`${url}${asked.path}`, {
    method: asked.method,
    headers: { authorization: `token ${asked.token}`, 'content-type': 'application/json' },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${asked.method} ${asked.path}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}
