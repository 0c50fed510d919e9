// Judges the checks of one commit: wait, run again, or a verdict. Pure.
// It must never let an item pass because its checks have not appeared yet.
import type { VerdictKind } from '../../../machines/verdict.ts';
import type { Check } from '../../../transport/forge/forge.ts';
import { namesTold } from '../steps/told-text.ts';
import { infrastructureReason } from './check-class.ts';
import { type ChecksToJudge, type CheckView, viewOf } from './check-view.ts';
import { failureSummary } from './failure-summary.ts';

export interface CheckVerdict {
  kind: VerdictKind;
  cause: string;
  /** For the next attempt, at most 4 000 characters. */
  summary: string;
}

export type RerunTarget = NonNullable<Check['rerun']>;

export type CheckJudgement =
  /** Without a change it will not be judged otherwise before `againAtMs`. */
  | { kind: 'wait'; reason: string; againAtMs: number }
  | { kind: 'rerun'; targets: readonly RerunTarget[]; reason: string }
  | { kind: 'verdict'; verdict: CheckVerdict };

/** Without a list, one more check may register as long as others have only just changed. */
const QUIET_MS = 30_000;
/** How long a re-run may take to show before it counts as not heard. */
const RERUN_PATIENCE_MS = 120_000;
/** Most targets of one re-run; the next takes the rest. */
const MAX_TARGETS = 20;

/** The same for every order of the checks. What it rests on is the table in docs/checks.md. */
export function judgeChecks(facts: ChecksToJudge): CheckJudgement {
  const view = viewOf(facts);
  if (view.decidingCount === 0 && view.missing.length === 0) return judgeNothing(facts, view);
  if (view.of.product.length > 0) return judgeProduct(facts, view);
  if (view.of['action-required'].length > 0) return judgeHeld(facts, view);
  if (view.of.pending.length > 0) return judgePending(facts, view);
  if (view.of.infrastructure.length + view.of.cancelled.length > 0) return judgeAgain(facts, view);
  if (view.missing.length > 0) return judgeMissing(facts, view);
  return judgePassed(facts, view);
}

/** None yet is not none configured: only after a while, and a second look, is there nothing to wait for. */
function judgeNothing(facts: ChecksToJudge, view: CheckView): CheckJudgement {
  const { rules, pushedAtMs, nowMs } = facts;
  const atMs = Math.max(pushedAtMs, view.changedAtMs) + rules.dwellMs;
  if (nowMs < atMs) return wait('no check has appeared yet', atMs);
  const ignored = view.ignoredCount > 0 ? ` (${view.ignoredCount} are ignored)` : '';
  const seconds = Math.round((nowMs - pushedAtMs) / 1_000);
  return verdict('not_applicable', 'no-checks', [
    `no check is declared or required, and none has appeared within ${seconds} s of the push${ignored};`,
    'name what must pass under `checks.required` if there should have been one',
  ]);
}

function judgeProduct(facts: ChecksToJudge, view: CheckView): CheckJudgement {
  const { product, infrastructure, cancelled } = view.of;
  const settledMs = settledAtMs(facts, view);
  if (facts.nowMs < settledMs) return waitForOthers(`failed: ${namesOf(product)}`, view, settledMs);
  const opening = `${counted(product.length, 'check')} failed: ${namesOf(product)}`;
  const failed = [...product, ...infrastructure, ...cancelled];
  const summary = failureSummary(withOthers(opening, view), failed);
  return { kind: 'verdict', verdict: { kind: 'product_fail', cause: 'checks-failed', summary } };
}

function judgeHeld(facts: ChecksToJudge, view: CheckView): CheckJudgement {
  const held = view.of['action-required'];
  const settledMs = settledAtMs(facts, view);
  if (facts.nowMs < settledMs) return waitForOthers('one waits for a person', view, settledMs);
  const summary = failureSummary(`a person has to act on ${namesOf(held)}`, held);
  return { kind: 'verdict', verdict: { kind: 'inconclusive', cause: 'action-required', summary } };
}

function judgePending(facts: ChecksToJudge, view: CheckView): CheckJudgement {
  const { pending, infrastructure, cancelled } = view.of;
  const quiet = inactivity(facts, view);
  if (quiet === null) return waitForOthers('nothing has failed', view, inactiveAtMs(facts, view));
  const opening = `nothing has changed for ${quiet}, and ${namesOf(pending)} has not ended`;
  const summary = failureSummary(opening, [...pending, ...infrastructure, ...cancelled]);
  return { kind: 'verdict', verdict: { kind: 'infra_error', cause: 'ci-inactive', summary } };
}

function judgeMissing(facts: ChecksToJudge, view: CheckView): CheckJudgement {
  const quiet = inactivity(facts, view);
  if (quiet === null) return waitForOthers('nothing has failed', view, inactiveAtMs(facts, view));
  return verdict('unobserved', 'checks-missing', [
    `${namesTold(view.missing)} must pass, and has not appeared; nothing has changed for ${quiet}.`,
    'Does its workflow run for this branch, and is the name the one that the forge shows?',
  ]);
}

