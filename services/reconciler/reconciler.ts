// Keeps the projects of this host in line with their trackers and forges: the sweeper of lost webhooks.
// It must never need a webhook: what it hears makes it look sooner, and what it sees alone counts.
import type { Entry } from '../../transport/ports.ts';
import { isAbout } from '../intake/delivery-hint.ts';
import { isDeploymentWorthALook, itemsShownAnew } from './deployments/news.ts';
import { isQueueWorthALook } from './merges/news.ts';
import type { OutsideProject } from './outside/outside-project.ts';
import type { Arranged } from './outside/outside-projects.ts';
import {
  type ProjectLoopOptions,
  type ProjectStatus,
  type Step,
  startProjectLoop,
} from './project-loop.ts';
import type { ItemView } from './records/item-views.ts';
import { createRunningProjects, type Member, type RunningProject } from './running-projects.ts';
import { createCheckStep } from './steps/check-step.ts';
import { createCommentStep } from './steps/comment-step.ts';
import { createDeploymentStep } from './steps/deployment-step.ts';
import { createIssueStep, type Waiting } from './steps/issue-step.ts';
import { createMergeQueueStep } from './steps/merge-queue-step.ts';
import { createPullRequestStep } from './steps/pull-request-step.ts';
import type { ReconcileDeps } from './steps/reconcile-deps.ts';
import { createReviewStep } from './steps/review-step.ts';
import { createWriteBack } from './write-back/write-back.ts';
import { startWriteBackLoop } from './write-back/write-back-loop.ts';

/** Items that changed so short a time before this host began may not be shown yet. */
const UNSURE_MS = 900_000;
/** A folder sends no webhooks, and looking into it costs nobody anything. */
const FOLDER_LOOK_MS = 5_000;

export interface ReconcilerOptions
  extends ReconcileDeps,
    Pick<ProjectLoopOptions, 'random' | 'onDegraded' | 'onLook'> {
  identity: string;
}

export interface ReconciledProject extends ProjectStatus {
  project: string;
  /** Issues that ask for work and do not get it yet. */
  waiting: readonly Waiting[];
  /** Items that are still to be shown in the tracker. */
  unshown: number;
}

export interface Reconciler {
  /** From now on these are the projects, and this is how often they are looked at. */
  follow(projects: ReadonlyMap<string, Arranged>, reconcileMs: number): void;
  /** The live hosts: each project is looked at by one of them. */
  setMembers(hosts: readonly Member[]): void;
  /** An entry of `onceward-items`, those that are there first. */
  takeItem(entry: Entry): void;
  /** An entry of `onceward-merges`, those that are there first. */
  takeMerge(entry: Entry): void;
  /** An entry of `onceward-deployments`, those that are there first. */
  takeDeployment(entry: Entry): void;
  /** A run has changed: a key of `onceward-runs`. */
  noteRun(key: string): void;
  /** Something was heard of this repository, or project of a tracker: `github:acme/shop`, or of all of `github:acme/*`. */
  hear(name: string): void;
  status(): ReconciledProject[];
  stop(): Promise<void>;
}

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { identity, views, merges, deployments, clock } = options;
  const waiting = new Map<string, readonly Waiting[]>();
  const startedMs = clock.nowMs();
  const parts = partsOf(options, waiting, (project) => projects.get(project));
  const projects = createRunningProjects({
    identity,
    begin: (arranged, reconcileMs) => begin(arranged, reconcileMs),
    onEnd: (project) => void waiting.delete(project),
  });

  const begin = ({ digest, ...arranged }: Arranged, reconcileMs: number): RunningProject => {
    const { onTrouble, steps, writeBack } = parts;
    // What is remembered of a project hangs on this object: whoever takes it up again begins with nothing.
    const project = { ...arranged.project };
    const shared = { project, clock };
    const isFolder = project.tracker.kind === 'folder';
    const everyMs = isFolder ? Math.min(reconcileMs, FOLDER_LOOK_MS) : reconcileMs;
    const loop = startProjectLoop({ ...options, ...shared, steps, reconcileMs: everyMs });
    const shown = startWriteBackLoop({ ...shared, writeBack, onTrouble });
    // Whatever changed long ago was shown then; the marks on the issues say where that is not so.
    const isUnsure = ({ stored }: ItemView) => stored.record.event.atMs > startedMs - UNSURE_MS;
    for (const { item } of views.active(project.name).filter(isUnsure)) shown.note(item);
    return { digest, project, loop, writeBack: shown };
  };

  return {
    follow: projects.follow,
    setMembers: projects.setMembers,
    stop: projects.stop,
    takeItem(entry) {
      const [project = '', item = ''] = entry.key.split('.');
      const before = views.find(project, item);
      views.take(entry);
      const one = projects.get(project);
      one?.writeBack.note(item);
      if (isWorthALook(before, views.find(project, item))) one?.loop.wake();
    },
    takeMerge(entry) {
      const [project = ''] = entry.key.split('.');
      const before = merges.find(entry.key);
      merges.take(entry);
      const isNews = isQueueWorthALook(before, merges.find(entry.key));
      if (isNews) projects.get(project)?.loop.wake();
    },
    takeDeployment(entry) {
      const before = deployments.find(entry.key);
      deployments.take(entry);
      const after = deployments.find(entry.key);
      const one = projects.get(after?.project ?? '');
      for (const item of itemsShownAnew(before, after)) one?.writeBack.note(item);
      if (isDeploymentWorthALook(before, after)) one?.loop.wake();
    },
    noteRun(key) {
      const [project = '', item = ''] = key.split('.');
      projects.get(project)?.writeBack.note(item);
    },
    hear(name) {
      for (const { project, loop } of projects.all()) {
        const names = [project.trackerName, project.forgeName];
        if (!names.some((one) => isAbout(name, one))) continue;
        parts.wake(project);
        loop.wake();
      }
    },
    status: () =>
      projects.all().map(({ project: { name }, loop, writeBack }) => ({
        ...{ project: name, ...loop.status(), unshown: writeBack.size() },
        waiting: waiting.get(name) ?? [],
      })),
  };
}

