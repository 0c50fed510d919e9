// Checks and statuses of one commit on GitHub, and which of them a branch requires.
// It must never judge one, nor take a check of another commit for one of this.
import { PAGE_SIZE, readPages } from '../github/pages.ts';
import type { Check, CommitChecks, Conclusion } from './forge.ts';
import { endedSteps, type WorkflowRun, workflowRuns } from './github-actions.ts';
import { cut, type GitHubPlace, timeOf, unlessRefused } from './github-place.ts';

interface CheckRun {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  html_url: string | null;
  started_at: string | null;
  completed_at: string | null;
  output: {
    title: string | null;
    summary: string | null;
    text: string | null;
    annotations_count: number;
  };
  check_suite: { id: number } | null;
}

const MAX_PAGES = 5;
const MAX_SUMMARY_CHARACTERS = 2_000;
/** Checks whose annotations are read, of one commit, and how many of each. */
const MAX_ANNOTATED = 10;
const MAX_ANNOTATIONS = 20;
/** What makes sense to be run again. */
const ENDED_BADLY: readonly (string | null)[] = [
  'failure',
  'cancelled',
  'timed_out',
  'startup_failure',
  'stale',
];

export async function commitChecks(place: GitHubPlace, sha: string): Promise<CommitChecks> {
  const runs = newestOfEachName(await checkRuns(place, sha));
  const bad = runs.filter(({ conclusion }) => ENDED_BADLY.includes(conclusion));
  const workflows = bad.length === 0 ? new Map() : await workflowRuns(place, sha);
  const concerned = new Map(bad.flatMap((run) => entryOf(workflows, run)));
  const steps = await endedSteps(place, [...concerned.values()]);
  const notes = await annotations(place, bad);
  const checks = runs.map((run): Check => {
    const isBad = bad.includes(run);
    return {
      ...checkOf(run, notes.get(run.id) ?? []),
      rerun: isBad ? rerunOf(run, workflows) : null,
      stepsEnded: isBad ? (steps.get(run.id) ?? null) : null,
    };
  });
  return { sha, checks: [...checks, ...(await statuses(place, sha))] };
}

/** What protection and rulesets of the branch require, each once; null where nothing is required or told. */
export async function requiredChecks(
  { client, repository }: GitHubPlace,
  branch: string,
): Promise<readonly string[] | null> {
  const { repos } = client.octokit.rest;
  const target = { ...repository, branch };
  const protection = await unlessRefused([403, 404], repos.getStatusChecksProtection(target));
  const rules = await unlessRefused(
    [403, 404],
    repos.getBranchRules({ ...target, per_page: PAGE_SIZE }),
  );
  const byProtection = [
    ...(protection?.data.contexts ?? []),
    ...(protection?.data.checks ?? []).map(({ context }) => context),
  ];
  const byRules = (rules?.data ?? []).flatMap((rule) =>
    rule.type === 'required_status_checks'
      ? (rule.parameters?.required_status_checks ?? []).map(({ context }) => context)
      : [],
  );
  const required = [...new Set([...byProtection, ...byRules])];
  return required.length === 0 ? null : required;
}

async function checkRuns({ client, repository }: GitHubPlace, sha: string): Promise<CheckRun[]> {
  const found = await readPages<CheckRun>(MAX_PAGES, async (page) => {
    const answer = await unlessRefused(
      // 422: GitHub does not know the commit yet. It has no checks, then.
      [404, 422],
      client.octokit.rest.checks.listForRef({
        ...repository,
        ref: sha,
        filter: 'latest',
        per_page: PAGE_SIZE,
        page,
      }),
    );
    return answer?.data.check_runs ?? [];
  });
  return found;
}

/** Several suites may have one of the same name. */
function newestOfEachName(runs: readonly CheckRun[]): CheckRun[] {
  const newest = new Map<string, CheckRun>();
  const order = [...runs].sort(
    (one, other) =>
      (timeOf(one.started_at) ?? 0) - (timeOf(other.started_at) ?? 0) || one.id - other.id,
  );
  for (const run of order) newest.set(run.name, run);
  return [...newest.values()];
}

function entryOf(
  workflows: ReadonlyMap<number, WorkflowRun>,
  { check_suite }: CheckRun,
): [number, WorkflowRun][] {
  const run = workflows.get(check_suite?.id ?? 0);
  return run === undefined ? [] : [[run.id, run]];
}

function rerunOf(run: CheckRun, workflows: ReadonlyMap<number, WorkflowRun>): Check['rerun'] {
  const workflow = workflows.get(run.check_suite?.id ?? 0);
  if (workflow === undefined) return { kind: 'check-run', id: String(run.id), attempt: 1 };
  return { kind: 'workflow-run', id: String(workflow.id), attempt: workflow.attempt };
}

function checkOf(run: CheckRun, notes: readonly string[]) {
  const { title, summary, text } = run.output;
  const said = [title, summary, ...notes, text].filter((part) => part !== null && part !== '');
  return {
    name: run.name,
    kind: 'check-run' as const,
    id: String(run.id),
    conclusion: run.status === 'completed' ? (run.conclusion as Conclusion | null) : null,
    url: run.html_url,
    summary: cut(said.join('\n'), MAX_SUMMARY_CHARACTERS),
    startedAtMs: timeOf(run.started_at),
    changedAtMs: timeOf(run.completed_at) ?? timeOf(run.started_at) ?? 0,
  };
}

async function annotations(
  { client, repository }: GitHubPlace,
  runs: readonly CheckRun[],
): Promise<Map<number, string[]>> {
  const notes = new Map<number, string[]>();
  const annotated = runs.filter(({ output }) => output.annotations_count > 0);
  for (const { id } of annotated.slice(0, MAX_ANNOTATED)) {
    const answer = await unlessRefused(
      [403, 404],
      client.octokit.rest.checks.listAnnotations({
        ...repository,
        check_run_id: id,
        per_page: MAX_ANNOTATIONS,
      }),
    );
    const lines = (answer?.data ?? []).map(
      ({ path, start_line, message }) => `${path}:${start_line}: ${message ?? ''}`,
    );
    notes.set(id, lines);
  }
  return notes;
}

async function statuses({ client, repository }: GitHubPlace, sha: string): Promise<Check[]> {
  const found = await readPages(MAX_PAGES, async (page) => {
    const answer = await unlessRefused(
      [404, 422],
      client.octokit.rest.repos.getCombinedStatusForRef({
        ...repository,
        ref: sha,
        per_page: PAGE_SIZE,
        page,
      }),
    );
    return answer?.data.statuses ?? [];
  });
  return found.map((status) => ({
    name: status.context,
    kind: 'status',
    id: String(status.id),
    conclusion: status.state === 'pending' ? null : (status.state as Conclusion),
    url: status.target_url,
    summary: cut(status.description ?? '', MAX_SUMMARY_CHARACTERS),
    startedAtMs: timeOf(status.created_at),
    changedAtMs: timeOf(status.updated_at) ?? timeOf(status.created_at) ?? 0,
    rerun: null,
    stepsEnded: null,
  }));
}