/** Whatever ended for a reason that is not the work's: run it again, as often as may be. */
function judgeAgain(facts: ChecksToJudge, view: CheckView): CheckJudgement {
  const { rules, seen, nowMs } = facts;
  const { infrastructure, cancelled } = view.of;
  const failed = [...infrastructure, ...cancelled];
  const reasons = [...new Set(infrastructure.map(infrastructureReason))].join(', ') || 'cancelled';
  const settledMs = settledAtMs(facts, view);
  if (view.missing.length > 0 && nowMs < settledMs) return waitForOthers(reasons, view, settledMs);
  const reruns = seen?.reruns ?? 0;
  const heardByMs = view.changedAtMs + RERUN_PATIENCE_MS;
  if (view.isAsked && nowMs < heardByMs) {
    return wait(`${namesOf(failed)} was asked to run again, and has not begun`, heardByMs);
  }
  const targets = targetsOf(failed);
  if (reruns < rules.reruns && targets.length > 0) {
    const which = `re-run ${reruns + 1} of ${rules.reruns}`;
    return { kind: 'rerun', targets, reason: `${which} of ${namesOf(failed)}: ${reasons}` };
  }
  const opening = `${namesOf(failed)}: ${reasons}, after ${counted(reruns, 're-run')}`;
  const summary = failureSummary(withOthers(opening, view), failed);
  if (infrastructure.length === 0) {
    return { kind: 'verdict', verdict: { kind: 'inconclusive', cause: 'ci-cancelled', summary } };
  }
  return { kind: 'verdict', verdict: { kind: 'infra_error', cause: 'ci-infrastructure', summary } };
}

function judgePassed(facts: ChecksToJudge, view: CheckView): CheckJudgement {
  const { passed } = view.of;
  const settledMs = settledAtMs(facts, view);
  if (facts.nowMs < settledMs) {
    return wait(`all ${passed.length} have passed; others may yet register`, settledMs);
  }
  const isUnproven = !view.isDeclared && passed.every(({ conclusion }) => conclusion === 'skipped');
  if (isUnproven) {
    return verdict('not_applicable', 'all-skipped', [
      `every check was skipped (${namesOf(passed)}), and none is declared or required`,
    ]);
  }
  const skipped = passed.filter(({ conclusion }) => conclusion === 'skipped');
  const note = skipped.length > 0 ? ` (skipped: ${namesOf(skipped)})` : '';
  const opening = `${counted(passed.length, 'check')} passed: ${namesOf(passed)}${note}`;
  return verdict('pass', 'checks-passed', [withOthers(opening, view)]);
}

/** From when on nothing more is waited for, though something may be open: it all ended, or stands still. */
function settledAtMs({ rules, pushedAtMs, nowMs }: ChecksToJudge, view: CheckView): number {
  const isOpen = view.of.pending.length + view.missing.length > 0;
  if (isOpen) return view.changedAtMs + rules.dwellMs;
  if (view.isDeclared) return nowMs;
  return Math.max(pushedAtMs + rules.dwellMs, view.changedAtMs + QUIET_MS);
}

function waitForOthers(what: string, view: CheckView, againAtMs: number): CheckJudgement {
  const { pending } = view.of;
  const parts = [
    what,
    pending.length > 0 ? `pending: ${namesOf(pending)}` : '',
    view.missing.length > 0 ? `not there yet: ${namesTold(view.missing)}` : '',
  ];
  return wait(parts.filter(Boolean).join('; '), againAtMs);
}

function inactiveAtMs({ rules }: ChecksToJudge, view: CheckView): number {
  return view.changedAtMs + rules.inactivityMs;
}

/** How long nothing has changed, in words, once that is too long; since the last change, never since the start. */
function inactivity(facts: ChecksToJudge, view: CheckView): string | null {
  if (facts.nowMs < inactiveAtMs(facts, view)) return null;
  return `${Math.round((facts.nowMs - view.changedAtMs) / 60_000)} min`;
}

function targetsOf(checks: readonly Check[]): RerunTarget[] {
  const targets = checks.flatMap(({ rerun }) => rerun ?? []);
  const distinct = new Map(targets.map((target) => [`${target.kind}:${target.id}`, target]));
  return [...distinct.values()].slice(0, MAX_TARGETS);
}

function withOthers(text: string, { othersFailed }: CheckView): string {
  return othersFailed.length === 0
    ? text
    : `${text}; failed and not required: ${namesTold(othersFailed)}`;
}

function wait(reason: string, againAtMs: number): CheckJudgement {
  return { kind: 'wait', reason, againAtMs };
}

function verdict(kind: VerdictKind, cause: string, sentences: readonly string[]): CheckJudgement {
  return {
    kind: 'verdict',
    verdict: { kind, cause, summary: failureSummary(sentences.join(' '), []) },
  };
}

function namesOf(checks: readonly Check[]): string {
  return namesTold([...new Set(checks.map(({ name }) => name))]);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
