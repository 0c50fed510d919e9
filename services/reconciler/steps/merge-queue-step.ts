// Looks at what the merge queues of a project wait for outside: whether items may be tried, what the checks of a
// candidate say, and whether a red base has moved. It must never decide for a queue: it says what it saw.
import type { Entry } from '../../../machines/merge/context.ts';
import { ADMITTED, type Admission } from '../merges/admission.ts';
import { createAdmissionReader, isForgeAsked } from '../merges/admission-facts.ts';
import { digestOf, queueName, queueReports } from '../merges/queue-reports.ts';
import { isRedBase, tellBase } from '../merges/red-base.ts';
import { watchedCandidate } from '../merges/watched-candidate.ts';
import type { OutsideProject } from '../outside/outside-project.ts';
import type { MergeView } from '../records/merge-views.ts';
import type { OnTrouble } from './apart.ts';
import { createCheckWatchers } from './check-watchers.ts';
import { createDueTimes, type DueLook } from './due-times.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from './reconcile-deps.ts';

/** What was said of an item may change at any time, also once it was admitted. */
const AGAIN_MS = 60_000;
const AGAIN_FLOOR_MS = 1_000;

export interface MergeQueueStep {
  /** One look at those that are due. Returns in how many milliseconds the next is due; null when none is by itself. */
  look(project: OutsideProject): Promise<number | null>;
  /** Something was heard of this project: the next look is at all of them. */
  wake(project: OutsideProject): void;
}

export interface MergeQueueStepOptions extends ReconcileDeps {
  /** What failed for one queue or entry; the others go on. */
  onTrouble: OnTrouble;
}

export function createMergeQueueStep(options: MergeQueueStepOptions): MergeQueueStep {
  const { asker, clock, deeds, merges, onTrouble, log } = options;
  const due = createDueTimes({ clock, onTrouble });
  const admissions = createAdmissionReader(options);
  const reports = queueReports(asker, ASK_LIMIT_MS);
  const watcherOf = createCheckWatchers({ deeds, clock, reports });

  const admit = async (project: OutsideProject, queue: MergeView, entry: Entry) => {
    const admission = await admissions.read(project, queue, entry);
    if (isNews(entry, admission))
      await tellAdmission(options, project, { queue, entry, admission });
    const { againAtMs } = admission;
    const waitMs = againAtMs === null ? AGAIN_MS : againAtMs - clock.nowMs();
    return Math.max(AGAIN_FLOOR_MS, Math.min(AGAIN_MS, waitMs));
  };

  const lookAtCandidate = async (project: OutsideProject, queue: MergeView) => {
    const watched = watchedCandidate(project, queue);
    if (watched === null) return null;
    const what = `judge the checks of ${queue.address}, trial ${watched.epoch}`;
    const deed = { actuator: 'queue', what } as const;
    const look = await deeds.perform(project, deed, () => watcherOf(project).look(watched));
    for (const error of look?.problems ?? []) onTrouble(project.name, 're-run', error);
    if (look?.outcome === 'verdict') log.info({ address: queue.address }, look.reason);
    return look?.againInMs ?? null;
  };

  const entryLooks = (project: OutsideProject, queue: MergeView): DueLook[] =>
    queue.context.entries
      .filter((entry) => !entry.isAdmitted || isForgeAsked(project, queue))
      .filter((entry) => !isBeingLanded(queue, entry))
      .map((entry) => ({
        key: `${queue.address}/entry/${entry.item}/${entry.attempt}/${entry.headSha}`,
        what: `admission of ${entry.item}`,
        take: () => admit(project, queue, entry),
      }));

  const looksAt = (project: OutsideProject, queue: MergeView): DueLook[] => {
    const { address, context } = queue;
    const { number, faults, candidate } = context.trial ?? {};
    const base: DueLook = {
      ...{ key: `${address}/base`, what: `base of ${address}` },
      take: async () => {
        await tellBase(options, project, queue);
        return null;
      },
    };
    const checks: DueLook = {
      key: `${address}/trial/${number}/${faults}/${candidate?.sha}`,
      what: `checks of ${address}`,
      take: () => lookAtCandidate(project, queue),
    };
    const isGoverned = project.actuators.queue !== 'off';
    return [
      ...(isRedBase(queue) ? [base] : []),
      ...(isGoverned && project.forge.hasPullRequests ? [checks] : []),
      ...(isGoverned ? entryLooks(project, queue) : []),
    ];
  };

  return {
    wake: due.wake,
    look: (project) =>
      due.look(
        project,
        merges.of(project.name).flatMap((queue) => looksAt(project, queue)),
      ),
  };
}

/** From then on nobody knows whether the base holds it before the base was looked at: it is too late for any word. */
function isBeingLanded({ state, context }: MergeView, { item }: Entry): boolean {
  const isLanding = state === 'merging' || state === 'verifying';
  return isLanding && context.trial?.members.includes(item) === true;
}

/** What the queue has on record already is not said again at each look. */
function isNews(entry: Entry, { outcome, reason }: Admission): boolean {
  if (outcome === 'refused') return true;
  if (outcome === ADMITTED.outcome) return !entry.isAdmitted;
  return entry.isAdmitted || entry.waitsFor !== reason;
}

async function tellAdmission(
  { asker, deeds, log }: MergeQueueStepOptions,
  project: OutsideProject,
  { queue, entry, admission }: { queue: MergeView; entry: Entry; admission: Admission },
): Promise<void> {
  const { address, revision } = queue;
  const { item, headSha, attempt } = entry;
  const { outcome, reason, reviews } = admission;
  const id = `${queueName(address)}:admission:${revision}:${digestOf([item, attempt, headSha, outcome, reason])}`;
  const data = { item, headSha, outcome, reason, reviews };
  const deed = { actuator: 'queue', what: `${outcome} in ${address}: item ${item}` } as const;
  const request = { address, type: 'admission', id, data };
  const reply = await deeds.perform(project, deed, () =>
    asker.ask(request, { timeoutMs: ASK_LIMIT_MS }),
  );
  if (reply === null || outcome === 'waiting') return;
  log.info({ address, item, outcome: reply.outcome }, `merge queue: ${outcome}`);
}
