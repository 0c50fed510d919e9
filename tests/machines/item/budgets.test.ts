// Budgets: what a verdict is charged to, when it is spent, and that nothing gives it back unasked.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MAX_RUNS_PER_ITEM } from '../../../machines/item/next-step.ts';
import { budgetOf, VERDICT_KINDS } from '../../../machines/verdict.ts';
import {
  advance,
  ask,
  deadline,
  itemOpening,
  OPENED_AT_MS,
  openActor,
  openItem,
  type Step,
  statesAfter,
  verdictOf,
} from '../../support/machine-steps.ts';

const SHAS = ['a', 'b', 'c'].map((digit) => digit.repeat(40));
const budgets = {
  product: 3,
  infra: 3,
  inconclusive: 1,
  unobserved: 2,
  continuations: 3,
  resumes: 2,
};
const build = { name: 'build', budgets };
const shaOf = (attempt: number) => String(attempt).repeat(40);
/** A verdict on a commit of its own, unless the commit matters: the same one twice is no progress. */
const fails = (attempt: number, headSha: string | null = shaOf(attempt)) =>
  advance('build', attempt, verdictOf('product_fail', { headSha }));
const faults = (attempt: number) =>
  advance('build', attempt, verdictOf('infra_error', { cause: 'worker-lost' }));
/** Far enough for any back-off. */
const retryDue = (n: number): Step => deadline('retry-due', OPENED_AT_MS + n * 3_600_000);

test('each verdict has its own budget', () => {
  const charged = VERDICT_KINDS.filter((kind) => kind !== 'pass' && kind !== 'not_applicable');

  assert.equal(
    charged.map((kind) => budgetOf(kind)),
    ['product', 'infra', 'inconclusive', 'unobserved'],
  );
});

test('an item parks with the verdict that spends its budget', () => {
  const item = openItem([build]);

  assert.equal(statesAfter(item, fails(1), fails(2), fails(3)), [
    'active.working',
    'active.working',
    'parked',
  ]);
  assert.is(item.item().parking?.reason, 'budget-exhausted');
  assert.match(item.item().parking?.message ?? '', /3 of 3 product/);
});

test('moving between commits does not reset a budget', () => {
  const states = statesAfter(
    openItem([build]),
    fails(1, SHAS[0]),
    fails(2, SHAS[1]),
    fails(3, SHAS[0]),
  );

  assert.is(states.at(-1), 'parked');
});

test('verdicts are counted by stage, class and commit', () => {
  const item = openItem([build]);

  statesAfter(item, fails(1, SHAS[0]), fails(2, SHAS[1]));

  assert.equal(item.item().spent, {
    [`build/product/${SHAS[0]}`]: 1,
    [`build/product/${SHAS[1]}`]: 1,
  });
});

test('an infrastructure fault is not charged to the product', () => {
  const item = openItem([build]);

  const states = statesAfter(
    item,
    ...[fails(1), fails(2), faults(3), retryDue(1), faults(4), retryDue(2)],
    fails(5),
  );

  assert.is(states.at(-2), 'active.working');
  assert.is(states.at(-1), 'parked');
  assert.match(item.item().parking?.message ?? '', /3 of 3 product/);
});

test('going back to an earlier stage does not reset the budget of a later one', () => {
  const test = { name: 'test', budgets: { ...budgets, product: 2 }, onFail: 'build' };
  const item = openItem([build, test]);
  const failedTest = (attempt: number) => advance('test', attempt, verdictOf('product_fail'));

  const states = statesAfter(
    item,
    ...[advance('build', 1), failedTest(1)],
    ...[advance('build', 2), failedTest(2)],
  );

  assert.equal(states, ['active.working', 'active.working', 'active.working', 'parked']);
});

test('onFail goes back to the stage it names, with what was found', () => {
  const item = openItem([build, { name: 'test', onFail: 'build' }]);
  const verdict = verdictOf('product_fail', { summary: '3 of 90 fail' });

  statesAfter(item, advance('build', 1), advance('test', 1, verdict));

  assert.equal(item.item().current, { stage: 'build', attempt: 2 });
  assert.is(item.item().feedback, 'exit-code: 3 of 90 fail');
});

test('onExhausted fail ends the item instead of parking it', () => {
  const item = openItem([{ name: 'build', onExhausted: 'fail' }]);

  const states = statesAfter(item, advance('build', 1, verdictOf('inconclusive')));

  assert.equal(states, ['failed']);
  assert.match(item.item().ending ?? '', /1 of 1 inconclusive/);
});

