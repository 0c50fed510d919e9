// Shows work items of a Plane project as issues of the port.
// It must never decide what becomes of them: it says what they carry and what holds them up.
import type { WorkItem } from '../plane/answers.ts';
import { htmlToText } from '../plane/rich-text.ts';
import { planeBlockers } from './plane-blockers.ts';
import { planeItems } from './plane-items.ts';
import { type MarkRules, type Standing, standingOf } from './plane-marks.ts';
import type { PlanePlace, PlaneProject, ProjectFacts } from './plane-project.ts';
import type { Issue, Priority } from './tracker.ts';

const MAX_ISSUES = 1_000;
const MAX_TITLE_CHARACTERS = 200;
const MAX_LABELS = 64;
const MAX_BODY_CHARACTERS = 65_536;
const PRIORITIES = ['urgent', 'high', 'medium', 'low'];

export interface PlaneIssues {
  list(): Promise<readonly Issue[]>;
  one(ref: string): Promise<Issue | null>;
  /** Work items of ours that changed since then, open or closed, with what the project is made of. */
  changed(sinceMs: number): Promise<{ items: readonly WorkItem[]; facts: ProjectFacts }>;
  /** One as it is now, with facts that know all it names. */
  read(ref: string): Promise<{ item: WorkItem; facts: ProjectFacts } | null>;
  urlOf(item: WorkItem, facts: ProjectFacts): string | null;
}

export function planeIssues(
  place: PlanePlace,
  { rules, project }: { rules: MarkRules; project: PlaneProject },
): PlaneIssues {
  const { client } = place;
  const items = planeItems(place);
  const blockers = planeBlockers(place);
  const isOurs = ({ isWanted, mark }: Standing) => isWanted || mark !== null;
  const urlOf: PlaneIssues['urlOf'] = ({ sequence_id: number }, { identifier }) => {
    const workspace = place.workspace ?? client.workspace;
    return `${client.webUrl}/${workspace}/browse/${identifier}-${number}/`;
  };

  const factsFor = async (some: readonly WorkItem[]): Promise<ProjectFacts> => {
    const facts = await project.facts();
    const isKnown = ({ state, labels }: WorkItem) =>
      (!state || facts.states.has(state)) && labels.every((label) => facts.labels.has(label));
    return some.every(isKnown) ? facts : project.facts(true);
  };
  const issuesOf = async (some: readonly WorkItem[], facts: ProjectFacts): Promise<Issue[]> => {
    // What has begun is not held up any more, and costs no request.
    const waiting = some.filter((item) => {
      const { isWanted, isOpen, mark } = standingOf(item, facts, rules);
      return isWanted && isOpen && mark === null;
    });
    const words = await blockers.of(waiting, (ref) => {
      const item = items.known().get(ref);
      if (item === undefined) return undefined;
      const isCompleted = facts.states.get(item.state ?? '')?.group === 'completed';
      return { name: `${facts.identifier}-${item.sequence_id}`, isCompleted };
    });
    return some.map((item) => ({
      ...issueOf(item, facts),
      ...{ ...standingOf(item, facts, rules), url: urlOf(item, facts) },
      blockedBy: words.get(item.id) ?? [],
    }));
  };

  return {
    urlOf,
    async list() {
      const known = [...(await items.refresh()).values()];
      const facts = await factsFor(known);
      const some = known.filter((item) => {
        const standing = standingOf(item, facts, rules);
        return standing.isOpen && isOurs(standing);
      });
      return issuesOf(some.sort(byUrgency).slice(0, MAX_ISSUES), facts);
    },
    async one(ref) {
      const item = await items.read(ref);
      if (item === null) return null;
      const [issue] = await issuesOf([item], await factsFor([item]));
      return issue ?? null;
    },
    async changed(sinceMs) {
      const known = [...(await items.refresh()).values()];
      const facts = await factsFor(known);
      const some = known.filter(({ updatedAtMs }) => updatedAtMs >= sinceMs);
      return { items: some.filter((item) => isOurs(standingOf(item, facts, rules))), facts };
    },
    async read(ref) {
      const item = await items.read(ref);
      return item === null ? null : { item, facts: await factsFor([item]) };
    },
  };
}

function issueOf(item: WorkItem, facts: ProjectFacts): Omit<Issue, keyof Standing | 'blockedBy'> {
  const { description_html: html, description_stripped: stripped, created_by: creator } = item;
  const state = facts.states.get(item.state ?? '');
  const isClosed = state?.group === 'completed' || state?.group === 'cancelled';
  const urgency = urgencyOf(item);
  return {
    ref: item.id,
    item: `${facts.identifier}-${item.sequence_id}`,
    url: null,
    title: item.name.slice(0, MAX_TITLE_CHARACTERS),
    body: (html ? htmlToText(html) : (stripped ?? '')).slice(0, MAX_BODY_CHARACTERS),
    author: facts.members.get(creator ?? '')?.display_name || creator || 'unknown',
    closedAtMs: isClosed ? (item.completed_at ?? item.updatedAtMs) : null,
    priority: urgency < PRIORITIES.length ? (urgency as Priority) : null,
    labels: labelsOf(item, facts),
    updatedAtMs: item.updatedAtMs,
  };
}

function labelsOf({ labels }: WorkItem, facts: ProjectFacts): string[] {
  const names = labels.map((label) => facts.labels.get(label)?.name ?? '');
  return names.filter((name) => name !== '').slice(0, MAX_LABELS);
}

function byUrgency(a: WorkItem, b: WorkItem): number {
  return urgencyOf(a) - urgencyOf(b) || a.sequence_id - b.sequence_id;
}

function urgencyOf({ priority }: WorkItem): number {
  const at = PRIORITIES.indexOf(priority ?? '');
  return at < 0 ? PRIORITIES.length : at;
}
