// Checks of a commit as tests describe them: what is not said is of a check that passed.
import type { ChecksRules } from '../../../../machines/outside.ts';
import type { ChecksToJudge } from '../../../../services/reconciler/checks/check-view.ts';
import { digestOf, rerunDigest } from '../../../../services/reconciler/checks/digest.ts';
import {
  type CheckJudgement,
  judgeChecks,
} from '../../../../services/reconciler/checks/judgement.ts';
import type { Check } from '../../../../transport/forge/forge.ts';

export const SHA = '0123456789abcdef0123456789abcdef01234567';
export const PUSHED_AT_MS = 1_700_000_000_000;
export const RULES: ChecksRules = {
  ...{ required: [], ignore: [], dwellMs: 90_000, inactivityMs: 3_600_000, reruns: 2 },
};

export function check(name: string, fields: Partial<Check> = {}): Check {
  return {
    ...{ name, kind: 'check-run', id: `id-of-${name}`, conclusion: 'success', url: null },
    ...{ summary: '', startedAtMs: null, changedAtMs: PUSHED_AT_MS, stepsEnded: null },
    rerun: { kind: 'workflow-run', id: `run-of-${name}`, attempt: 1 },
    ...fields,
  };
}

/** Names from the words of a sentence: `lint ok, build failure, e2e pending`. */
export function checks(sentence: string): Check[] {
  const words = sentence === '' ? [] : sentence.split(', ');
  return words.map((word) => {
    const [name = '', said = ''] = word.split(' ');
    const conclusion = said === 'pending' ? null : said.replace('ok', 'success');
    return check(name, { conclusion: conclusion as Check['conclusion'] });
  });
}

export interface Situation {
  required?: string[];
  protection?: readonly string[] | null;
  ignore?: string[];
  reruns?: number;
  /** How long ago the push was; a day when nothing is said. */
  pushedMsAgo?: number;
  /** How long the checks have been seen as they are; null when they never were. An hour less a minute by default. */
  quietMs?: number | null;
  /** How often they were run again. */
  rerun?: number;
  /** A re-run was asked for while they were so. */
  isAsked?: boolean;
  /** Seen before as something else. */
  wasOtherwise?: boolean;
}

/** The facts in which these checks are looked at, a day after the push. */
export function facts(found: readonly Check[], situation: Situation = {}): ChecksToJudge {
  const { required = [], protection = null, ignore = [], reruns = RULES.reruns } = situation;
  const { pushedMsAgo = 86_400_000, quietMs = 3_540_000, rerun = 0 } = situation;
  const commit = { sha: SHA, checks: found };
  const nowMs = PUSHED_AT_MS + pushedMsAgo;
  const asFound = situation.isAsked ? rerunDigest(digestOf(commit), rerun) : digestOf(commit);
  const digest = situation.wasOtherwise ? 'otherwise' : asFound;
  return {
    ...{ commit, required: protection, pushedAtMs: PUSHED_AT_MS, nowMs },
    rules: { ...RULES, required, ignore, reruns },
    seen: quietMs === null ? null : { digest, changedAtMs: nowMs - quietMs, reruns: rerun },
  };
}

/** What is judged, in short: `wait`, `rerun`, or kind and cause of the verdict. */
export function judged(sentence: string, situation: Situation = {}): string {
  return inShort(judgeChecks(facts(checks(sentence), situation)));
}

export function inShort(judgement: CheckJudgement): string {
  if (judgement.kind !== 'verdict') return judgement.kind;
  return `${judgement.verdict.kind} ${judgement.verdict.cause}`;
}