test('a silent gate is tried again, then parks: it is never a success', () => {
  const unobserved = (attempt: number) => advance('build', attempt, verdictOf('unobserved'));

  const states = statesAfter(openItem([build]), unobserved(1), retryDue(1), unobserved(2));

  assert.equal(states, ['active.backingOff', 'active.working', 'parked']);
});

test('a retry grants one more verdict of each class, and takes nothing back', () => {
  const item = openItem([build]);
  statesAfter(item, fails(1), fails(2), fails(3));
  const { spent } = item.item();

  const states = statesAfter(item, ask('retry'), fails(4));

  assert.equal(states, ['active.working', 'parked']);
  assert.equal(item.item().spent, { ...spent, [`build/product/${shaOf(4)}`]: 1 });
});

/** The first waits of an item whose first wait is a second, and whose longest are three. */
function waitsMs(address: string): number[] {
  const stage = { name: 'build', budgets: { ...budgets, infra: 9 } };
  const limits = { retryBackoffMs: 1_000, retryBackoffCapMs: 3_000 };
  const item = openActor(address, itemOpening([stage], limits));
  return [1, 2, 3, 4].map((attempt) => {
    item.send(faults(attempt));
    const waitMs = item.item().backOffMs;
    item.send(retryDue(attempt));
    return waitMs;
  });
}

test('the wait after an infrastructure fault doubles, up to its cap, but for a quarter at most', () => {
  const shares = waitsMs('item.shop.7').map(
    (waitMs, n) => waitMs / Math.min(3_000, 1_000 * 2 ** n),
  );

  assert.equal(
    shares.filter((share) => share < 0.75 || share > 1),
    [],
  );
});

test('items that failed together do not return together, and each as it would every time', () => {
  assert.equal(waitsMs('item.shop.7'), waitsMs('item.shop.7'));
  assert.is(new Set([1, 2, 3, 4, 5].map((n) => waitsMs(`item.shop.${n}`)[0])).size, 5);
});

test('a back-off ends when its time has come, not before', () => {
  const item = openItem([build], { retryBackoffMs: 1_000 });

  item.send(faults(1));
  const dueMs = OPENED_AT_MS + item.item().backOffMs;

  const states = statesAfter(item, deadline('retry-due', dueMs - 1), deadline('retry-due', dueMs));

  assert.equal(states, ['active.backingOff (not-now)', 'active.working']);
});

test('an item that backs off can be cancelled at once', () => {
  assert.is(statesAfter(openItem([build]), faults(1), ask('cancel')).at(-1), 'cancelled');
});

test('an item that goes in circles is parked', () => {
  const item = openItem([{ name: 'ok', kind: 'approval', onReject: 'ok' }]);
  const rejected = verdictOf('product_fail', { cause: 'rejected' });
  const rejections = Array.from({ length: MAX_RUNS_PER_ITEM - 1 }, (_, n) =>
    advance('ok', n + 1, rejected),
  );

  assert.is(statesAfter(item, ...rejections).at(-1), 'awaitingApproval');
  assert.equal(statesAfter(item, advance('ok', MAX_RUNS_PER_ITEM, rejected)), ['parked']);
  assert.is(item.item().parking?.reason, 'too-many-runs');
});

const commits = fc.array(fc.constantFrom(null, ...SHAS), { minLength: 3, maxLength: 12 });

test('no order of commits gives a stage more product failures than its budget', () => {
  fc.assert(
    fc.property(commits, (shas) => {
      const item = openItem([{ ...build, kind: 'command' }]);
      statesAfter(item, ...shas.map((sha, n) => fails(n + 1, sha)));
      assert.is(item.state(), 'parked');
      assert.is(item.item().runs.length, budgets.product);
    }),
  );
});

test('an agent whose commits repeat is stopped before its budget is spent, never after', () => {
  fc.assert(
    fc.property(commits, (shas) => {
      const item = openItem([build]);
      statesAfter(item, ...shas.map((sha, n) => fails(n + 1, sha)));
      const isRepeated = shas[1] === (shas[0] ?? null) || shas[1] === null;
      assert.is(item.state(), 'parked');
      assert.is(item.item().runs.length, isRepeated ? 2 : budgets.product);
    }),
  );
});

test.run();
