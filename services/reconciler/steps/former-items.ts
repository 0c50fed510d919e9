// Which items there were for an issue that has none under way: the last one, and under which name the next would go.
// It must never take an item for the issue's own that somebody opened under its name.

import type { Issue } from '../../../transport/tracker/tracker.ts';
import { isFrom, type OutsideProject } from '../outside/outside-project.ts';
import type { ItemViews } from '../records/item-views.ts';
import type { EndedItem } from './issue-decision.ts';
import { itemNameOf } from './issue-decision.ts';

/** How often one issue may be asked for again. */
export const MAX_GENERATIONS = 100;

export interface Former {
  /** The last item that was opened for it. */
  ended: EndedItem | null;
  /** Generation of the next one; past `MAX_GENERATIONS` there is none. */
  next: number;
  /** The tracker shows already that it is taken up again: this host has written so, and could not open the item. */
  isTakenUp: boolean;
}

export interface FormerItems {
  /**
   * Looked up once: what has ended does not begin again. Null while its item is under way, and not in sight yet.
   * The name of an item that is somebody else's, while that is under way. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN
   */
  of(project: OutsideProject, issue: Issue): Promise<Former | { taken: string } | null>;
  forget(project: OutsideProject, ref: string): void;
  /** Remembers nothing of issues that are not in sight any more. */
  keepOnly(project: OutsideProject, refs: ReadonlySet<string>): void;
}

export function createFormerItems(views: Pick<ItemViews, 'item'>): FormerItems {
  // With other settings it is another project: what was known of its issues may be of another tracker.
  const known = new WeakMap<OutsideProject, Map<string, Former>>();
  const of = (project: OutsideProject): Map<string, Former> => {
    const found = known.get(project) ?? new Map<string, Former>();
    known.set(project, found);
    return found;
  };
  return {
    forget: (project, ref) => void of(project).delete(ref),
    keepOnly(project, refs) {
      for (const ref of of(project).keys()) if (!refs.has(ref)) of(project).delete(ref);
    },
    async of(project, issue) {
      const before = of(project).get(issue.ref);
      if (before !== undefined) return before;
      const former: Former = { ended: null, next: 1, isTakenUp: false };
      for (; former.next <= MAX_GENERATIONS; former.next += 1) {
        const name = itemNameOf(issue, former.next);
        const view = await views.item(project.name, name);
        if (view === null) break;
        const isOwn = isFrom(view, project) && view.context.origin?.ref === issue.ref;
        if (!view.isFinished) return isOwn ? null : { taken: name };
        if (!isOwn) continue;
        const { state, context } = view;
        former.ended = { generation: former.next, state, endedAtMs: context.endedAtMs ?? 0 };
      }
      of(project).set(issue.ref, former);
      return former;
    },
  };
}
