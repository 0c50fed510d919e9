// What is left of an issue in GitHub and in the records, in a form in which two ways to it can be compared.
import { stateName } from '../../../machines/record.ts';
import type { Answer } from '../../support/github-emulator.ts';
import type { GitHubWorld } from './github-world.ts';

export interface Remains {
  item: string;
  issue: string;
  pullRequests: string[];
  /** Key and heading of each comment of ours. */
  comments: string[];
}

/** Of a way on which nothing was killed. */
export const END: Remains = {
  item: 'done',
  issue: 'closed, onceward:done',
  pullRequests: ['merged'],
  comments: [
    'ci.1: ### ci, attempt 1: passed',
    'develop.1: ### develop, attempt 1: passed',
    'review.1: ### review, attempt 1: approved',
  ],
};

export async function leftOf(
  world: GitHubWorld,
  project: string,
  number: number,
): Promise<Remains> {
  const { alice, fleet } = world;
  const item = await fleet.until(`item.${project}.gh-${number}`, ({ state }) => stateName(state));
  const issue = await alice(project, 'GET', `/issues/${number}`);
  const labels = issue.labels.map(({ name }: Answer) => name).sort();
  const pulls: Answer[] = await alice(project, 'GET', '/pulls?state=all&per_page=100');
  const all: Answer[] = await alice(project, 'GET', `/issues/${number}/comments?per_page=100`);
  return {
    item,
    issue: [issue.state, ...labels].join(', '),
    pullRequests: pulls
      .filter(({ head }) => head.ref === `onceward/gh-${number}`)
      .map((one) => (one.merged_at === null ? one.state : 'merged')),
    comments: all
      .filter(({ body }) => body.startsWith('<!-- onceward:'))
      .map(({ body }) => headOf(body))
      .sort(),
  };
}

function headOf(body: string): string {
  const [marker = '', ...lines] = body.split('\n');
  const key = marker.replace(/^<!-- onceward:run\.[^.]+\.[^.]+\.| -->$/g, '');
  return `${key}: ${lines.find((line) => line !== '')}`;
}
