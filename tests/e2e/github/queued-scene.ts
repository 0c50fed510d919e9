// People, programs and onceward around one merge queue: issues are filed, pull requests reviewed and checked, and
// somebody always changes their mind. People look at GitHub alone; what came of it is read from the records, too.
import type { MergeContext } from '../../../machines/merge/context.ts';
import { stateName } from '../../../machines/record.ts';
import { eventually } from '../../support/eventually.ts';
import type { Answer } from '../../support/github-emulator.ts';
import { type CiRobot, startCiRobot } from './ci-robot.ts';
import { type GitHubWorld, OWNER, startGitHubWorld } from './github-world.ts';
import { type Postman, startPostman } from './postman.ts';
import { FILES, NAMES, STAGES, WORKS, type WorkName } from './queued-works.ts';

export const PROJECT = 'shop';
export const CANDIDATES = 'onceward-merge/main';
const ENDS: readonly string[] = ['done', 'failed', 'cancelled', 'parked'];
const LOOK_MS = 1_000;

export interface QueuedScene {
  world: GitHubWorld;
  robot: CiRobot;
  /** Number of the issue of each piece of work. */
  issues: Readonly<Record<WorkName, number>>;
  /** Resolves with the pull request that is open for it. */
  pull(name: WorkName): Promise<Answer>;
  /** Resolves once so many wait in the queue. */
  queued(count: number): Promise<MergeContext>;
  /** Resolves with the comment on its issue that says that it waits in the queue. */
  waiting(name: WorkName): Promise<string>;
  /** Resolves once nothing more happens by itself to the item: it is over, or parked. */
  ended(name: WorkName): Promise<unknown>;
  stop(): Promise<void>;
}

export async function openScene(): Promise<QueuedScene> {
  let postman: Postman | undefined;
  let robot: CiRobot | undefined;
  const early: { branch: string; sha: string }[] = [];
  const world = await startGitHubWorld({
    ...{ projects: [PROJECT], stages: STAGES, files: FILES, reconcileMs: 5_000 },
    ...{ isTrackerApart: true, maxConcurrentRuns: 4 },
    onPush({ branch, sha }) {
      if (sha === null || branch === 'main') return;
      if (robot === undefined) early.push({ branch, sha });
      else robot.pushed(branch, sha);
    },
    async webhook(onceward) {
      postman = await startPostman(onceward, () => ({ kind: 'pass' }));
      return postman.url;
    },
  });
  const repository = `${OWNER}/${PROJECT}`;
  const ci = startCiRobot({ github: world.github, repository, gitDir: world.remoteOf(PROJECT) });
  robot = ci;
  ci.hold((branch) => branch !== CANDIDATES);
  for (const { branch, sha } of early) ci.pushed(branch, sha);
  const issues = await fileIssues(world);
  const reviewer = startReviewer(world);
  const { fleet, until } = world;
  return {
    ...{ world, robot: ci, issues },
    pull: (name) => until(() => openPullOf(world, issues[name])),
    queued: (count) =>
      fleet.until(`merge.${PROJECT}.main`, ({ context }) => {
        const queue = context as unknown as MergeContext;
        return queue.entries.length >= count && queue;
      }),
    waiting: (name) =>
      until(async () => {
        const path = `/issues/${issues[name]}/comments?per_page=100`;
        const comments: Answer[] = await world.alice(PROJECT, 'GET', path);
        return comments.map(({ body }) => body).find((body) => body.includes('merge queue'));
      }),
    ended: (name) => {
      const address = `item.${PROJECT}.gh-${issues[name]}`;
      return fleet.until(address, ({ state }) => ENDS.includes(stateName(state)));
    },
    async stop() {
      await reviewer.stop();
      await ci.idle().catch(() => {});
      await world.stop();
      postman?.close();
    },
  };
}

async function fileIssues({ alice }: GitHubWorld): Promise<Record<WorkName, number>> {
  const filed: [WorkName, number][] = [];
  for (const name of NAMES) {
    const asked = { title: `The work called ${name}`, body: WORKS[name], labels: ['onceward'] };
    filed.push([name, (await alice(PROJECT, 'POST', '/issues', asked)).number]);
  }
  return Object.fromEntries(filed) as Record<WorkName, number>;
}

async function openPullOf({ alice }: GitHubWorld, issue: number): Promise<Answer> {
  const pulls: Answer[] = await alice(PROJECT, 'GET', '/pulls?state=open&per_page=100');
  return pulls.find(({ head }) => head.ref === `onceward/gh-${issue}`);
}

/** Approves each pull request, and each commit that comes to one. */
function startReviewer({ alice }: GitHubWorld): { stop(): Promise<void> } {
  const approved = new Set<string>();
  let isStopped = false;
  const look = async (): Promise<void> => {
    const pulls: Answer[] = await alice(PROJECT, 'GET', '/pulls?state=open&per_page=100');
    for (const { number, head } of pulls) {
      if (approved.has(head.sha)) continue;
      approved.add(head.sha);
      const review = { event: 'APPROVE', body: 'Good.', commit_id: head.sha };
      await alice(PROJECT, 'POST', `/pulls/${number}/reviews`, review);
    }
  };
  const ended = eventually(async () => {
    await look();
    return isStopped;
  }, LOOK_MS);
  ended.catch(() => {});
  return {
    async stop() {
      isStopped = true;
      await ended;
    },
  };
}
