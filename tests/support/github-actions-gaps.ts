// Workflow runs of GitHub Actions. emulate has the routes, but no way to have a run of a commit; here a test plants them.
// https://docs.github.com/en/rest/actions/workflow-runs and https://docs.github.com/en/rest/actions/workflow-jobs
import { type Route, refusal, success } from './github-replies.ts';

export interface PlantedJob {
  /** Of the check run that shows this job. */
  checkRunId: number;
  name: string;
  conclusion: string;
  /** Steps that ended; none when no runner ever took the job. */
  stepsEnded: number;
}

export interface PlantedRun {
  repository: string;
  sha: string;
  checkSuiteId: number;
  jobs: readonly PlantedJob[];
}

export interface ActionsGaps {
  /** A completed first attempt; returns its id. */
  plantWorkflowRun(run: PlantedRun): number;
  /** The attempt a run is at: 1, and one more for each re-run. */
  attemptOf(runId: number): number | null;
}

export function actionsGaps(): { route: Route; gaps: ActionsGaps } {
  const runs = new Map<number, PlantedRun & { id: number; attempt: number; status: string }>();
  const shown = ({
    id,
    sha,
    checkSuiteId,
    attempt,
    status,
  }: typeof runs extends Map<number, infer R> ? R : never) => ({
    ...{ id, status, head_sha: sha, check_suite_id: checkSuiteId, run_attempt: attempt },
    conclusion: status === 'completed' ? 'failure' : null,
  });
  const route: Route = async ({ method, path, query }) => {
    const [, repository, id, part] =
      /^\/repos\/([^/]+\/[^/]+)\/actions\/runs(?:\/(\d+)(?:\/([a-z-]+))?)?$/.exec(path) ?? [];
    if (repository === undefined) return null;
    const ofRepository = [...runs.values()].filter((run) => run.repository === repository);
    if (id === undefined) {
      const sha = new URLSearchParams(query).get('head_sha');
      const found = ofRepository.filter((run) => sha === null || run.sha === sha);
      return success(200, { total_count: found.length, workflow_runs: found.map(shown) });
    }
    const run = ofRepository.find((candidate) => candidate.id === Number(id));
    if (run === undefined) return refusal(404, 'Not Found');
    if (method === 'GET' && part === undefined) return success(200, shown(run));
    if (method === 'GET' && part === 'jobs') {
      const jobs = run.jobs.map((job) => jobOf(repository, job));
      return success(200, { total_count: jobs.length, jobs });
    }
    if (method !== 'POST' || part !== 'rerun-failed-jobs') return refusal(404, 'Not Found');
    if (run.status !== 'completed') return refusal(403, 'This workflow is already running');
    run.attempt += 1;
    run.status = 'queued';
    return success(201, {});
  };
  return {
    route,
    gaps: {
      plantWorkflowRun(run) {
        const id = 9_000_000 + runs.size + 1;
        runs.set(id, { ...run, id, attempt: 1, status: 'completed' });
        return id;
      },
      attemptOf: (runId) => runs.get(runId)?.attempt ?? null,
    },
  };
}

function jobOf(repository: string, { checkRunId, name, conclusion, stepsEnded }: PlantedJob) {
  const steps = Array.from({ length: stepsEnded }, (_, index) => ({
    ...{ name: `step ${index + 1}`, number: index + 1, status: 'completed', conclusion: 'success' },
  }));
  const check_run_url = `https://api.github.com/repos/${repository}/check-runs/${checkRunId}`;
  return { id: checkRunId, name, status: 'completed', conclusion, steps, check_run_url };
}
