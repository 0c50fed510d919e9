// Brings the items of a project in line with its issues: opens what is asked for, ends what was closed.
// It must never let one issue that cannot be handled keep the others waiting.
import { itemAddress } from '../../machines/address.ts';
import { MAX_BODY_BYTES } from '../../machines/item/events.ts';
import type { Issue } from '../../transport/tracker/tracker.ts';
import {
  decideEnded,
  decideUnderWay,
  type EndedItem,
  type IssueDecision,
  itemNameOf,
  markOf,
  TRACKER,
} from './issue-decision.ts';
import type { ItemView } from './item-views.ts';
import type { OutsideProject } from './outside-project.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from './reconcile-deps.ts';

const MAX_TITLE_CHARACTERS = 500;
/** How often one issue may be asked for again. */
const MAX_GENERATIONS = 100;
/** Items opened in one look; the rest follow in the next. */
const MAX_OPENED = 50;

export interface Waiting {
  ref: string;
  title: string;
  reason: string;
}

export interface IssueStep {
  /** One look. Returns the issues that ask for work and do not get it yet, each with its reason. */
  look(project: OutsideProject): Promise<Waiting[]>;
}

export interface IssueStepOptions extends ReconcileDeps {
  /** What failed for one issue; the others go on. */
  onTrouble: (project: string, what: string, error: unknown) => void;
  /** The tracker shows something else of an item than its record says. */
  onMarkDiffers: (project: string, item: string) => void;
}

export function createIssueStep(options: IssueStepOptions): IssueStep {
  const ended = createEndedItems(options);
  const guarded = async (project: string, what: string, work: () => Promise<void>) => {
    await work().catch((error: unknown) => options.onTrouble(project, what, error));
  };

  const lookAtItem = async (project: OutsideProject, item: ItemView, issue: Issue | null) => {
    ended.forget(project.name, item.context.origin?.ref ?? '');
    if (issue !== null && issue.mark !== markOf(item.state)) {
      options.onMarkDiffers(project.name, item.item);
    }
    const decision = decideUnderWay(issue, item);
    if (decision.kind === 'tell') await tell(options, { project, item, decision });
  };

  return {
    async look(project) {
      const { name, tracker } = project;
      const issues = await tracker.issues();
      const items = options.views.active(name).filter((view) => isFrom(view, project));
      const byRef = new Map(items.map((view) => [view.context.origin?.ref, view]));
      const listed = new Set(issues.map(({ ref }) => ref));
      for (const item of items) {
        const ref = item.context.origin?.ref ?? '';
        await guarded(name, `issue ${ref}`, async () => {
          const issue = listed.has(ref)
            ? (issues.find((one) => one.ref === ref) ?? null)
            : await tracker.issue(ref);
          await lookAtItem(project, item, issue);
        });
      }
      const waiting: Waiting[] = [];
      let room = Math.min(MAX_OPENED, project.maxActive - items.length);
      for (const issue of issues.filter(({ ref }) => !byRef.has(ref))) {
        await guarded(name, `issue ${issue.ref}`, async () => {
          const decision = await decideWithout(options, ended, { project, issue });
          if (decision.kind !== 'open') return;
          const reason = whyNotYet(project, issue, room);
          if (reason === null) {
            if (await open(options, { project, issue, generation: decision.generation })) room -= 1;
            ended.forget(name, issue.ref);
          } else waiting.push({ ref: issue.ref, title: issue.title, reason });
        });
      }
      return waiting;
    },
  };
}

/** Of this tracker: an item whose project has changed its tracker is nobody's here. */
export function isFrom({ context, item }: ItemView, { tracker }: OutsideProject): boolean {
  return context.origin !== null && context.origin.tracker === tracker.kind && item !== '';
}

function whyNotYet(project: OutsideProject, issue: Issue, room: number): string | null {
  if (project.isDraining) return 'the project is draining: no new items are opened';
  if (issue.blockedBy.length > 0) return `waits for ${issue.blockedBy.join(', ')}`;
  if (room <= 0) return `${project.maxActive} items are under way, which is as many as may`;
  return null;
}

