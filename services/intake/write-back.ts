// Shows in the tracker how items stand: a comment for each run, edited as it goes on, then the mark on the issue.
// It must never write what stands there already, nor leave a comment behind that says what is over.
import { runAddress } from '../../machines/address.ts';
import { markOf } from './issue-decision.ts';
import { isFrom } from './issue-step.ts';
import type { ItemView, RunView } from './item-views.ts';
import { livingComment } from './living-comment.ts';
import type { OutsideProject } from './outside-project.ts';
import type { ReconcileDeps } from './reconcile-deps.ts';

/** Ended runs that are looked after whatever is remembered, besides the current one. */
const ENDED_RUNS = 2;
/** What ended so short a time before this host began may not have been written yet. */
const UNSURE_MS = 900_000;
/** Bodies that are remembered as written; the oldest go first, and are compared in the tracker again. */
const MAX_WRITTEN = 20_000;
/** A run that is over sooner is commented on once: services count what is written. */
const QUIET_MS = 30_000;

export interface WriteBack {
  /**
   * Brings the tracker in line with the records of one item. Returns in how many milliseconds there will be more
   * to write though nothing changes; null when there will not. @throws as the tracker
   */
  sync(project: OutsideProject, item: string): Promise<number | null>;
  /** The tracker shows something else than was written. */
  forgetMark(project: string, item: string): void;
}

export function createWriteBack(deps: ReconcileDeps): WriteBack {
  const { views, deeds } = deps;
  const written = createWritten();
  const sinceMs = deps.clock.nowMs() - UNSURE_MS;

  const putComments = async (
    project: OutsideProject,
    ref: string,
    item: ItemView,
  ): Promise<number | null> => {
    const isUnwritten = ({ address, atMs }: { address: string; atMs: number }) =>
      written.isGoingOn(project.name, address) ||
      (atMs > sinceMs && written.get(project.name, address) === undefined);
    const runs = await runsOf(item, deps, isUnwritten);
    let againInMs: number | null = null;
    for (const run of runs) {
      const draft = livingComment({ item, run, isNewest: run === runs.at(-1) });
      if (draft === null || written.get(project.name, run.address) === draft.body) continue;
      const quietMs = quietForMs(project, run, deps.clock.nowMs());
      if (quietMs !== null) {
        againInMs = quietMs;
        continue;
      }
      const deed = { actuator: 'comments', what: `comment on ${ref} of ${run.address}` } as const;
      const put = await deeds.perform(project, deed, () => project.tracker.putComment(ref, draft));
      if (put !== null) written.note(project.name, { run, body: draft.body });
    }
    return againInMs;
  };

  const putMark = async (project: OutsideProject, ref: string, name: string) => {
    // Read anew: the comments may have taken their time.
    const item = await views.item(project.name, name);
    if (item === null || item.context.origin === null) return;
    const mark = markOf(item.state);
    if (written.get(project.name, name) === mark) return;
    const deed = { actuator: 'marks', what: `mark ${ref} as ${mark}` } as const;
    const put = await deeds.perform(project, deed, () => project.tracker.mark(ref, mark));
    if (put !== null) written.noteMark(project.name, name, mark);
  };

  return {
    forgetMark: written.forget,
    async sync(project, name) {
      const item = await views.item(project.name, name);
      const ref = item === null ? null : refOf(project, item);
      if (item === null || ref === null) return null;
      // The mark comes last: where it stands, the comments before it do, too.
      const againInMs = await putComments(project, ref, item);
      await putMark(project, ref, name);
      return againInMs;
    },
  };
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

/** What stands in the tracker, as far as this host has written it. */
function createWritten() {
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
    get: (project: string, of: string) => texts.get(`${project}/${of}`),
    isGoingOn: (project: string, of: string) => goingOn.has(`${project}/${of}`),
    forget: (project: string, of: string) => void texts.delete(`${project}/${of}`),
    noteMark: (project: string, item: string, mark: string) => put(`${project}/${item}`, mark),
    note(project: string, { run, body }: { run: RunView; body: string }) {
      const key = `${project}/${run.address}`;
      put(key, body);
      if (run.context.claim === null) goingOn.add(key);
      else goingOn.delete(key);
    },
  };
}
