// A forge and a record held in memory, for the order in which the watcher does things. They answer as they are told.
import { digestOf } from '../../../../services/reconciler/checks/digest.ts';
import {
  createCheckWatcher,
  type ReportOutcome,
  type SeenReport,
  type VerdictReport,
  type WatchedRun,
} from '../../../../services/reconciler/checks/watcher.ts';
import type { Check, CommitChecks } from '../../../../transport/forge/forge.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';
import { PUSHED_AT_MS, RULES, SHA } from './check-facts.ts';

export const ADDRESS = 'run.shop.7.ci.1';
const HOUR_MS = 3_600_000;

interface World {
  found?: readonly Check[];
  /** What the record answers to a report of what was seen. */
  answer?: ReportOutcome;
  protection?: readonly string[] | null;
  rerunError?: Error;
}

export function setup(world: World = {}) {
  const clock = createVirtualClock({ startsAtMs: PUSHED_AT_MS + HOUR_MS });
  const acts: string[] = [];
  const told: { seen: SeenReport[]; verdicts: VerdictReport[] } = { seen: [], verdicts: [] };
  const state = { found: world.found ?? [], answer: world.answer ?? ('applied' as const) };
  const forge = {
    async checks(sha: string): Promise<CommitChecks> {
      acts.push(`read ${sha.slice(0, 4)}`);
      return { sha, checks: state.found };
    },
    async requiredChecks(branch: string) {
      acts.push(`protection of ${branch}`);
      return world.protection ?? null;
    },
    async rerun(target: { id: string }) {
      acts.push(`rerun ${target.id}`);
      if (world.rerunError !== undefined) throw world.rerunError;
    },
  };
  const reports = {
    async seen(report: SeenReport) {
      acts.push(`seen, ${report.reruns} re-runs`);
      told.seen.push(report);
      return state.answer;
    },
    async verdict(report: VerdictReport): Promise<ReportOutcome> {
      acts.push(`verdict ${report.verdict.cause}`);
      told.verdicts.push(report);
      return 'applied';
    },
  };
  const watcher = createCheckWatcher({ forge, reports, clock });
  return { acts, told, state, clock, watcher };
}

export function run(fields: Partial<WatchedRun> = {}): WatchedRun {
  return {
    ...{ address: ADDRESS, epoch: 1, revision: 9, headSha: SHA, baseBranch: 'main' },
    ...{ pushedAtMs: PUSHED_AT_MS, seen: null },
    ...{ rules: { ...RULES, required: ['build', 'lint'] }, ...fields },
  };
}

export function seenAs(found: readonly Check[], atMs: number, reruns = 0, sha = SHA) {
  return { sha, digest: digestOf({ sha, checks: found }), changedAtMs: atMs, reruns };
}
