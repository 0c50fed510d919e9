// What holds for all checks, whatever they say, in whatever order.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isPassing } from '../../../../machines/verdict.ts';
import type { ChecksToJudge } from '../../../../services/reconciler/checks/check-view.ts';
import { digestOf, knownAs, rerunDigest } from '../../../../services/reconciler/checks/digest.ts';
import {
  type CheckJudgement,
  judgeChecks,
} from '../../../../services/reconciler/checks/judgement.ts';
import type { Check, Conclusion } from '../../../../transport/forge/forge.ts';
import { check, facts, type Situation } from './check-facts.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_130);
const RUNS = { seed: SEED, numRuns: 1_000 };
const PASSED: Conclusion[] = ['success', 'neutral', 'skipped'];
const FAILED: Conclusion[] = ['failure', 'error', 'timed_out', 'cancelled', 'stale'];
const OTHERS: Conclusion[] = ['action_required', 'startup_failure'];
const NAMES = ['build', 'lint', 'unit', 'e2e', 'bot/a'];

const conclusion = fc.constantFrom<Check['conclusion']>(...PASSED, ...FAILED, ...OTHERS, null);
const summary = fc.constantFrom(
  '',
  'x'.repeat(2_000),
  'The runner has received a shutdown signal.',
);
const fields = fc.record({
  conclusion,
  summary,
  stepsEnded: fc.constantFrom(null, 0, 3),
  changedAtMs: fc.integer({ min: 1_699_999_000_000, max: 1_700_200_000_000 }),
});

function found(names: readonly string[]): fc.Arbitrary<Check[]> {
  const one = fc.tuple(fc.constantFrom(...names), fields, fc.integer({ min: 1, max: 99 }));
  const made = one.map(([name, said, id]) => check(name, { ...said, id: `${id}` }));
  return fc.uniqueArray(made, { maxLength: 8, selector: ({ name, id }) => `${name} ${id}` });
}

const situation: fc.Arbitrary<Situation> = fc.record({
  protection: fc.option(fc.subarray(NAMES), { nil: null }),
  ignore: fc.subarray(['bot/*', '*t', 'lint']),
  reruns: fc.integer({ min: 0, max: 3 }),
  rerun: fc.integer({ min: 0, max: 3 }),
  pushedMsAgo: fc.constantFrom(0, 89_999, 90_000, 4_000_000, 86_400_000),
  quietMs: fc.constantFrom(null, 0, 29_999, 30_000, 90_000, 120_000, 3_600_000),
  wasOtherwise: fc.boolean(),
  isAsked: fc.boolean(),
});
const declared = fc.subarray(NAMES, { minLength: 1 });

function passes(judgement: CheckJudgement): boolean {
  return judgement.kind === 'verdict' && isPassing(judgement.verdict.kind);
}

/** Looks again whenever it is told to, and keeps what a record would keep. */
function comesToVerdict(given: ChecksToJudge, looks: number): boolean {
  const judgement = judgeChecks(given);
  if (judgement.kind === 'verdict') return true;
  if (looks === 0) return false;
  const { nowMs, seen } = given;
  const found = digestOf(given.commit);
  if (judgement.kind === 'wait') {
    const isNew = seen === null || knownAs(seen, found) === 'new';
    const kept = isNew ? { digest: found, changedAtMs: nowMs, reruns: seen?.reruns ?? 0 } : seen;
    return comesToVerdict({ ...given, nowMs: judgement.againAtMs, seen: kept }, looks - 1);
  }
  const reruns = (seen?.reruns ?? 0) + 1;
  const claimed = { digest: rerunDigest(found, reruns), changedAtMs: nowMs, reruns };
  return comesToVerdict({ ...given, seen: claimed }, looks - 1);
}

function holds(
  arbitrary: fc.Arbitrary<unknown[]>,
  predicate: (...given: never[]) => boolean,
): void {
  fc.assert(
    fc.property(arbitrary, (given) => predicate(...(given as never[]))),
    RUNS,
  );
}

