// Watches the checks of the runs that wait for them, each as often as it asks for.
// It must never claim a run on another revision than the one its checks were judged for.

import { isMergedAlready } from '../../../machines/item/pull-request.ts';
import { checksRulesOf } from '../../../machines/pipeline.ts';
import type { RunContext } from '../../../machines/run/context.ts';
import { askedReports } from '../checks/asked-reports.ts';
import type { WatchedRun } from '../checks/watcher.ts';
import type { OutsideProject } from '../outside/outside-project.ts';
import type { ItemView, RunView } from '../records/item-views.ts';
import type { OnTrouble } from './apart.ts';
import { createCheckWatchers, rulesWithin } from './check-watchers.ts';
import { createDueTimes } from './due-times.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from './reconcile-deps.ts';

const CLAIMANT = 'checks';

export interface CheckStep {
  /** One look at those that are due. Returns in how many milliseconds the next is due; null when none waits. */
  look(project: OutsideProject): Promise<number | null>;
  /** Something was heard of this project: the next look is at all of them. */
  wake(project: OutsideProject): void;
}

export interface CheckStepOptions extends ReconcileDeps {
  /** What failed for one item; the others go on. */
  onTrouble: OnTrouble;
}

export function createCheckStep(options: CheckStepOptions): CheckStep {
  const { asker, views, clock, log, deeds, onTrouble } = options;
  const watcherOf = createCheckWatchers({ deeds, clock, reports: askedReports(asker) });
  const due = createDueTimes({ clock, onTrouble });

  const lookAt = async (project: OutsideProject, item: ItemView): Promise<number | null> => {
    const { current } = item.context;
    if (current === null) return null;
    const run = await views.run({ project: project.name, item: item.item, ...current });
    if (run?.state !== 'running.queued') return null;
    if (isMergedAlready(item.context)) {
      await claimMerged(options, project, { item, run });
      return null;
    }
    const watched = watchedOf(project, { item, run }, clock.nowMs());
    if (watched === null) return null;
    const deed = { actuator: 'checks', what: `judge the checks of ${run.address}` } as const;
    const look = await deeds.perform(project, deed, () => watcherOf(project).look(watched));
    for (const error of look?.problems ?? []) onTrouble(project.name, 're-run', error);
    if (look?.outcome === 'verdict') log.info({ address: run.address }, look.reason);
    return look?.againInMs ?? null;
  };

  return {
    wake: due.wake,
    async look(project) {
      if (!project.forge.hasPullRequests || project.actuators.checks === 'off') return null;
      const waiting = views.active(project.name).filter(isWaiting);
      return due.look(
        project,
        waiting.map((item) => ({
          key: `${item.item}/${item.context.current?.stage}/${item.context.current?.attempt}`,
          what: `checks of ${item.item}`,
          take: () => lookAt(project, item),
        })),
      );
    },
  };
}

function isWaiting({ state, context }: ItemView): boolean {
  const stage = context.pipeline.stages.find(({ name }) => name === context.current?.stage);
  return state === 'active.working' && stage?.kind === 'checks';
}

/** Whatever the branch is at now, pushed by whomever; null before anything was pushed. */
function watchedOf(
  project: OutsideProject,
  { item, run }: { item: ItemView; run: RunView },
  nowMs: number,
): WatchedRun | null {
  const { pullRequest, pipeline } = item.context;
  const headSha = pullRequest?.state === 'open' ? pullRequest.headSha : run.context.headSha;
  if (headSha === null) return null;
  const { address, revision } = run;
  const { stage, epoch, checks: seen } = run.context;
  const pushedAtMs = pushedAt(run.context, headSha, nowMs);
  const rules = rulesWithin(project, checksRulesOf(stage));
  const { baseBranch } = pipeline;
  return { address, epoch, revision, headSha, baseBranch, pushedAtMs, rules, seen };
}

/** A commit that came while the run waited was pushed when it was seen first, at the latest. */
function pushedAt({ headSha, openedAtMs, checks }: RunContext, sha: string, nowMs: number): number {
  if (sha === headSha) return openedAtMs;
  return checks?.sha === sha ? checks.changedAtMs : nowMs;
}

/** Who merges has decided, whatever was still running. */
async function claimMerged(
  { asker, deeds }: CheckStepOptions,
  project: OutsideProject,
  { item, run }: { item: ItemView; run: RunView },
): Promise<void> {
  const { number, by, headSha } = item.context.pullRequest ?? { number: 0, by: '', headSha: null };
  const summary = `pull request #${number} was merged${by && ` by ${by}`}`;
  const verdict = { kind: 'pass', cause: 'merged', summary, headSha, isLanded: true };
  const { address, revision } = run;
  const { epoch } = run.context;
  const data = { epoch, claimant: CLAIMANT, verdict, evaluatedRevision: revision };
  const request = { address, type: 'claim', id: `${address}:merged:${number}`, data };
  const deed = { actuator: 'checks', what: `claim ${address}: merged` } as const;
  await deeds.perform(project, deed, () => asker.ask(request, { timeoutMs: ASK_LIMIT_MS }));
}
