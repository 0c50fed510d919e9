// A GitHub with real commits behind it, and an `onceward up` that works on repositories of it. What is pushed to a
// remote is there for its pull requests as soon as the push returns, as with GitHub itself.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentFleet, startFleet } from '../../support/agent-fleet.ts';
import { eventually } from '../../support/eventually.ts';
import { freePorts } from '../../support/free-ports.ts';
import {
  type Answer,
  type GitHubEmulator,
  startGitHubEmulator,
} from '../../support/github-emulator.ts';
import { landPullRequest } from '../../support/github-mirror.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { makeRemote, type OnPush, OWNER, startPushes } from './pushed-remotes.ts';

export { OWNER };

const SECRET = 'a secret of the webhook';
const LOOK_MS = 400;

export interface GitHubWorldOptions {
  /** Each is a project, a repository and a remote of that name. */
  projects: readonly string[];
  /** Lines of YAML: the stages of their pipeline. */
  stages: string;
  /** Where webhooks are posted: given the address that onceward takes them at, says another. None without it. */
  webhook?: (onceward: string) => Promise<string>;
  reconcileMs?: number;
  /** Further settings: `presenceTtlMs: 2000`. */
  settings?: readonly string[];
  /**
   * By project: which connection it is reached through; all have the same token. Defaults to one of its own: writes
   * are spaced for each connection, and projects that shared one would wait for each other.
   */
  connectionOf?: Readonly<Record<string, string>>;
  /** Issues are written to through a connection of their own, so that pull requests wait for no comment. */
  isTrackerApart?: boolean;
  /** By path: what the repositories begin with besides a README. */
  files?: Readonly<Record<string, string>>;
  /** Told of each branch that was pushed, once GitHub has it. */
  onPush?: OnPush;
  /** Of each project. Defaults to 2. */
  maxConcurrentRuns?: number;
}

export interface GitHubWorld {
  github: GitHubEmulator;
  fleet: AgentFleet;
  /** Of a project: a bare repository. */
  remoteOf(project: string): string;
  /** One request as alice, a collaborator, about the repository of a project. */
  alice(project: string, method: string, path: string, body?: unknown): Promise<Answer>;
  /** The same as the owner, whose programs run checks. */
  owner(project: string, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Resolves once a reading says something else than null or false. */
  until<T>(read: () => Promise<T | null | false | undefined>): Promise<T>;
  merge(project: string, number: number): Promise<string>;
  /** Kills onceward where it stands, and starts it again on the same server and state. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startGitHubWorld(options: GitHubWorldOptions): Promise<GitHubWorld> {
  const folder = temporaryDirectory();
  const [port = 0] = await freePorts(1);
  const intake = `http://127.0.0.1:${port}/webhooks/github`;
  const url = options.webhook === undefined ? null : await options.webhook(intake);
  const github = await startGitHubEmulator({
    repositories: options.projects.map((name) => `${OWNER}/${name}`),
    isEmpty: true,
    ...(url === null ? {} : { webhook: { url, secret: SECRET } }),
  });
  const pushes = await startPushes(github, { folder, onPush: options.onPush });
  const remoteOf = (project: string) => join(folder, `${project}.git`);
  for (const name of options.projects) {
    await makeRemote({ folder, name, pushes: pushes.port, files: options.files ?? {} });
  }
  const configuration = join(folder, 'onceward.yaml');
  writeFileSync(configuration, configurationOf(options, { folder, apiUrl: github.url }));
  const environment = {
    GITHUB_TOKEN: github.tokens.bot,
    GITHUB_WEBHOOK_SECRET: SECRET,
    ONCEWARD_HTTP: `127.0.0.1:${port}`,
  };
  const start = () => startFleet({ configuration, remote: folder, environment });
  const close = async () => {
    pushes.server.closeAllConnections();
    pushes.server.close();
    await github.close();
  };
  let fleet = await start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const ask = (token: string) => (project: string, method: string, path: string, body?: unknown) =>
    github.as(token, method, `/repos/${OWNER}/${project}${path}`, body);
  return {
    ...{ github, remoteOf, alice: ask(github.tokens.human), owner: ask(github.tokens.owner) },
    get fleet() {
      return fleet;
    },
    // Of what GitHub allows in an hour the people of a test must leave something to each other.
    until: (read) => eventually(read, LOOK_MS),
    merge: (project, number) => {
      const gitDir = remoteOf(project);
      return landPullRequest(github, { repository: `${OWNER}/${project}`, gitDir, number });
    },
    async restart() {
      fleet.onceward.kill('SIGKILL');
      await fleet.stop();
      fleet = await start();
    },
    async stop() {
      await fleet.stop();
      await close();
    },
  };
}

function configurationOf(
  options: GitHubWorldOptions,
  { folder, apiUrl }: { folder: string; apiUrl: string },
): string {
  const { projects, stages, reconcileMs = 1_000, settings = [], maxConcurrentRuns = 2 } = options;
  const connection = (name: string) => options.connectionOf?.[name] ?? name;
  const trackers = (name: string) =>
    options.isTrackerApart ? `${connection(name)}-issues` : connection(name);
  const connections = [...new Set(projects.flatMap((name) => [connection(name), trackers(name)]))];
  const timing = `sweepMs: 500, retryBackoffMs: 200, reconcileMs: ${reconcileMs}`;
  const project = (name: string) => `
  ${name}:
    repository: ${join(folder, `${name}.git`)}
    pipeline: standard
    maxConcurrentRuns: ${maxConcurrentRuns}
    tracker: { kind: github, connection: ${trackers(name)}, repository: ${OWNER}/${name} }
    forge: { kind: github, connection: ${connection(name)}, repository: ${OWNER}/${name} }`;
  return `version: 1
pools: { default: { slots: 8 } }
settings: { partitions: 4, bootGraceMs: 0, ${[timing, ...settings].join(', ')} }
connections:${connections.map((name) => connectionText(name, apiUrl)).join('')}
projects:${projects.map(project).join('')}
pipelines:
  standard:
    stages:
${stages}`;
}

function connectionText(name: string, apiUrl: string): string {
  return `
  ${name}:
    kind: github
    apiUrl: ${apiUrl}
    tokenVariable: GITHUB_TOKEN
    webhookSecretVariable: GITHUB_WEBHOOK_SECRET`;
}