test('nothing passes while a declared check is missing, under way or failed', () => {
  const given = fc.tuple(found(NAMES), declared, situation);

  holds(given, (all: Check[], required: string[], other: Situation) => {
    const isGood = (name: string) => {
      const own = all.filter((one) => one.name === name);
      return own.length > 0 && own.every((one) => PASSED.includes(one.conclusion as Conclusion));
    };
    const judgement = judgeChecks(facts(all, { ...other, required }));
    return !passes(judgement) || required.every(isGood);
  });
});

test('without a list nothing passes while a check that is not ignored is under way or failed', () => {
  holds(fc.tuple(found(NAMES), situation), (all: Check[], other: Situation) => {
    const judgement = judgeChecks(facts(all, { ...other, ignore: [], protection: null }));
    const isGood = all.every((one) => PASSED.includes(one.conclusion as Conclusion));
    return !passes(judgement) || isGood;
  });
});

test('one declared check that fails is never outvoted', () => {
  const failed = fields.filter((said) => !PASSED.includes(said.conclusion as Conclusion));
  const given = fc.tuple(found(NAMES.slice(1)), failed, declared, situation);

  holds(given, (all: Check[], said: Partial<Check>, names: string[], other: Situation) => {
    const required = [...new Set(['build', ...names])];
    return !passes(judgeChecks(facts([...all, check('build', said)], { ...other, required })));
  });
});

test('no check passes before the dwell time after the push is over', () => {
  const early = fc.integer({ min: 0, max: 89_999 });

  holds(fc.tuple(early, situation), (pushedMsAgo: number, other: Situation) => {
    return !passes(judgeChecks(facts([], { ...other, pushedMsAgo })));
  });
});

test('the order of the checks changes nothing', () => {
  const given = fc.tuple(found(NAMES), fc.option(declared), situation, fc.infiniteStream(fc.nat()));

  holds(
    given,
    (all: Check[], required: string[] | null, other: Situation, keys: Iterator<number>) => {
      const ranked = all.map((one) => ({ one, rank: keys.next().value as number }));
      const shuffled = ranked.sort((a, b) => a.rank - b.rank).map(({ one }) => one);
      const judge = (given: Check[]) =>
        JSON.stringify(judgeChecks(facts(given, { ...other, required: required ?? [] })));
      return judge(all) === judge(shuffled);
    },
  );
});

test('as many re-runs are asked for as may be, and no more', () => {
  holds(fc.tuple(found(NAMES), situation), (all: Check[], other: Situation) => {
    const given = facts(all, other);
    return judgeChecks(given).kind !== 'rerun' || (given.seen?.reruns ?? 0) < given.rules.reruns;
  });
});

test('checks that never change come to a verdict within twenty looks', () => {
  const given = fc.tuple(found(NAMES), fc.option(declared), situation);

  holds(given, (all: Check[], required: string[] | null, other: Situation) => {
    return comesToVerdict(facts(all, { ...other, required: required ?? [] }), 20);
  });
});

test('whoever waits is told a time that is yet to come', () => {
  const given = fc.tuple(found(NAMES), fc.option(declared), situation);

  holds(given, (all: Check[], required: string[] | null, other: Situation) => {
    const start = facts(all, { ...other, required: required ?? [] });
    const judgement = judgeChecks(start);
    return judgement.kind !== 'wait' || judgement.againAtMs > start.nowMs;
  });
});

test('what is told never exceeds what a verdict may hold', () => {
  const many = fc.integer({ min: 1, max: 120 });

  holds(fc.tuple(many, summary), (count: number, said: string) => {
    const all = Array.from({ length: count }, (_, index) =>
      check(`check ${index} ${'n'.repeat(200)}`, {
        conclusion: 'failure',
        summary: said,
        url: `https://forge.example/${'u'.repeat(300)}`,
      }),
    );
    const judgement = judgeChecks(facts(all));
    assert.is(judgement.kind, 'verdict');
    return judgement.kind !== 'verdict' || judgement.verdict.summary.length <= 4_000;
  });
});

test.run();
