// Brings the items of a project in line with its issues: opens what is asked for, ends what was closed.
// It must never let one issue that cannot be handled keep the others waiting.
import { itemAddress } from '../../../machines/address.ts';
import { branchOf } from '../../../transport/git/repository.ts';
import type { Issue } from '../../../transport/tracker/tracker.ts';
import { isFrom, type OutsideProject } from '../outside/outside-project.ts';
import type { ItemView } from '../records/item-views.ts';
import { apart, type OnTrouble } from './apart.ts';
import { createFormerItems, type FormerItems, MAX_GENERATIONS } from './former-items.ts';
import {
  decideEnded,
  decideUnderWay,
  type IssueDecision,
  itemNameOf,
  markOf,
  TRACKER,
} from './issue-decision.ts';
import { type Opened, openItem } from './issue-opening.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from './reconcile-deps.ts';

/** Items opened in one look; the rest follow in the next. */
export const MAX_OPENED = 50;

export interface Waiting {
  ref: string;
  /** The item it would get, unless it had one before. */
  item: string;
  title: string;
  reason: string;
}

export interface IssueStep {
  /** One look. Returns the issues that ask for work and do not get it yet, each with its reason. */
  look(project: OutsideProject): Promise<Waiting[]>;
}

export interface IssueStepOptions extends ReconcileDeps {
  /** What failed for one issue; the others go on. */
  onTrouble: OnTrouble;
  /** The tracker shows something else of an item than its record says. */
  onMarkDiffers: (project: string, item: string) => void;
}

interface Room {
  /** How many items may still be opened in this look. */
  left: number;
  why: string;
}

export function createIssueStep(options: IssueStepOptions): IssueStep {
  const formers = createFormerItems(options.views);
  return {
    async look(project) {
      const { name, tracker, actuators } = project;
      if (actuators.intake === 'off' && actuators.marks === 'off') return [];
      const issues = await tracker.issues();
      const listed = new Map(issues.map((issue) => [issue.ref, issue]));
      const items = options.views.active(name).filter((view) => isFrom(view, project));
      for (const item of items) {
        const ref = item.context.origin?.ref ?? '';
        formers.forget(project, ref);
        await apart(options.onTrouble, { project: name, what: `issue ${ref}` }, async () => {
          const issue = listed.get(ref) ?? (await tracker.issue(ref));
          await lookAtItem(options, { project, item, issue });
        });
      }
      const taken = new Set(items.map(({ context }) => context.origin?.ref));
      const others = issues.filter(({ ref }) => !taken.has(ref));
      formers.keepOnly(project, new Set(others.map(({ ref }) => ref)));
      return lookAtOthers(options, {
        project,
        formers,
        issues: others,
        room: roomOf(project, items),
      });
    },
  };
}

function roomOf({ maxActive }: OutsideProject, items: readonly ItemView[]): Room {
  const left = maxActive - items.length;
  if (left > MAX_OPENED) return { left: MAX_OPENED, why: 'follows in the next look' };
  return { left, why: `${maxActive} items are under way, which is as many as may` };
}

async function lookAtOthers(
  options: IssueStepOptions,
  given: { project: OutsideProject; formers: FormerItems; issues: readonly Issue[]; room: Room },
): Promise<Waiting[]> {
  const { project, issues, room } = given;
  const waiting: Waiting[] = [];
  for (const issue of issues) {
    const { ref, item, title } = issue;
    const waits = (reason: string) => waiting.push({ ref, item, title, reason });
    const about = { project: project.name, what: `issue ${ref}` };
    const isLookedAt = await apart(options.onTrouble, about, async () => {
      const outcome = await lookAtIssue(options, { ...given, issue });
      if (outcome === 'opened') room.left -= 1;
      else if (outcome !== null && outcome !== 'there') waits(outcome.reason);
    });
    if (!isLookedAt && issue.isWanted) waits('could not be looked at; it is tried again');
  }
  return waiting;
}

