// What GitHub Actions knows of a commit's workflow runs: attempts, and how far their jobs came.
// It must never ask for a re-run of an attempt that is no longer the newest.
import { PAGE_SIZE } from '../github/pages.ts';
import type { Check } from './forge.ts';
import { type GitHubPlace, unlessRefused } from './github-place.ts';

export interface WorkflowRun {
  id: number;
  attempt: number;
}

/** Runs whose jobs are looked at, of one commit. */
const MAX_RUNS_WITH_JOBS = 10;
/** Actions may be switched off, or not be for this token to see. */
const NOT_TO_BE_SEEN = [403, 404];

/** Workflow runs of a commit, by the id of their check suite. */
export async function workflowRuns(
  { client, repository }: GitHubPlace,
  sha: string,
): Promise<Map<number, WorkflowRun>> {
  const answer = await unlessRefused(
    NOT_TO_BE_SEEN,
    client.octokit.rest.actions.listWorkflowRunsForRepo({
      ...repository,
      head_sha: sha,
      per_page: PAGE_SIZE,
    }),
  );
  const runs = answer?.data.workflow_runs ?? [];
  return new Map(
    runs
      .filter((run) => run.check_suite_id !== undefined && run.head_sha === sha)
      .map((run) => [Number(run.check_suite_id), { id: run.id, attempt: run.run_attempt ?? 1 }]),
  );
}

/** How many steps of each job ended, by the id of its check run. */
export async function endedSteps(
  { client, repository }: GitHubPlace,
  runs: readonly WorkflowRun[],
): Promise<Map<number, number>> {
  const ended = new Map<number, number>();
  for (const { id } of runs.slice(0, MAX_RUNS_WITH_JOBS)) {
    const answer = await unlessRefused(
      NOT_TO_BE_SEEN,
      client.octokit.rest.actions.listJobsForWorkflowRun({
        ...repository,
        run_id: id,
        filter: 'latest',
        per_page: PAGE_SIZE,
      }),
    );
    for (const job of answer?.data.jobs ?? []) {
      const checkRunId = Number(/\/check-runs\/(\d+)$/.exec(job.check_run_url)?.[1] ?? job.id);
      const steps = (job.steps ?? []).filter(
        ({ status, conclusion }) => status === 'completed' && conclusion !== 'skipped',
      );
      ended.set(checkRunId, steps.length);
    }
  }
  return ended;
}

/** Repeating it is harmless: an attempt that was run again already is left alone. */
export async function rerun(
  { client, repository }: GitHubPlace,
  target: NonNullable<Check['rerun']>,
): Promise<void> {
  const { rest } = client.octokit;
  if (target.kind === 'check-run') {
    await rest.checks.rerequestRun({ ...repository, check_run_id: Number(target.id) });
    return;
  }
  const run_id = Number(target.id);
  const { data } = await rest.actions.getWorkflowRun({ ...repository, run_id });
  if ((data.run_attempt ?? 1) > target.attempt) return;
  await rest.actions.reRunWorkflowFailedJobs({ ...repository, run_id });
}
