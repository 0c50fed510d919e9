// Where an item stands, in a Plane project: a label `<label>:<mark>` on the work item, and a state where one is named.
// It must never touch labels that are not ours.
import { OncewardError } from '../errors.ts';
import type { State, WorkItem } from '../plane/answers.ts';
import type { ProjectFacts } from './plane-project.ts';
import { FINAL_MARKS, type Mark } from './tracker.ts';

const MARKS: readonly Mark[] = ['cancelled', 'failed', 'done', 'parked', 'approval', 'active'];
const OPEN_GROUPS = ['backlog', 'unstarted', 'started', 'triage'];

export interface MarkRules {
  /** Asks for work when it stands on a work item, unless `state` is given; marks are labels that begin with it. */
  label: string;
  /** Asks for work when a work item is in the state of this name. */
  state: string | undefined;
  /** The state that goes with a mark. */
  states: Readonly<Partial<Record<Mark, string | undefined>>>;
}

export interface Standing {
  isOpen: boolean;
  isWanted: boolean;
  mark: Mark | null;
}

/** How the label of a mark is called. */
export function markLabel({ label }: MarkRules, mark: Mark): string {
  return `${label}:${mark}`;
}

export function standingOf(item: WorkItem, facts: ProjectFacts, rules: MarkRules): Standing {
  const names = item.labels.map((id) => facts.labels.get(id)?.name);
  const mark = MARKS.find((candidate) => names.includes(markLabel(rules, candidate))) ?? null;
  const state = facts.states.get(item.state ?? '');
  const isOpen = state === undefined || OPEN_GROUPS.includes(state.group);
  if (rules.state === undefined) return { isOpen, mark, isWanted: names.includes(rules.label) };
  const asked = stateNamed(facts, rules.state);
  // Our own mark has moved it there: it is still asked for until somebody moves it elsewhere.
  const isMoved = mark !== null && !FINAL_MARKS.includes(mark) && isStateOf(mark, state);
  return { isOpen, mark, isWanted: state?.id === asked.id || isMoved };

  function isStateOf(shown: Mark, at: State | undefined): boolean {
    const named = rules.states[shown];
    return named !== undefined && at !== undefined && stateNamed(facts, named).id === at.id;
  }
}

/**
 * The state a mark moves a work item to; null where it stays.
 * @throws OUTSIDE_REFUSED for a name that is not there, and where a final mark would still ask for work
 */
export function stateForMark(mark: Mark, facts: ProjectFacts, rules: MarkRules): State | null {
  const named = rules.states[mark];
  const moved = named === undefined ? usualState(mark, facts, rules) : stateNamed(facts, named);
  if (rules.state === undefined || !FINAL_MARKS.includes(mark)) return moved;
  // What asked for work was the state: it would be begun again, and again.
  if (moved !== null && moved.id !== stateNamed(facts, rules.state).id) return moved;
  throw new OncewardError('OUTSIDE_REFUSED', `plane: no state to move to for the mark "${mark}"`, {
    remedy: `name one under \`states\` of the tracker: it must be another than "${rules.state}"`,
  });
}

function usualState(mark: Mark, facts: ProjectFacts, rules: MarkRules): State | null {
  if (mark === 'done') return firstOf(facts, 'completed');
  if (rules.state === undefined || !FINAL_MARKS.includes(mark)) return null;
  const backlog = mark === 'failed' ? firstOf(facts, 'backlog') : null;
  return backlog ?? firstOf(facts, 'cancelled');
}

/** The labels a work item has with this mark on it, in their order. */
export function labelsWithMark(
  item: WorkItem,
  { mark, id, facts, rules }: { mark: Mark; id: string; facts: ProjectFacts; rules: MarkRules },
): string[] {
  const others = MARKS.filter((candidate) => candidate !== mark).map((name) =>
    markLabel(rules, name),
  );
  const gone = FINAL_MARKS.includes(mark) ? [...others, rules.label] : others;
  const kept = item.labels.filter((label) => !gone.includes(facts.labels.get(label)?.name ?? ''));
  return kept.includes(id) ? kept : [...kept, id];
}

/** @throws OUTSIDE_REFUSED for a name that is not there */
export function stateNamed({ states }: ProjectFacts, name: string): State {
  const found = [...states.values()].find(
    (state) => state.name.toLowerCase() === name.toLowerCase(),
  );
  if (found !== undefined) return found;
  const names = [...states.values()].map((state) => state.name).join(', ');
  throw new OncewardError('OUTSIDE_REFUSED', `plane: no state "${name}"; there are: ${names}`, {
    remedy: 'name one of these states in the tracker of the project, or add it in Plane',
  });
}

function firstOf({ states }: ProjectFacts, group: string): State | null {
  const [first] = [...states.values()]
    .filter((state) => state.group === group)
    .sort((a, b) => a.sequence - b.sequence);
  return first ?? null;
}
