// What people and programs outside do for one issue until it is closed, as GitHub alone tells them to: whatever is
// killed meanwhile, they see only what stands there. They must never look into onceward.
import { eventually } from '../../support/eventually.ts';
import type { Answer } from '../../support/github-emulator.ts';
import type { GitHubWorld } from './github-world.ts';

/** The emulator counts requests, as GitHub does. */
const LOOK_MS = 500;

/** Lets the check pass, approves and merges, each once there is a reason to; resolves once the issue is closed. */
export async function attend(world: GitHubWorld, project: string, issue: number): Promise<void> {
  const { alice } = world;
  const checked = new Set<string>();
  let isApproved = false;
  const look = async (): Promise<boolean> => {
    const { state, labels } = await alice(project, 'GET', `/issues/${issue}`);
    if (state === 'closed') return true;
    const marks = labels.map(({ name }: Answer) => name);
    const pull = await openPullOf(world, project, issue);
    if (pull !== undefined && !checked.has(pull.head.sha)) {
      checked.add(pull.head.sha);
      await pass(world, project, pull.head.sha);
    }
    if (marks.includes('onceward:approval') && !isApproved) {
      isApproved = true;
      await alice(project, 'POST', `/issues/${issue}/comments`, { body: '/onceward approve' });
    }
    if (marks.includes('onceward:parked') && pull !== undefined) {
      await world.merge(project, pull.number);
    }
    return false;
  };
  await eventually(look, LOOK_MS);
}

async function openPullOf(world: GitHubWorld, project: string, issue: number): Promise<Answer> {
  const pulls: Answer[] = await world.alice(project, 'GET', '/pulls?state=open&per_page=100');
  return pulls.find(({ head }) => head.ref === `onceward/gh-${issue}`);
}

async function pass({ owner }: GitHubWorld, project: string, sha: string): Promise<void> {
  await owner(project, 'POST', '/check-runs', {
    ...{ name: 'build', head_sha: sha, status: 'completed', conclusion: 'success' },
    output: { title: 'build', summary: 'all passed' },
  });
}
