// Reads from the forge what decides whether an item may be tried, and remembers since when its checks are as they are.
// It must never ask a forge for anything but what it says.
import type { Entry, MergeContext } from '../../../machines/merge/context.ts';
import { mergeRulesOf } from '../../../machines/merge/context.ts';
import type { MergeRules } from '../../../machines/merge/rules.ts';
import { type ChecksRules, checksRulesSchema } from '../../../machines/outside.ts';
import type { Clock } from '../../../transport/ports.ts';
import type { KnownChecks } from '../checks/check-view.ts';
import { digestOf, knownAs } from '../checks/digest.ts';
import { type CheckJudgement, judgeChecks } from '../checks/judgement.ts';
import { createRequiredChecks } from '../checks/required-checks.ts';
import type { OutsideProject } from '../outside/outside-project.ts';
import type { ItemViews } from '../records/item-views.ts';
import type { MergeView } from '../records/merge-views.ts';
import { ADMITTED, type Admission, judgeAdmission, waitsForPullRequest } from './admission.ts';

/** Of commits whose checks are remembered; the oldest go first. */
const MAX_REMEMBERED = 1_000;

export interface AdmissionReader {
  /** @throws as `Forge.checks` */
  read(project: OutsideProject, queue: MergeView, entry: Entry): Promise<Admission>;
}

export function createAdmissionReader({
  views,
  clock,
}: {
  views: Pick<ItemViews, 'item'>;
  clock: Pick<Clock, 'nowMs'>;
}): AdmissionReader {
  const required = new WeakMap<OutsideProject['forge'], ReturnType<typeof createRequiredChecks>>();
  /** By project and commit: nobody writes down what is seen of the checks of an item that only waits. */
  const seen = new Map<string, KnownChecks>();

  const requiredOf = (forge: OutsideProject['forge'], branch: string) => {
    const known = required.get(forge) ?? createRequiredChecks(forge, clock);
    required.set(forge, known);
    return known(branch);
  };

  const judgedChecks = async (
    { name, forge }: OutsideProject,
    commit: { sha: string; pushedAtMs: number; baseBranch: string; rules: ChecksRules },
  ): Promise<CheckJudgement> => {
    const { sha, pushedAtMs, baseBranch } = commit;
    const nowMs = clock.nowMs();
    const checks = await forge.checks(sha);
    const key = `${name}/${sha}`;
    const digest = digestOf(checks);
    const before = seen.get(key) ?? null;
    const isNew = knownAs(before, digest) === 'new';
    const known = isNew ? { digest, reruns: 0, changedAtMs: nowMs } : before;
    if (known !== null) seen.set(key, known);
    if (seen.size > MAX_REMEMBERED) seen.delete([...seen.keys()][0] ?? '');
    // What is not asked to run again here is not waited for either.
    const rules = { ...commit.rules, reruns: 0 };
    const isDeclared = rules.required.length > 0;
    const names = isDeclared ? null : await requiredOf(forge, baseBranch);
    return judgeChecks({ commit: checks, rules, required: names, pushedAtMs, seen: known, nowMs });
  };

  return {
    async read(project, queue, entry) {
      if (!isForgeAsked(project, queue)) return ADMITTED;
      const rules = rulesOfEntries(queue.context);
      // As it is now: what it was sent back for stands in its record before it comes here again.
      const item = await views.item(project.name, entry.item);
      const { pullRequest = null, reviewed: handled = [], runs = [] } = item?.context ?? {};
      const ownShas = runs.map(({ verdict }) => verdict.headSha);
      const waits = waitsForPullRequest(entry, pullRequest, ownShas);
      if (waits !== null || pullRequest === null) return waits ?? ADMITTED;
      const { headSha } = entry;
      // Pushed when a run had it first, at the latest.
      const first = runs.find(({ verdict }) => verdict.headSha === headSha)?.atMs;
      const checks = await judgedChecks(project, {
        ...{ sha: headSha, pushedAtMs: first ?? entry.enqueuedAtMs },
        baseBranch: settingsOf(queue.context)?.baseBranch ?? project.baseBranch,
        rules: rules.checks ?? DEFAULT_CHECKS,
      });
      const reviews = await project.forge.reviews(pullRequest.number);
      return judgeAdmission({ headSha, rules, reviews, handled, checks });
    },
  };
}

/** Otherwise whatever has come is let in, and never asked after again. */
export function isForgeAsked(
  { forge }: Pick<OutsideProject, 'forge'>,
  { context }: Pick<MergeView, 'context'>,
): boolean {
  return forge.hasPullRequests && rulesOfEntries(context).admission === 'forge';
}

const DEFAULT_CHECKS = checksRulesSchema.parse({});

/** The newest that an item brought, also while a trial goes by older ones. */
function settingsOf({ offered, settings }: MergeContext): MergeContext['settings'] {
  return offered ?? settings;
}

function rulesOfEntries(context: MergeContext): MergeRules {
  return mergeRulesOf(settingsOf(context)?.stage ?? {});
}