/** It ended, so that another may begin; or it has come to where somebody outside is asked. */
function isWorthALook(before: ItemView | undefined, after: ItemView | undefined): boolean {
  if (after === undefined) return before !== undefined;
  const { context, state } = after;
  const isUnproposed = context.headSha !== null && context.pullRequest === null;
  const { current } = context;
  const isElsewhere =
    before?.state !== state ||
    before.context.current?.stage !== current?.stage ||
    before.context.current?.attempt !== current?.attempt;
  const stage = context.pipeline.stages.find(({ name }) => name === current?.stage);
  const isAskingOthers = ASKING_KINDS.includes(stage?.kind ?? '');
  return isUnproposed ? before?.context.headSha !== context.headSha : isElsewhere && isAskingOthers;
}

const ASKING_KINDS: readonly string[] = ['checks', 'approval', 'merge'];

function partsOf(
  options: ReconcilerOptions,
  waiting: Map<string, readonly Waiting[]>,
  runningOf: (project: string) => RunningProject | undefined,
) {
  const { log } = options;
  const onTrouble = (project: string, what: string, err: unknown) =>
    log.warn({ project, err }, `not done, and tried again: ${what}`);
  const given = { ...options, onTrouble };
  const writeBack = createWriteBack(options);
  const issues = createIssueStep({
    ...given,
    onMarkDiffers(name, item) {
      const running = runningOf(name);
      if (running === undefined) return;
      writeBack.forgetMark(running.project, item);
      running.writeBack.note(item);
    },
  });
  const [comments, pulls] = [createCommentStep(given), createPullRequestStep(given)];
  const [reviews, checks] = [createReviewStep(given), createCheckStep(given)];
  const queues = createMergeQueueStep(given);
  const deployments = createDeploymentStep(given);
  const steps: Step[] = [
    // What has landed is known before an issue that was closed with it is looked at.
    { name: 'pull requests', take: (project) => nothing(pulls.look(project)) },
    {
      name: 'issues',
      async take(project) {
        const found = await issues.look(project);
        // Another host may have it by now.
        if (runningOf(project.name)?.project === project) waiting.set(project.name, found);
        return null;
      },
    },
    { name: 'comments', take: (project) => nothing(comments.look(project)) },
    { name: 'reviews', take: (project) => nothing(reviews.look(project)) },
    { name: 'checks', take: (project) => checks.look(project) },
    { name: 'merge queue', take: (project) => queues.look(project) },
    { name: 'deployments', take: (project) => nothing(deployments.look(project)) },
  ];
  const wake = (project: OutsideProject) => {
    checks.wake(project);
    queues.wake(project);
  };
  return { steps, onTrouble, wake, writeBack };
}

async function nothing(work: Promise<unknown>): Promise<null> {
  await work;
  return null;
}
