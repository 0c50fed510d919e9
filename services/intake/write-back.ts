// Shows in the tracker how items stand: a comment for each run, edited as it goes on, then the mark on the issue.
// It must never write what stands there already, nor give a write up: what failed is due again.

import { markOf } from './issue-decision.ts';
import { isFrom } from './issue-step.ts';
import type { ItemView, RunView } from './item-views.ts';
import { livingComment } from './living-comment.ts';
import type { OutsideProject } from './outside-project.ts';
import type { ReconcileDeps } from './reconcile-deps.ts';

/** Ended runs whose comments are still looked after, besides the current one. */
const ENDED_RUNS = 2;
/** Bodies that are remembered as written; the oldest go first, and are compared in the tracker again. */
const MAX_WRITTEN = 20_000;

export interface WriteBack {
  /** Brings the tracker in line with the records of one item. @throws as the tracker */
  sync(project: OutsideProject, item: string): Promise<void>;
  /** The tracker shows something else than was written. */
  forgetMark(project: string, item: string): void;
}

export function createWriteBack({ views, deeds }: ReconcileDeps): WriteBack {
  const written = new Map<string, string>();
  const remember = (key: string, value: string) => {
    written.delete(key);
    written.set(key, value);
    const oldest = written.size > MAX_WRITTEN ? written.keys().next().value : undefined;
    if (oldest !== undefined) written.delete(oldest);
  };

  const putComments = async (project: OutsideProject, ref: string, item: ItemView) => {
    const runs = await newestRuns(item, views);
    for (const run of runs) {
      const draft = livingComment({ item, run, isNewest: run === runs.at(-1) });
      const key = `${project.name}/${run.address}`;
      if (draft === null || written.get(key) === draft.body) continue;
      const deed = { actuator: 'comments', what: `comment on ${ref} of ${run.address}` } as const;
      const put = await deeds.perform(project, deed, () => project.tracker.putComment(ref, draft));
      if (put !== null) remember(key, draft.body);
    }
  };

  const putMark = async (project: OutsideProject, ref: string, item: ItemView) => {
    const mark = markOf(item.state);
    const key = `${project.name}/${item.item}`;
    if (written.get(key) === mark) return;
    const deed = { actuator: 'marks', what: `mark ${ref} as ${mark}` } as const;
    const put = await deeds.perform(project, deed, () => project.tracker.mark(ref, mark));
    if (put !== null) remember(key, mark);
  };

  return {
    forgetMark: (project, item) => void written.delete(`${project}/${item}`),
    async sync(project, name) {
      const item = await views.item(project.name, name);
      const ref = item === null ? null : refOf(project, item);
      if (item === null || ref === null) return;
      // The mark comes last: where it stands, the comments before it do, too.
      await putComments(project, ref, item);
      if (item.context.origin !== null) await putMark(project, ref, item);
    },
  };
}

/** The folder keeps the comments of every item, whether it has a file there or not. */
function refOf(project: OutsideProject, item: ItemView): string | null {
  if (isFrom(item, project)) return item.context.origin?.ref ?? null;
  return project.tracker.kind === 'folder' ? item.item : null;
}

async function newestRuns(item: ItemView, views: ReconcileDeps['views']): Promise<RunView[]> {
  const { project, context } = item;
  const ended = context.runs.slice(-ENDED_RUNS);
  const wanted = context.current === null ? ended : [...ended, context.current];
  const runs: RunView[] = [];
  for (const { stage, attempt } of wanted) {
    const run = await views.run({ project, item: item.item, stage, attempt });
    if (run !== null) runs.push(run);
  }
  return runs;
}
