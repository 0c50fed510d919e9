// Ways to break deployments, each by one replacement, and the seed that shows it.
// A change of the code may move the place or the seed, as with all mutations.
import type { Mutation } from './mutations.ts';

export const DEPLOY_MUTATIONS: readonly Mutation[] = [
  {
    name: 'believe a deployer of before',
    breaks: 'who has lost the lease of a deployment is still listened to',
    file: 'machines/deployment/fences.ts',
    find: 'if (token !== undefined && token !== holder?.token) {',
    replace: 'if (token !== undefined && token !== holder?.token && token === 0) {',
    seed: 10,
  },
  {
    name: 'deploy what nobody has tested',
    breaks: 'an image comes to production that staging has not passed',
    file: 'machines/deployment/conditions.ts',
    find: 'if (requires === undefined) return true;',
    replace: 'if (requires === undefined || artifact !== null) return true;',
    seed: 1_745,
  },
  {
    name: 'ask for the origin and do not listen',
    breaks: 'an image goes on whose tag was moved',
    file: 'machines/deployment/step-guards.ts',
    find: 'return isIt && isAsked && findings.every(({ isMet }) => isMet);',
    replace: 'return isIt && isAsked;',
    seed: 545,
  },
  {
    name: 'blame what infrastructure did',
    breaks: 'a version is sent back because the registry was away',
    file: 'machines/deployment/step-guards.ts',
    find: "return event.type === 'failed' && event.data.kind === 'product_fail';",
    replace: "return event.type === 'failed';",
    seed: 66,
  },
  {
    name: 'count what could not be measured as bad',
    breaks: 'a version is rolled back because a probe could not measure',
    file: 'machines/deployment/watch.ts',
    find: "failures: watched.failures + (outcome === 'bad' ? 1 : 0),",
    replace: "failures: watched.failures + (outcome === 'good' ? 0 : 1),",
    seed: 66,
  },
  {
    name: 'forget what was good',
    breaks: 'nothing can come back when the next version is bad',
    file: 'machines/deployment/endings.ts',
    find: 'return { live, good: [...others, live].slice(-MAX_GOOD) };',
    replace: 'return { live, good: others };',
    seed: 10,
  },
  {
    name: 'lose a release that made way',
    breaks: 'what was under way when a person asked for a rollback never comes again',
    file: 'machines/deployment/actions.ts',
    find: 'queue: [release, ...queue] };',
    replace: 'queue };',
    seed: 623,
  },
  {
    name: 'never thaw a queue',
    breaks: 'nothing lands any more, although what is live is good again',
    file: 'machines/deployment/effects.ts',
    find: 'return context.frozen.map((branch)',
    replace: 'return context.frozen.slice(9).map((branch)',
    seed: 1_985,
  },
];
