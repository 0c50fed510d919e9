// A run of a stage `checks` whose record is held in memory: reports go through its machine.
// It must never answer other than the machine does.
import type { ChecksRules } from '../../../../machines/outside.ts';
import type { WatchedRun } from '../../../../services/reconciler/checks/watcher.ts';
import type { Asker } from '../../../../transport/ports.ts';
import { OPENED_AT_MS, RUN, type TestActor } from '../../../support/machine-steps.ts';

export function askerOf(actor: TestActor, nowMs: () => number): Asker {
  return {
    async ask({ address: _, id, ...event }) {
      const decision = actor.send({ ...event, ...(id && { id }), door: 'ask', atMs: nowMs() });
      const state = actor.state();
      if (decision.outcome === 'refused') return { ...decision, state };
      const isRepeat = decision.outcome !== 'applied';
      return { outcome: 'applied', revision: actor.stored().revision, state, isRepeat };
    },
  };
}

/** As whoever reads the record now would watch it. */
export function runOf(actor: TestActor, rules: ChecksRules, headSha: string): WatchedRun {
  const { epoch, checks } = actor.run();
  return {
    ...{ address: RUN, epoch, revision: actor.stored().revision, headSha, rules },
    ...{ baseBranch: 'main', pushedAtMs: OPENED_AT_MS, seen: checks },
  };
}
