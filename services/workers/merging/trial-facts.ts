// A trial in the shape that gates know: as if the candidate were the pushed commit of one run.
// It must never be used to report anything: a queue is told by its lease.
import { fromToken } from '../../../machines/identifier.ts';
import type { Candidate, MergeContext } from '../../../machines/merge/context.ts';
import type { StageSettings } from '../../../machines/stage-settings.ts';
import type { TrialMember } from '../../../transport/git/merge-candidate.ts';
import type { JobFacts } from '../job-facts.ts';

/** No item can be called like this: what runs for a queue is never taken for an item's. */
const ITEM_PREFIX = 'merge=';
/** The members of the trial, in their order. */
const MEMBERS_VARIABLE = 'ONCEWARD_MEMBERS';

export function trialJob(
  address: string,
  { project, branch, trial, holder }: MergeContext,
  settings: StageSettings,
): JobFacts {
  const { stage, repository, baseBranch } = settings;
  const members = trial?.candidate?.members ?? [];
  const names = members.map(({ item }) => item).join(' ');
  return {
    ...{ address, project, repository, baseBranch },
    item: `${ITEM_PREFIX}${branch}`,
    stage: { ...stage, env: { ...stage.env, [MEMBERS_VARIABLE]: names } },
    attempt: trial?.number ?? 1,
    epoch: holder?.token ?? 1,
    title: `Trial ${trial?.number ?? 1} of ${project} for ${fromToken(branch)}`,
    ...{ body: '', feedback: '', session: null, dailyCaps: {} },
    headSha: trial?.candidate?.sha ?? null,
    ...{ exit: null, revision: 0, state: 'validating', leftover: null },
    ...{ machine: null, traceparent: null },
  };
}

/** Those that the trial began with and that are still in the queue. */
export function membersOf({ entries, trial }: MergeContext): TrialMember[] {
  return (trial?.members ?? []).flatMap((item) => {
    const entry = entries.find((one) => one.item === item);
    return entry === undefined ? [] : [{ item, headSha: entry.headSha, title: entry.title }];
  });
}

/** Those that are in the candidate, as they were put into it. */
export function membersIn({ entries }: MergeContext, candidate: Candidate): TrialMember[] {
  return candidate.members.map(({ item, headSha }) => {
    const title = entries.find((one) => one.item === item)?.title ?? '';
    return { item, headSha, title };
  });
}