/** Of an issue without an item under way; null when it asks for nothing. */
async function lookAtIssue(
  options: IssueStepOptions,
  given: { project: OutsideProject; formers: FormerItems; issue: Issue; room: Room },
): Promise<Opened | null> {
  const { project, formers, issue, room } = given;
  const former = await formers.of(project, issue);
  // Opened a moment ago, and not in sight yet.
  if (former === null) return null;
  if ('taken' in former) {
    if (!issue.isWanted) return null;
    return { reason: `an item ${former.taken} is under way that was not opened for it` };
  }
  const rules = rulesOf(project);
  const decision = decideEnded(issue, former, rules);
  // Written by the one that writes all of them: two would overtake each other.
  if (decision.kind === 'mark') {
    options.onMarkDiffers(project.name, itemNameOf(issue, decision.generation));
  }
  if (decision.kind !== 'open') return null;
  const reason = whyNotYet(project, { issue, generation: former.next, room });
  if (reason !== null) return { reason };
  if (decision.isAgain) {
    // Lists are a moment behind: what ended just now may still look as it did before.
    const now = await project.tracker.issue(issue.ref);
    if (now === null || !now.isOpen || decideEnded(now, former, rules).kind !== 'open') return null;
  }
  const opened = await openItem(options, { project, issue, former, isAgain: decision.isAgain });
  if (typeof opened === 'string') formers.forget(project, issue.ref);
  return opened;
}

function rulesOf({ actuators, tracker }: OutsideProject) {
  return { isMarking: actuators.marks === 'enforce', isFolder: tracker.kind === 'folder' };
}

function whyNotYet(
  { isDraining }: OutsideProject,
  { issue, generation, room }: { issue: Issue; generation: number; room: Room },
): string | null {
  if (generation > MAX_GENERATIONS) return `it was asked for ${MAX_GENERATIONS} times`;
  if (isDraining) return 'the project is draining: no new items are opened';
  if (issue.blockedBy.length > 0) return `waits for ${issue.blockedBy.join(', ')}`;
  return room.left <= 0 ? room.why : null;
}

interface Seen {
  project: OutsideProject;
  item: ItemView;
  issue: Issue | null;
}

async function lookAtItem(options: IssueStepOptions, { project, item, issue }: Seen) {
  const isShowing = project.actuators.marks === 'enforce';
  if (isShowing && issue !== null && issue.mark !== markOf(item.state)) {
    options.onMarkDiffers(project.name, item.item);
  }
  if (decideUnderWay(issue, item).kind !== 'tell') return;
  // What is followed is a moment behind, and what was merged in this look is not to be cancelled in it.
  const now = await options.views.item(project.name, item.item);
  if (now === null || now.isFinished) return;
  const decision = decideUnderWay(issue, now);
  if (decision.kind !== 'tell') return;
  if (decision.type === 'cancel' && (await isMerged(project, now))) return;
  await tell(options, { project, item: now, decision });
}

/** Whoever merges may close the issue with it; the item is told of the merge by another step, which may have failed. */
async function isMerged({ forge }: OutsideProject, { item, context }: ItemView): Promise<boolean> {
  const { headSha, pullRequest } = context;
  const isPossible = headSha !== null || pullRequest !== null;
  if (!forge.hasPullRequests || !isPossible || pullRequest?.state === 'merged') return false;
  return (await forge.pullRequest(branchOf(item)))?.state === 'merged';
}

async function tell(
  { asker, deeds, log }: IssueStepOptions,
  {
    project,
    item,
    decision,
  }: {
    project: OutsideProject;
    item: ItemView;
    decision: Extract<IssueDecision, { kind: 'tell' }>;
  },
): Promise<void> {
  const { type, reason, fact } = decision;
  const address = itemAddress(project.name, item.item);
  const id = `${project.trackerName}#${item.context.origin?.ref ?? ''}:${fact}`;
  const deed = { actuator: 'intake', what: `${type} item ${item.item}: ${reason}` } as const;
  // It holds for what was looked at: an item that has moved on is looked at again.
  const data = { by: TRACKER, reason, ifRevision: item.revision };
  const reply = await deeds.perform(project, deed, () =>
    asker.ask({ address, type, id, data }, { timeoutMs: ASK_LIMIT_MS }),
  );
  if (reply !== null) log.info({ address, type, outcome: reply.outcome, reason }, 'told an item');
}
