// An `onceward up` with many projects of many issues each, all of them open, marked and commented on already: what
// it costs to know that. Their pipeline waits for somebody outside, so nothing goes on.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFleet } from '../../support/agent-fleet.ts';
import { eventually } from '../../support/eventually.ts';
import { type CountedRequest, startGitHubOfMany } from '../../support/github-of-many.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const LOOK_MS = 250;
const WANTED = 'GET /issues?onceward';

export interface ManyProjects {
  /** Resolves once so many items were compared with what their issue shows. */
  areShown(items: number): Promise<void>;
  /** Resolves once every project was looked at so often since the last `take`. */
  haveLooked(times: number): Promise<void>;
  /** All requests since the last call. */
  take(): CountedRequest[];
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface Costs {
  /** Looks at one project each. */
  looks: number;
  asked: number;
  /** Of those, not answered with "not modified". */
  paid: number;
  writes: number;
}

export function costsOf(requests: readonly CountedRequest[]): Costs {
  return {
    looks: requests.filter(({ what }) => what === WANTED).length,
    asked: requests.length,
    paid: requests.filter(({ status }) => status !== 304).length,
    writes: requests.filter(({ what }) => !what.startsWith('GET ')).length,
  };
}

export async function startManyProjects({
  repositories,
  issuesEach,
}: {
  repositories: number;
  issuesEach: number;
}): Promise<ManyProjects> {
  const names = Array.from({ length: repositories }, (_, index) => `shop-${index + 1}`);
  const github = await startGitHubOfMany({
    repositories: names.map((name) => `acme/${name}`),
    issuesEach,
    labels: ['onceward:active'],
    comment: (repository, issue) => {
      const key = `run.${repository.split('/')[1]}.gh-${issue}.publish.1`;
      return `<!-- onceward:${key} -->\n### publish, attempt 1: waits for its publisher`;
    },
  });
  const folder = temporaryDirectory();
  const configuration = join(folder, 'onceward.yaml');
  writeFileSync(configuration, configurationOf(names, github.url));
  const environment = { GITHUB_TOKEN: 'a-token' };
  const start = () => startFleet({ configuration, remote: folder, environment });
  let fleet = await start();
  const until = async (seen: () => boolean): Promise<void> => {
    await eventually(seen, LOOK_MS);
  };
  const count = (wanted: (request: CountedRequest) => boolean) =>
    github.requests.filter(wanted).length;
  return {
    areShown: (items) => until(() => count(({ what }) => what === 'GET /issues/*') >= items),
    haveLooked: (times) =>
      until(() =>
        names.every(
          (name) =>
            count(({ what, repository }) => what === WANTED && repository === `acme/${name}`) >=
            times,
        ),
      ),
    take: () => github.requests.splice(0),
    async restart() {
      fleet.onceward.kill('SIGKILL');
      await fleet.stop();
      github.requests.length = 0;
      fleet = await start();
    },
    async stop() {
      await fleet.stop();
      await github.close();
    },
  };
}

function configurationOf(names: readonly string[], apiUrl: string): string {
  const project = (name: string) => `
  ${name}:
    repository: /nowhere/${name}.git
    pipeline: waiting
    tracker: { kind: github, connection: main, repository: acme/${name}, maxActive: 40 }
    forge: { kind: github, connection: main, repository: acme/${name} }`;
  return `version: 1
settings: { partitions: 4, bootGraceMs: 0, reconcileMs: 3000, presenceTtlMs: 2000 }
connections:
  main: { kind: github, apiUrl: '${apiUrl}', tokenVariable: GITHUB_TOKEN }
projects:${names.map(project).join('')}
pipelines:
  waiting:
    stages:
      - { name: publish, kind: external }
`;
}
