// Finds what happened twice: an advance, a claim, the start of an agent.
// It rests on several witnesses, none of which is asked about another: item records, run records, the audit
// stream, sightings from outside, and the agents' own ledger.
import type { EndedRun } from '../../machines/item/context.ts';
import { groupedBy } from './grouping.ts';
import type { ChaosHistory, ItemHistory, RunHistory } from './history.ts';

/** Every (item, stage, attempt) advanced exactly once, and each to exactly one next run. */
export function advanceProblems(history: ChaosHistory): string[] {
  const runsOf = groupedBy(history.runs, ({ project, item }) => `${project}/${item}`);
  const ofItems = [...history.items].flatMap(([name, item]) => {
    const stages = history.stages.get(item.project) ?? [];
    const runs = runsOf.get(name) ?? [];
    return [...repeatedRuns(item), ...wrongTurns(item, stages), ...unmatchedRuns(item, runs)].map(
      (problem) => `${name}: ${problem}`,
    );
  });
  return [...ofItems, ...[...history.sightings].flatMap(growthProblems)];
}

/** One run was taken by one claimant, once, whatever the record says in the end. */
export function claimProblems({ runs, audit }: ChaosHistory): string[] {
  const isTaking = (from: string | null, to: string | null) =>
    to === 'claimed' && from !== 'claimed';
  const claims = audit.filter(
    ({ type, outcome, from, to }) =>
      type === 'claim' && outcome === 'applied' && isTaking(from, to),
  );
  const byRun = groupedBy(claims, ({ address }) => address);
  const inAudit = [...byRun].flatMap(([address, entries]) => {
    // Sent again after an answer that got lost: the same entry, not another claim.
    const revisions = new Set(entries.map(({ revision }) => revision));
    if (revisions.size <= 1) return [];
    const who = entries.map(({ claimant, revision }) => `${claimant} at ${revision}`).join(', ');
    return [`${address}: claimed ${revisions.size} times in the audit: ${who}`];
  });
  return [...inAudit, ...runs.flatMap(claimStepProblems)];
}

/** A job may be delivered twice; an agent may not be started twice for one epoch. */
export function startProblems({ starts }: ChaosHistory): string[] {
  const name = ({ project, item, stage, attempt, epoch }: ChaosHistory['starts'][number]) =>
    `${project}/${item} ${stage}.${attempt}, epoch ${epoch}`;
  return [...groupedBy(starts, name)]
    .filter(([, same]) => same.length > 1)
    .map(([what, same]) => `${what}: its agent was started ${same.length} times`);
}

function repeatedRuns({ runs }: ItemHistory): string[] {
  return [...groupedBy(runs, runName)]
    .filter(([, same]) => same.length > 1)
    .map(([name, same]) => `${name} advanced ${same.length} times`);
}

/** Each ended run leads to the one after it: the same stage again, or the next one after a pass. */
function wrongTurns({ runs, current }: ItemHistory, stages: readonly string[]): string[] {
  const path: { stage: string; attempt: number }[] = [
    ...runs,
    ...(current === null ? [] : [current]),
  ];
  const attempts = new Map<string, number>();
  return path.flatMap(({ stage, attempt }, index) => {
    const expectedAttempt = (attempts.get(stage) ?? 0) + 1;
    attempts.set(stage, attempt);
    const expected = index === 0 ? stages[0] : stageAfter(runs[index - 1], stages);
    const problems: string[] = [];
    if (stage !== expected) problems.push(`run ${index + 1} is at ${stage}, expected ${expected}`);
    if (attempt !== expectedAttempt) {
      problems.push(`${stage}.${attempt} came when ${stage}.${expectedAttempt} was expected`);
    }
    return problems;
  });
}

function stageAfter(run: EndedRun | undefined, stages: readonly string[]): string | undefined {
  if (run === undefined) return undefined;
  const isPassed = run.verdict.kind === 'pass' || run.verdict.kind === 'not_applicable';
  return isPassed ? stages[stages.indexOf(run.stage) + 1] : run.stage;
}

/** Every run there is belongs to the path of its item, and ended as the item says it did. */
function unmatchedRuns(item: ItemHistory, runs: readonly RunHistory[]): string[] {
  const ended = new Map(item.runs.map((run) => [runName(run), run]));
  const open = item.current === null ? null : runName(item.current);
  const present = new Set(runs.map(runName));
  const missing = [...ended.keys()].filter((name) => !present.has(name));
  return [
    ...missing.map((name) => `${name} advanced the item, and there is no such run`),
    ...runs.flatMap((run) => {
      const name = runName(run);
      const end = ended.get(name);
      if (end === undefined) return name === open ? [] : [`${name} exists beside the item's path`];
      const { claim } = run.context;
      if (claim === null) return run.state === 'cancelled' ? [] : [`${name} advanced unclaimed`];
      const isSame = claim.claimant === end.claimant && claim.verdict.kind === end.verdict.kind;
      return isSame
        ? []
        : [`${name} was claimed by ${claim.claimant}, and advanced by ${end.claimant}`];
    }),
  ];
}

/** What an item remembers only grows, by one run at a time. */
function growthProblems([name, lists]: [string, readonly (readonly string[])[]]): string[] {
  return lists.flatMap((list, index) => {
    const before = lists[index - 1] ?? [];
    const isKept = before.every((run, at) => list[at] === run);
    return isKept
      ? []
      : [`${name}: forgot an ended run: ${before.join(' ')}, then ${list.join(' ')}`];
  });
}

/** In the stored revisions: into `claimed` from elsewhere, more than once. */
function claimStepProblems({ address, steps }: RunHistory): string[] {
  const entries = steps.filter(
    ({ state }, index) => state === 'claimed' && index > 0 && steps[index - 1]?.state !== 'claimed',
  );
  return entries.length > 1 ? [`${address}: entered claimed ${entries.length} times`] : [];
}

function runName({ stage, attempt }: { stage: string; attempt: number }): string {
  return `${stage}.${attempt}`;
}
