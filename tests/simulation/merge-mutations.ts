// Ways to break the merge queue, each by one replacement, and the seed that shows it.
// A change of the code may move the place or the seed, as with all mutations.
import type { Mutation } from './mutations.ts';

export const MERGE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'take a lease that is held',
    breaks: 'two workers go on from one record',
    file: 'machines/merge/guards.ts',
    find: 'return context.holder === null && !isWaitingForChecks(context);',
    replace: 'return !isWaitingForChecks(context);',
    seed: 27,
  },
  {
    name: 'believe a holder of before',
    breaks: 'who has lost the merge lease is still listened to',
    file: 'machines/merge/fences.ts',
    find: 'if (token !== undefined && token !== holder?.token) {',
    replace: 'if (token !== undefined && token !== holder?.token && token === 0) {',
    seed: 497,
  },
  {
    name: 'land on another base than was tested',
    breaks: 'heads that have passed together count as passed on every base',
    file: 'machines/merge/conditions.ts',
    find: "{ baseSha, treeSha, members }: Pick<Candidate, 'baseSha' | 'treeSha' | 'members'>,\n  digest: string,",
    replace:
      "{ members }: Pick<Candidate, 'baseSha' | 'treeSha' | 'members'>, digest: string, baseSha = '', treeSha = '',",
    seed: 171,
  },
  {
    name: 'land before the checks have spoken',
    breaks: 'the gates alone decide, and the forge is not waited for',
    file: 'machines/merge/judging-guards.ts',
    find: "if (event.type === 'validated') return trial?.checks !== 'pending';",
    replace: "if (event.type === 'validated') return true;",
    seed: 646,
  },
  {
    name: 'blame on one red trial',
    breaks: 'a test that was red for no reason sends an item back',
    file: 'machines/merge/hunt.ts',
    find: 'filter(({ reds }) => reds >= redTrials)',
    replace: 'filter(({ reds }) => reds >= Math.min(1, redTrials))',
    seed: 35,
  },
  {
    name: 'blame without looking at the base',
    breaks: 'an item is sent back for a base that is red by itself',
    file: 'machines/merge/hunt.ts',
    find: 'if (isGreen(context, trial.candidate?.baseSha ?? null)) return counted(after);',
    replace: 'if (!isGreen(context, null)) return counted(after);',
    seed: 27,
  },
  {
    name: 'try the last one first',
    breaks: 'whoever comes later overtakes',
    file: 'machines/merge/order.ts',
    find: 'rankOf(a) - rankOf(b)',
    replace: 'rankOf(b) - rankOf(a)',
    seed: 274,
  },
  {
    name: 'lose who was tried in vain',
    breaks: 'members of a trial that was dissolved are not in the queue any more',
    file: 'machines/merge/trial-endings.ts',
    find: '...without(context, withdrawnFrom(context)),',
    replace: "...without(context, outcome === 'dissolved' ? members : withdrawnFrom(context)),",
    seed: 25,
  },
  {
    name: 'try nobody alone',
    breaks: 'whoever is alone in the queue waits for ever',
    file: 'machines/merge/guards.ts',
    find: 'nextMembers(context).length > 0',
    replace: 'nextMembers(context).length > 1',
    seed: 35,
  },
];
