// Shows in the tracker how items stand: a comment for each run, edited as it goes on, then the mark on the issue.
// It must never write what stands there already, nor leave a comment behind that says what is over.
import { deploymentAddress, runAddress } from '../../../machines/address.ts';
import { isFrom, type OutsideProject } from '../outside/outside-project.ts';
import type { ItemView, RunView } from '../records/item-views.ts';
import { decideEnded, markOf } from '../steps/issue-decision.ts';
import type { ReconcileDeps } from '../steps/reconcile-deps.ts';
import { livingComment } from './living-comment.ts';

/** Ended runs that are looked after whatever is remembered, besides the current one. */
const ENDED_RUNS = 2;
/** What ended so short a time before this host took the project up may not have been written yet. */
const UNSURE_MS = 900_000;
/** Bodies that are remembered as written; the oldest go first, and are compared in the tracker again. */
const MAX_WRITTEN = 20_000;
/** A run that is over sooner is commented on once: services count what is written. */
const QUIET_MS = 30_000;

export interface Synced {
  /** In how many milliseconds there will be more to write though nothing changes; null when there will not. */
  againInMs: number | null;
  hasWritten: boolean;
}

export interface WriteBack {
  /**
   * Brings the tracker in line with the records of one item. What is doubted is compared in the tracker again,
   * whatever is remembered: a write of somebody who is gone may have come after ours. @throws as the tracker
   */
  sync(project: OutsideProject, item: string, isDoubted?: boolean): Promise<Synced>;
  /** The tracker shows something else than was written. */
  forgetMark(project: OutsideProject, item: string): void;
}

export function createWriteBack(deps: ReconcileDeps): WriteBack {
  const { views, deeds, clock } = deps;
  // With other settings it is another project, whose tracker shows nothing of what was written before.
  const remembered = new WeakMap<OutsideProject, Written>();
  const writtenIn = (project: OutsideProject): Written => {
    const found = remembered.get(project) ?? createWritten(clock.nowMs() - UNSURE_MS);
    remembered.set(project, found);
    return found;
  };

  const putComments = async (
    project: OutsideProject,
    { ref, item, isDoubted }: { ref: string; item: ItemView; isDoubted: boolean },
  ): Promise<Synced> => {
    const written = writtenIn(project);
    const isKnown = (address: string, body?: string) => {
      const text = isDoubted ? undefined : written.get(address);
      return text !== undefined && text === (body ?? text);
    };
    const isUnwritten = ({ address, atMs }: { address: string; atMs: number }) =>
      written.isGoingOn(address) || (atMs > written.sinceMs && !isKnown(address));
    const runs = await runsOf(item, deps, isUnwritten);
    const synced: Synced = { againInMs: null, hasWritten: false };
    for (const run of runs) {
      const deployment = deploymentOf(deps, project, run);
      const draft = livingComment({ item, run, deployment, isNewest: run === runs.at(-1) });
      if (draft === null || isKnown(run.address, draft.body)) continue;
      const quietMs = quietForMs(project, run, clock.nowMs());
      if (quietMs !== null) {
        synced.againInMs = quietMs;
        continue;
      }
      const deed = { actuator: 'comments', what: `comment on ${ref} of ${run.address}` } as const;
      const put = await deeds.perform(project, deed, () =>
        project.tracker.putComment(ref, isDoubted ? { ...draft, isDoubted } : draft),
      );
      if (put === null) continue;
      written.note(run, draft.body);
      synced.hasWritten ||= put !== 'unchanged';
    }
    return synced;
  };

  return {
    forgetMark: (project, item) => writtenIn(project).forget(item),
    async sync(project, name, isDoubted = false) {
      const written = writtenIn(project);
      if (isDoubted) written.forget(name);
      const item = await views.item(project.name, name);
      const ref = item === null ? null : refOf(project, item);
      if (item === null || ref === null) return { againInMs: null, hasWritten: false };
      // The mark comes last: where it stands, the comments before it do, too.
      const { againInMs, hasWritten } = await putComments(project, { ref, item, isDoubted });
      return {
        againInMs,
        hasWritten: (await putMark(deps, written, { project, ref, name })) || hasWritten,
      };
    },
  };
}

/** As the feed has shown it last; undefined where the run waits for none. */
function deploymentOf({ deployments }: ReconcileDeps, { name }: OutsideProject, run: RunView) {
  const { deploy } = run.context.stage;
  if (deploy === undefined) return undefined;
  return deployments.find(deploymentAddress(name, deploy.environment).slice('deployment.'.length));
}

