// Which checks of a commit decide, what each of them says, and since when nothing has changed.
// It must never take a check that is missing for one that was never asked for.
import type { ChecksRules, SeenChecks } from '../../../machines/outside.ts';
import type { Check, CommitChecks } from '../../../transport/forge/forge.ts';
import { globMatcher } from '../../workers/gates/glob.ts';
import { type CheckClass, classOf } from './check-class.ts';
import { digestOf, knownAs } from './digest.ts';

/** What the record knows of the checks of one commit. */
export interface KnownChecks extends Pick<SeenChecks, 'digest' | 'reruns'> {
  /** When something new was recorded, or a re-run; epoch milliseconds. */
  changedAtMs: number;
}

export interface ChecksToJudge {
  commit: CommitChecks;
  rules: ChecksRules;
  /** What branch protection requires; null where nothing is, or it may not be read. */
  required: readonly string[] | null;
  pushedAtMs: number;
  /** Of exactly this commit; null before the first look. */
  seen: KnownChecks | null;
  nowMs: number;
}

export interface CheckView {
  /** A re-run was asked for while the checks were as they still are. */
  isAsked: boolean;
  /** Names decide; otherwise every check does that is not ignored. */
  isDeclared: boolean;
  missing: readonly string[];
  /** Those that decide, by what they say; each sorted by name. */
  of: Readonly<Record<CheckClass, readonly Check[]>>;
  decidingCount: number;
  /** Failed, and not asked: for people. */
  othersFailed: readonly string[];
  ignoredCount: number;
  /** When anything changed last, as far as was seen. */
  changedAtMs: number;
}

export function viewOf(facts: ChecksToJudge): CheckView {
  const declared = declaredNames(facts);
  const isIgnored = anyOf(facts.rules.ignore);
  const checks = [...facts.commit.checks].sort(byName);
  const decides = ({ name }: Check) => (declared ? declared.has(name) : !isIgnored(name));
  const deciding = checks.filter(decides);
  const names = new Set(deciding.map(({ name }) => name));
  const digest = digestOf(facts.commit);
  return {
    isAsked: knownAs(facts.seen, digest) === 'asked',
    isDeclared: declared !== null,
    missing: [...(declared ?? [])].filter((name) => !names.has(name)).sort(),
    of: byClass(deciding),
    decidingCount: deciding.length,
    othersFailed: checks
      .filter((check) => !decides(check) && !isIgnored(check.name) && hasFailed(check))
      .map(({ name }) => name),
    ignoredCount: checks.filter((check) => !decides(check) && isIgnored(check.name)).length,
    changedAtMs: changedAtMs(facts, digest),
  };
}

/** What someone declared replaces what branch protection says. */
function declaredNames({ rules, required }: ChecksToJudge): ReadonlySet<string> | null {
  if (rules.required.length > 0) return new Set(rules.required);
  const isIgnored = anyOf(rules.ignore);
  const names = (required ?? []).filter((name) => !isIgnored(name));
  return names.length > 0 ? new Set(names) : null;
}

// A star of a check's name knows no folders: `ci/*` and `*` alike stand for `ci/build / unit`.
function anyOf(globs: readonly string[]): (name: string) => boolean {
  const matchers = globs.map((glob) => globMatcher(glob.replaceAll('/', NO_FOLDER)));
  return (name) => matchers.some((matches) => matches(name.replaceAll('/', NO_FOLDER)));
}

const NO_FOLDER = '\u2044';

function byClass(checks: readonly Check[]): CheckView['of'] {
  const of = (wanted: CheckClass) => checks.filter((check) => classOf(check) === wanted);
  return {
    pending: of('pending'),
    passed: of('passed'),
    product: of('product'),
    infrastructure: of('infrastructure'),
    cancelled: of('cancelled'),
    'action-required': of('action-required'),
  };
}

/**
 * When we saw something change. The forge's own times can only make us wait longer, and not where they are yet
 * to come: its clock is not ours.
 */
function changedAtMs({ commit, seen, pushedAtMs, nowMs }: ChecksToJudge, digest: string): number {
  const isKnown = knownAs(seen, digest) !== 'new';
  const sawMs = isKnown ? (seen?.changedAtMs ?? nowMs) : nowMs;
  const saidMs = [pushedAtMs, ...commit.checks.map((check) => check.changedAtMs)];
  return Math.max(sawMs, ...saidMs.filter((atMs) => atMs <= nowMs));
}

function hasFailed(check: Check): boolean {
  return !['pending', 'passed'].includes(classOf(check));
}

function byName(one: Check, other: Check): number {
  const [a, b] = [one, other].map(({ name, kind, id }) => JSON.stringify([name, kind, id]));
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
