// Rules on what a merge queue decides of its items: what has landed is there and landed once, and nobody is sent
// back for what the base, another item or a single red test has done.
import type { Decided } from '../../machines/merge/context.ts';
import { mergeRulesOf } from '../../machines/merge/context.ts';
import type { Landing } from './landing.ts';
import { attemptOf, decidedBy, queueOf, redWith } from './merge-truth.ts';
import type { Rule } from './rule.ts';

export const BLAME_RULES: readonly Rule[] = [
  { invariant: 'nothing is decided twice', broken: decidedTwice, needsMemory: true },
  { invariant: 'what is said to have landed is on the base', broken: notLanded, needsMemory: true },
  {
    invariant: 'nobody is sent back on fewer red trials than it takes',
    broken: blamedEarly,
    needsMemory: true,
  },
  { invariant: 'a red base blames nobody', broken: blamedForBase, needsMemory: true },
  { invariant: 'nobody is blamed for another', broken: blamedForAnother, needsMemory: true },
];

function decidedTwice(landing: Landing): string | null {
  const { truth, next } = landing;
  const again = decidedBy(landing).find((one) => truth.merges.decided.has(attemptOf(one)));
  if (again === undefined) return null;
  const before = truth.merges.decided.get(attemptOf(again));
  return `${next.address} decided ${attemptOf(again)}: ${before?.outcome}, and now ${again.outcome}`;
}

function notLanded(landing: Landing): string | null {
  const { remote } = landing.truth.merges;
  const landed = decidedBy(landing).filter(({ outcome }) => outcome === 'landed');
  const missing = landed.find(({ headSha }) => !remote.isOnBase(headSha));
  return missing === undefined ? null : `${attemptOf(missing)} is said to have landed, and has not`;
}

function blamed(landing: Landing): Decided[] {
  return decidedBy(landing).filter(({ cause }) => cause === 'merge-red');
}

function blamedEarly(landing: Landing): string | null {
  const { truth, next } = landing;
  const { settings } = queueOf(next);
  const wanted = settings === null ? 2 : mergeRulesOf(settings.stage).redTrials;
  const now = redWith(landing);
  const redsOf = (attempt: string) =>
    (truth.merges.reds.get(attempt) ?? 0) + (now.includes(attempt) ? 1 : 0);
  const early = blamed(landing).find((one) => redsOf(attemptOf(one)) < wanted);
  if (early === undefined) return null;
  return `${attemptOf(early)} was sent back after ${redsOf(attemptOf(early))} red trials of ${wanted}`;
}

/** The base that it is said to be green without it must be so: no test ever calls a red tree green. */
function blamedForBase(landing: Landing): string | null {
  const { green } = queueOf(landing.next);
  const { remote } = landing.truth.merges;
  const [one] = blamed(landing);
  if (one === undefined || (green !== null && !remote.isRed(green.sha))) return null;
  return `${attemptOf(one)} was sent back, and the base is ${green === null ? 'unknown' : 'red'}`;
}

/** Where no test was ever red without a reason, it is red on that very base, alone. */
function blamedForAnother(landing: Landing): string | null {
  const { green } = queueOf(landing.next);
  const { remote } = landing.truth.merges;
  const innocent = blamed(landing).find(
    ({ headSha }) => !remote.hasFlaked(headSha) && !remote.isRedTogether(green?.sha ?? '', headSha),
  );
  if (innocent === undefined) return null;
  return `${attemptOf(innocent)} was sent back, and is green on ${green?.sha}`;
}