async function decideWithout(
  { onMarkDiffers }: IssueStepOptions,
  ended: EndedItems,
  { project, issue }: { project: OutsideProject; issue: Issue },
): Promise<IssueDecision> {
  const found = await ended.of(project.name, issue);
  // Opened a moment ago, and not in sight yet.
  if (found === 'under-way') return { kind: 'none' };
  const decision = decideEnded(issue, found, {
    isMarking: project.actuators.marks === 'enforce',
    isFolder: project.tracker.kind === 'folder',
  });
  // Written by the one that writes all of them: two would overtake each other.
  if (decision.kind === 'mark') onMarkDiffers(project.name, itemNameOf(issue, decision.generation));
  return decision;
}

async function open(
  { asker, deeds, log }: IssueStepOptions,
  { project, issue, generation }: { project: OutsideProject; issue: Issue; generation: number },
): Promise<boolean> {
  const { name, trackerName, tracker } = project;
  const { ref, url, author, priority } = issue;
  const item = itemNameOf(issue, generation);
  const address = itemAddress(name, item);
  const request = {
    ...{ address, type: 'open', id: `${trackerName}#${ref}:open:${generation}` },
    data: {
      title: issue.title.slice(0, MAX_TITLE_CHARACTERS) || ref,
      body: bounded(issue.body),
      by: `${tracker.kind}:${author || 'nobody'}`.slice(0, 200),
      origin: { tracker: tracker.kind, ref, url, author: author.slice(0, 200), priority },
    },
  };
  const deed = { actuator: 'intake', what: `open item ${item} for issue ${ref}` } as const;
  const reply = await deeds.perform(project, deed, () =>
    asker.ask(request, { timeoutMs: ASK_LIMIT_MS }),
  );
  if (reply === null) return false;
  if (reply.outcome === 'applied') {
    log.info({ address, ref, url }, 'opened an item for an issue');
    return true;
  }
  const isThere = reply.reason === 'not-now' || reply.reason === 'finished';
  if (!isThere) log.warn({ address, ref, reason: reply.reason }, `not opened: ${reply.message}`);
  return false;
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
  const request = { address, type, id, data: { by: TRACKER, reason } };
  const reply = await deeds.perform(project, deed, () =>
    asker.ask(request, { timeoutMs: ASK_LIMIT_MS }),
  );
  if (reply !== null) log.info({ address, type, outcome: reply.outcome, reason }, 'told an item');
}

function bounded(body: string): string {
  if (Buffer.byteLength(body) <= MAX_BODY_BYTES) return body;
  const note = '\n\n[cut here: the issue says more]';
  // A character has four bytes at most, and half of one is no text.
  const kept = Buffer.from(body).subarray(0, MAX_BODY_BYTES - note.length - 4);
  return kept.toString('utf8').replace(/\ufffd+$/, '') + note;
}

interface EndedItems {
  of(project: string, issue: Issue): Promise<EndedItem | 'under-way' | null>;
  forget(project: string, ref: string): void;
}

/** Looked up once for each issue: an item that has ended does not begin again. */
function createEndedItems({ views }: IssueStepOptions): EndedItems {
  const known = new Map<string, EndedItem | null>();
  return {
    forget: (project, ref) => void known.delete(`${project}/${ref}`),
    async of(project, issue) {
      const key = `${project}/${issue.ref}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      let latest: EndedItem | null = null;
      for (let generation = 1; generation <= MAX_GENERATIONS; generation += 1) {
        const view = await views.item(project, itemNameOf(issue, generation));
        if (view === null) break;
        if (!view.isFinished) return 'under-way';
        const { state, context } = view;
        latest = { generation, state, endedAtMs: context.endedAtMs ?? 0 };
      }
      known.set(key, latest);
      return latest;
    },
  };
}
