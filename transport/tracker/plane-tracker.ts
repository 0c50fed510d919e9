// A project of Plane as a tracker: work items that carry a label, or are in a state, ask for work.
// It must never use up the 60 requests of a minute on its own: it reads what changed, and the rest from memory.
import { z } from 'zod';
import { OncewardError } from '../errors.ts';
import { createMutex } from '../git/mutex.ts';
import type { PlaneClient } from '../plane/client.ts';
import { issueComment, type PlaneComments, planeComments } from './plane-comments.ts';
import { putPlaneIssue } from './plane-issue-opening.ts';
import { type PlaneIssues, planeIssues } from './plane-issues.ts';
import { labelsWithMark, type MarkRules, markLabel, stateForMark } from './plane-marks.ts';
import {
  type PlanePlace,
  type PlaneProject,
  planeProject,
  projectRequest,
} from './plane-project.ts';
import type { IssueComment, Mark, Tracker } from './tracker.ts';

const MAX_COMMENTS = 1_000;
const LABEL_DEFAULT = 'onceward';
/** A comment is found through the time of its work item, which Plane sets a moment later. */
const LATE_MS = 120_000;

export interface PlaneTrackerOptions {
  client: PlaneClient;
  /** Instead of the client's own. */
  workspace?: string | undefined;
  /** The UUID, as in the address of the page. */
  project: string;
  /** Asks for work; the marks are labels that begin with it. Defaults to `onceward`. */
  label?: string | undefined;
  /** Asks for work instead of the label. */
  state?: string | undefined;
  /** The states that go with marks. `done` defaults to the first completed one. */
  states?: Readonly<Partial<Record<Mark, string | undefined>>> | undefined;
  /** May decide besides members of the project: user ids, display names or mail addresses. */
  commanders?: readonly string[] | undefined;
}

export function planeTracker(options: PlaneTrackerOptions): Tracker {
  const { client, workspace, label = LABEL_DEFAULT, state, states = {}, commanders = [] } = options;
  const place: PlanePlace = { client, workspace, project: options.project };
  const rules: MarkRules = { label, state, states };
  const project = planeProject(place);
  const issues = planeIssues(place, { rules, project });
  const comments = planeComments(place);
  // One at a time: what is read by one is in memory for the next.
  const inTurn = createMutex();
  return {
    kind: 'plane',
    issues: () => inTurn(() => issues.list()),
    issue: (ref) => inTurn(() => issues.one(ref)),
    comments: (sinceMs) => inTurn(() => readComments(sinceMs, { issues, comments, commanders })),
    putComment: (ref, draft) => inTurn(() => comments.put(ref, draft)),
    putIssue: (draft) => inTurn(() => putPlaneIssue(draft, { place, issues, project, rules })),
    mark: (ref, mark) => inTurn(() => putMark({ ref, mark }, { place, issues, project, rules })),
  };
}

async function readComments(
  sinceMs: number,
  about: { issues: PlaneIssues; comments: PlaneComments; commanders: readonly string[] },
): Promise<readonly IssueComment[]> {
  const { issues, comments, commanders } = about;
  const fromMs = sinceMs - LATE_MS;
  const { items, facts } = await issues.changed(fromMs);
  const found: IssueComment[] = [];
  // When the limit of the minute ends this, what was read so far is in memory for the next time.
  for (const item of items) {
    const on = { ref: item.id, url: issues.urlOf(item, facts), facts, commanders };
    for (const comment of await comments.of(item)) found.push(issueComment(comment, on));
  }
  return found
    .filter(({ updatedAtMs }) => updatedAtMs >= fromMs)
    .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_COMMENTS);
}

async function putMark(
  { ref, mark }: { ref: string; mark: Mark },
  about: { place: PlanePlace; issues: PlaneIssues; project: PlaneProject; rules: MarkRules },
): Promise<'written' | 'unchanged'> {
  const { place, issues, project, rules } = about;
  const { id } = await project.label(markLabel(rules, mark));
  // Read last: the labels are written as a whole, and somebody may have changed them.
  const read = await issues.read(ref);
  if (read === null) {
    throw new OncewardError('OUTSIDE_REFUSED', `plane: there is no work item ${ref}`);
  }
  const { item, facts } = read;
  const labels = labelsWithMark(item, { mark, id, facts, rules });
  const moved = stateForMark(mark, facts, rules);
  const isMoved = moved !== null && moved.id !== item.state;
  if (!isMoved && labels.join() === item.labels.join()) return 'unchanged';
  const body = { labels, ...(isMoved ? { state: moved.id } : {}) };
  const request = { method: 'PATCH' as const, path: ['work-items', ref], body };
  await place.client.ask(projectRequest(place, { ...request, answer: z.unknown() }));
  return 'written';
}
