// Watches the checks of the runs that wait for them, each as often as it asks for.
// It must never claim a run on another revision than the one its checks were judged for.

import { isMergedAlready } from '../../../machines/item/pull-request.ts';
import { checksRulesOf } from '../../../machines/pipeline.ts';
import type { RunContext } from '../../../machines/run/context.ts';
import { askedReports } from '../checks/asked-reports.ts';
import { type CheckWatcher, createCheckWatcher, type WatchedRun } from '../checks/watcher.ts';
import type { OutsideProject } from '../outside/outside-project.ts';
import type { ItemView, RunView } from '../records/item-views.ts';
import { apart, type OnTrouble } from './apart.ts';
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
  const watchers = new WeakMap<OutsideProject['forge'], CheckWatcher>();
  /** By stage and attempt of an item: when it is looked at again, monotonic milliseconds. */
  const due = new WeakMap<OutsideProject, Map<string, number>>();

  const watcherOf = (project: OutsideProject): CheckWatcher => {
    const { forge } = project;
    const known = watchers.get(forge);
    if (known !== undefined) return known;
    const careful = {
      checks: forge.checks,
      requiredChecks: forge.requiredChecks,
      async rerun(target: Parameters<typeof forge.rerun>[0]) {
        const what = `run ${target.kind} ${target.id} again`;
        await deeds.perform(project, { actuator: 'reruns', what }, () => forge.rerun(target));
      },
    };
    const watcher = createCheckWatcher({ forge: careful, reports: askedReports(asker), clock });
    watchers.set(forge, watcher);
    return watcher;
  };

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
    wake: (project) => void due.delete(project),
    async look(project) {
      if (!project.forge.hasPullRequests || project.actuators.checks === 'off') return null;
      const waiting = views.active(project.name).filter(isWaiting);
      const before = due.get(project) ?? new Map<string, number>();
      const after = new Map<string, number>();
      due.set(project, after);
      for (const item of waiting) {
        const key = `${item.item}/${item.context.current?.stage}/${item.context.current?.attempt}`;
        const atMs = before.get(key) ?? 0;
        if (atMs > clock.monotonicMs()) {
          after.set(key, atMs);
          continue;
        }
        const about = { project: project.name, what: `checks of ${item.item}` };
        await apart(onTrouble, about, async () => {
          const againInMs = await lookAt(project, item);
          if (againInMs !== null) after.set(key, clock.monotonicMs() + againInMs);
        });
      }
      const nextMs = Math.min(...after.values());
      return Number.isFinite(nextMs) ? Math.max(0, nextMs - clock.monotonicMs()) : null;
    },
  };
}

function isWaiting({ state, context }: ItemView): boolean {
  const stage = context.pipeline.stages.find(({ name }) => name === context.current?.stage);
  return state === 'active.working' && stage?.kind === 'checks';
}

/** Whatever the branch is at now, pushed by whomever; null before anything was pushed. */
function watchedOf(
  { actuators }: OutsideProject,
  { item, run }: { item: ItemView; run: RunView },
  nowMs: number,
): WatchedRun | null {
  const { pullRequest, pipeline } = item.context;
  const headSha = pullRequest?.state === 'open' ? pullRequest.headSha : run.context.headSha;
  if (headSha === null) return null;
  const { address, revision } = run;
  const { stage, epoch, checks: seen } = run.context;
  const pushedAtMs = pushedAt(run.context, headSha, nowMs);
  // What nobody will run again is not waited for.
  const own = checksRulesOf(stage);
  const rules = actuators.reruns === 'enforce' ? own : { ...own, reruns: 0 };
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
