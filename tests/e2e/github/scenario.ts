// The way of one issue from its label to its merge, with a change request and a failing check on it, as people and
// programs outside act; and what is left in the end, in a form in which two ways can be compared.
import type { ItemContext } from '../../../machines/item/context.ts';
import { stateName } from '../../../machines/record.ts';
import type { Answer } from '../../support/github-emulator.ts';
import type { GitHubWorld } from './github-world.ts';

export const STAGES = `\
      - name: develop
        kind: command
        command: |
          date +%s%N >> work.txt && git add -A && git commit -qm "Work on $ONCEWARD_ITEM"
          echo "Attempt $ONCEWARD_ATTEMPT is done." > "$ONCEWARD_COMMENT_FILE"
      - name: ci
        kind: checks
        onFail: develop
        checks: { required: [build] }
      - name: review
        kind: approval
        approve: reviews
        onReject: develop
`;

export interface End {
  item: { state: string; isLanded: boolean; pullRequest: string | undefined };
  /** Stage, attempt, kind and cause of the verdict of each run. */
  runs: string[];
  issue: { state: string; labels: string[] };
  pullRequests: string[];
  /** First lines of our comments on the issue. */
  comments: string[];
}

/** Acts as people and programs do, each time once there is something to act on. */
export async function walk(world: GitHubWorld, project: string): Promise<End> {
  const { alice, until, fleet } = world;
  const issue = await alice(project, 'POST', '/issues', {
    ...{ title: 'The discount is wrong', body: 'It should be ten percent.', labels: ['onceward'] },
  });
  const pull = await until(async () => (await alice(project, 'GET', '/pulls?state=all'))[0]);
  await check(world, project, { conclusion: 'failure', than: '' });
  const first = await headOf(world, project, pull.number);
  const second = await until(async () => changed(await headOf(world, project, pull.number), first));
  await check(world, project, { conclusion: 'success', than: first });
  await inState(world, project, issue.number, 'awaitingApproval');
  await alice(project, 'POST', `/pulls/${pull.number}/reviews`, {
    ...{ event: 'REQUEST_CHANGES', body: 'Please name the constant.', commit_id: second },
  });
  const third = await until(async () => changed(await headOf(world, project, pull.number), second));
  await check(world, project, { conclusion: 'success', than: second });
  await inState(world, project, issue.number, 'awaitingApproval');
  await alice(project, 'POST', `/pulls/${pull.number}/reviews`, {
    ...{ event: 'APPROVE', body: 'Good.', commit_id: third },
  });
  await inState(world, project, issue.number, 'parked');
  await world.merge(project, pull.number);
  const address = `item.${project}.gh-${issue.number}`;
  await fleet.until(address, (record) => stateName(record.state) === 'done');
  await until(
    async () => (await alice(project, 'GET', `/issues/${issue.number}`)).state === 'closed',
  );
  return endOf(world, project, issue.number);
}

async function headOf(world: GitHubWorld, project: string, number: number): Promise<string> {
  return (await world.alice(project, 'GET', `/pulls/${number}`)).head.sha;
}

function changed(sha: string, from: string): string | null {
  return sha === from ? null : sha;
}

async function inState(world: GitHubWorld, project: string, issue: number, state: string) {
  const address = `item.${project}.gh-${issue}`;
  await world.fleet.until(address, (record) => stateName(record.state) === state);
}

/** What a program does that checks each commit of a pull request: it says that it has begun, then how it ended. */
async function check(
  world: GitHubWorld,
  project: string,
  { conclusion, than }: { conclusion: string; than: string },
): Promise<void> {
  const { owner, alice, until } = world;
  const [pull] = await alice(project, 'GET', '/pulls?state=all');
  const sha = await until(async () => changed(await headOf(world, project, pull.number), than));
  const run = await owner(project, 'POST', '/check-runs', {
    ...{ name: 'build', head_sha: sha, status: 'in_progress' },
  });
  await owner(project, 'PATCH', `/check-runs/${run.id}`, {
    ...{ status: 'completed', conclusion },
    output: { title: 'build', summary: conclusion === 'failure' ? 'test 3 failed' : 'all passed' },
  });
}

export async function endOf(world: GitHubWorld, project: string, number: number): Promise<End> {
  const { alice, fleet, until } = world;
  const address = `item.${project}.gh-${number}`;
  const { state, context } = await fleet.until(address, ({ state: value, context: found }) => {
    return { state: stateName(value), context: found as unknown as ItemContext };
  });
  const expected = context.runs.length;
  const comments: Answer[] = await until(async () => {
    const all = await alice(project, 'GET', `/issues/${number}/comments?per_page=100`);
    const ours = all.filter(({ body }: Answer) => body.startsWith('<!-- onceward:'));
    const isOver = ours.some(({ body }: Answer) => body.includes('**Done**'));
    const goesOn = ours.some(({ body }: Answer) => /: (?:waits|at work|finishing)/.test(body));
    return ours.length >= expected && isOver && !goesOn ? ours : null;
  });
  const issue = await alice(project, 'GET', `/issues/${number}`);
  const pulls: Answer[] = await alice(project, 'GET', '/pulls?state=all');
  return {
    item: { state, isLanded: context.isLanded, pullRequest: context.pullRequest?.state },
    runs: context.runs.map(
      ({ stage, attempt, verdict }) => `${stage}/${attempt}: ${verdict.kind} (${verdict.cause})`,
    ),
    issue: {
      state: issue.state,
      labels: issue.labels.map(({ name }: Answer) => name).sort(),
    },
    pullRequests: pulls.map(
      (one) => `${one.head.ref} ${one.merged_at === null ? 'open' : 'merged'}`,
    ),
    comments: comments.map(({ body }) => /^###.*$/m.exec(body)?.[0] ?? body).sort(),
  };
}

/** How every way has to end, whatever became of the webhooks. */
export const EXPECTED: End = {
  item: { state: 'done', isLanded: true, pullRequest: 'merged' },
  runs: [
    'develop/1: pass (exit-code)',
    'ci/1: product_fail (checks-failed)',
    'develop/2: pass (exit-code)',
    'ci/2: pass (checks-passed)',
    'review/1: product_fail (rejected)',
    'develop/3: pass (exit-code)',
    'ci/3: pass (checks-passed)',
    'review/2: pass (approved)',
  ],
  issue: { state: 'closed', labels: ['onceward:done'] },
  pullRequests: ['onceward/gh-1 merged'],
  comments: [
    '### ci, attempt 1: failed',
    '### ci, attempt 2: passed',
    '### ci, attempt 3: passed',
    '### develop, attempt 1: passed',
    '### develop, attempt 2: passed',
    '### develop, attempt 3: passed',
    '### review, attempt 1: sent back',
    '### review, attempt 2: approved',
  ],
};