/** True when it was written. */
async function putMark(
  { views, deeds }: ReconcileDeps,
  written: Written,
  { project, ref, name }: { project: OutsideProject; ref: string; name: string },
): Promise<boolean> {
  // Read anew: the comments may have taken their time.
  const item = await views.item(project.name, name);
  if (item === null || !isFrom(item, project)) return false;
  // The issue shows its newest item: what an older one came to has been shown before.
  if (item.isFinished && isTakenUp(views.active(project.name), { project, item })) return false;
  const mark = markOf(item.state);
  const known = written.get(name);
  if (known === mark) return false;
  // Whoever has asked again since is not to be told once more that it is over.
  const isMarking = project.actuators.marks === 'enforce';
  const isUnsure = isMarking && known === undefined && item.isFinished;
  if (isUnsure && (await isSettled(project, { ref, item }))) return false;
  const deed = { actuator: 'marks', what: `mark ${ref} as ${mark}` } as const;
  const put = await deeds.perform(project, deed, () => project.tracker.mark(ref, mark));
  if (put !== null) written.noteMark(name, mark);
  return put === 'written';
}

/** The issue shows already what its item has come to, or work is asked for again. */
async function isSettled(
  { tracker }: OutsideProject,
  { ref, item: { state, context } }: { ref: string; item: ItemView },
): Promise<boolean> {
  const issue = await tracker.issue(ref);
  if (issue === null) return false;
  const ended = { generation: 1, state, endedAtMs: context.endedAtMs ?? 0 };
  const former = { ended, next: 2, isTakenUp: false };
  const rules = { isMarking: true, isFolder: tracker.kind === 'folder' };
  const isAskedAgain = issue.isOpen && decideEnded(issue, former, rules).kind === 'open';
  return issue.mark === markOf(state) || isAskedAgain;
}

/** By another item, which is under way. */
function isTakenUp(
  active: readonly ItemView[],
  { project, item: { item, context } }: { project: OutsideProject; item: ItemView },
): boolean {
  const ref = context.origin?.ref;
  return active.some(
    (other) => other.item !== item && isFrom(other, project) && other.context.origin?.ref === ref,
  );
}

/** The folder keeps the comments of every item, whether it has a file there or not. */
function refOf(project: OutsideProject, item: ItemView): string | null {
  if (isFrom(item, project)) return item.context.origin?.ref ?? null;
  return project.tracker.kind === 'folder' ? item.item : null;
}

/** Null for what is to be written now. Files cost nothing, and what a person waits for is said at once. */
function quietForMs({ tracker }: OutsideProject, { state, context }: RunView, nowMs: number) {
  const isAtWork = state === 'running.starting' || state === 'running.working';
  if (tracker.kind === 'folder' || (!isAtWork && state !== 'finalizing')) return null;
  const leftMs = (context.startedAtMs ?? nowMs) + QUIET_MS - nowMs;
  return leftMs > 0 ? leftMs : null;
}

async function runsOf(
  { project, item, context }: ItemView,
  { views }: ReconcileDeps,
  isUnwritten: (run: { address: string; atMs: number }) => boolean,
): Promise<RunView[]> {
  const { runs: ended, current } = context;
  const older = ended.slice(0, -ENDED_RUNS).filter(({ stage, attempt, atMs }) => {
    return isUnwritten({ address: runAddress(project, item, stage, attempt), atMs });
  });
  const newest = ended.slice(-ENDED_RUNS);
  const wanted = [...older, ...newest, ...(current === null ? [] : [current])];
  const found: RunView[] = [];
  for (const { stage, attempt } of wanted) {
    const run = await views.run({ project, item, stage, attempt });
    if (run !== null) found.push(run);
  }
  return found;
}

type Written = ReturnType<typeof createWritten>;

/** What stands in the tracker, as far as this host has written it since it took the project up. */
function createWritten(sinceMs: number) {
  const texts = new Map<string, string>();
  /** Runs whose comment says that they go on. */
  const goingOn = new Set<string>();
  const put = (key: string, text: string) => {
    texts.delete(key);
    texts.set(key, text);
    const oldest = texts.size > MAX_WRITTEN ? texts.keys().next().value : undefined;
    if (oldest === undefined) return;
    texts.delete(oldest);
    goingOn.delete(oldest);
  };
  return {
    sinceMs,
    get: (of: string) => texts.get(of),
    isGoingOn: (run: string) => goingOn.has(run),
    forget: (of: string) => void texts.delete(of),
    noteMark: (item: string, mark: string) => put(item, mark),
    note({ address, context }: RunView, body: string) {
      put(address, body);
      if (context.claim === null) goingOn.add(address);
      else goingOn.delete(address);
    },
  };
}
