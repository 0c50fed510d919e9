// Items that have come to a merge queue behind the stand-ins, and what a worker would tell the queue.
// It must never answer for the queue: that is decided by its machine.
import { mergeAddress } from '../../../../machines/address.ts';
import type { MergeRules } from '../../../../machines/merge/rules.ts';
import { createMergeQueueStep } from '../../../../services/reconciler/steps/merge-queue-step.ts';
import type { Check, Review } from '../../../../transport/forge/forge.ts';
import { createOutsideStandIns, SHA, type StandInOptions } from '../outside-stand-ins.ts';

export const QUEUE = mergeAddress('shop', 'main');
export const BASE_SHA = 'd'.repeat(40);
export const CANDIDATE_SHA = 'c'.repeat(40);
const TREE_SHA = 'e'.repeat(40);
/** Names that must pass are judged at once, without waiting for others. */
const DECLARED = { required: ['build'] };

export function check(conclusion: Check['conclusion'], more: Partial<Check> = {}): Check {
  return {
    ...{ name: 'build', kind: 'check-run', id: '1', conclusion, url: null, summary: '' },
    ...{ startedAtMs: 1, changedAtMs: 1, rerun: null, stepsEnded: null },
    ...more,
  };
}

export function review(change: Partial<Review> = {}): Review {
  return {
    ...{ id: '1', author: 'bob', isHuman: true, isCollaborator: true, state: 'approved' },
    ...{ sha: SHA, body: 'Good.', url: null, submittedAtMs: 1 },
    ...change,
  };
}

export function setup(rules: Partial<MergeRules> = {}, options: StandInOptions = {}) {
  const merge = { checks: DECLARED, ...rules } as MergeRules;
  const stages = [
    { name: 'build', kind: 'external' },
    { name: 'land', kind: 'merge', merge, onFail: 'build' },
  ] as NonNullable<StandInOptions['stages']>;
  const outside = createOutsideStandIns({ stages, isSettled: true, ...options });
  const { deps, onTrouble, project, send, pass, merges, forge, views } = outside;
  const step = createMergeQueueStep({ ...deps, onTrouble });
  const queue = () => {
    const view = merges.of('shop')[0];
    if (view === undefined) throw new Error('there is no queue');
    return view;
  };
  const tellItem = (item: string, state: string, headSha: string) =>
    send(`item.shop.${item}`, 'pull-request', { number: 3, state, headSha });
  /** A worker's word, with its lease. */
  const report = (type: string, data: Record<string, unknown> = {}) => {
    const { holder, trial } = queue().context;
    return send(QUEUE, type, { token: holder?.token, trial: trial?.number, ...data });
  };
  return Object.assign(outside, {
    ...{ step, queue, tellItem, report },
    look: () => step.look(project),
    say: (...reviews: Review[]) => forge.setReviews({ reviews, threads: [] }),
    entry: (item = 'gh-7') => queue().context.entries.find((one) => one.item === item),
    feedbackOf: async (item = 'gh-7') => (await views.item('shop', item))?.context.feedback ?? '',
    /** An item whose commit was pushed, and whose pull request is open. */
    async arrive(item = 'gh-7', headSha = SHA) {
      await send(`item.shop.${item}`, 'open', { title: 'a defect' });
      await tellItem(item, 'open', headSha);
      await pass(`run.shop.${item}.build.1`, headSha);
    },
    /** A worker has taken the trial, and merged its members. */
    async prepare() {
      await send(QUEUE, 'take', { worker: 'worker-1', machine: 'm' });
      const members = (queue().context.trial?.members ?? []).map((item) => {
        const headSha = queue().context.entries.find((one) => one.item === item)?.headSha;
        return { item, headSha, landsAs: CANDIDATE_SHA };
      });
      const candidate = { sha: CANDIDATE_SHA, treeSha: TREE_SHA, members };
      return report('prepared', { baseSha: BASE_SHA, baseTreeSha: TREE_SHA, candidate });
    },
    validate: (kind = 'pass', cause = 'gates') => report('validated', { kind, cause }),
  });
}
