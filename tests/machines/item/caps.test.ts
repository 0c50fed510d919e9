// The caps of an item, and the ends that are charged to nobody: what stops its next run, and who lets it go on.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { capsReachedBy, itemUsage } from '../../../machines/item/context.ts';
import { MAX_UNCHARGED_RUNS } from '../../../machines/item/next-step.ts';
import { encodeRecord, MAX_RECORD_BYTES } from '../../../machines/record.ts';
import { isPassing } from '../../../machines/verdict.ts';
import { itemSteps } from '../../support/event-sequences.ts';
import {
  advance,
  ask,
  deadline,
  openItem,
  type StageInput,
  type Step,
  type StepMaker,
  statesAfter,
  type TestActor,
  tell,
  usageOf,
  verdictOf,
} from '../../support/machine-steps.ts';

const used = (outputTokens: number) => ({ usage: usageOf({ outputTokens }) });
const stages = [{ name: 'build' }, { name: 'check', kind: 'command' }] as StageInput[];
const capped = () => openItem(stages, {}, { caps: { tokens: 10 } });
const failed = verdictOf('product_fail');
const refusal = verdictOf('infra_error', { cause: 'usage-limit' });
const refused = (attempt: number, more = {}) =>
  advance('build', attempt, refusal, { charge: null, ...more });
/** Comes due whatever it is. */
const retryDue: StepMaker = ({ record }) =>
  deadline('retry-due', record.context.deadlines['retry-due'] ?? 0);
const opensRun = (actor: TestActor) =>
  actor.effects().some((effect) => effect.type === 'tell' && effect.event === 'open');

test('a cap of the item stops its next run, whether the last one passed or failed', () => {
  for (const verdict of [verdictOf('pass'), failed]) {
    const item = capped();
    assert.equal(statesAfter(item, advance('build', 1, verdict, used(10))), ['parked']);
    assert.is(item.item().parking?.reason, 'item-cap-reached');
    assert.match(item.item().parking?.message ?? '', /tokens 10 of 10/);
  }
});

test('a cap never takes back what has ended well', () => {
  const states = statesAfter(
    capped(),
    advance('build', 1, verdictOf('pass'), used(9)),
    advance('check', 1, verdictOf('pass'), used(9)),
  );

  assert.equal(states, ['active.working', 'done']);
});

test('a person who retries allows as much again, and the item goes on where it stood', () => {
  const item = capped();

  const states = statesAfter(
    item,
    ...[advance('build', 1, verdictOf('pass'), used(10)), ask('retry')],
    advance('check', 1, failed, used(9)),
    advance('check', 2, failed, used(1)),
  );

  assert.equal(states, ['parked', 'active.working', 'active.working', 'parked']);
  assert.match(item.item().parking?.message ?? '', /tokens 20 of 20/);
});

test('whoever releases an item that is parked for something else is told of its cap, and allows both', () => {
  const item = openItem([{ name: 'build', budgets: { product: 1 } }], {}, { caps: { tokens: 10 } });
  item.send(advance('build', 1, failed, used(25)));

  assert.is(item.item().parking?.reason, 'budget-exhausted');
  assert.match(item.item().parking?.message ?? '', /has reached its cap: tokens 25 of 10/);
  item.send(ask('retry'));
  assert.equal([item.state(), capsReachedBy(item.item())], ['active.working', []]);
});

test('what a cancelled run has used counts towards the cap', () => {
  const item = capped();
  item.send(tell('run-cancelled', { stage: 'build', attempt: 1, ...used(10) }));

  assert.match(item.item().parking?.message ?? '', /cancelled; .*tokens 10 of 10/);
  assert.is(itemUsage(item.item()).outputTokens, 10);
});

/** Any life of an item whose runs use something. */
const spending = fc.tuple(itemSteps, fc.infiniteStream(fc.nat(6))).map(([steps, amounts]) =>
  steps.map((given): StepMaker => {
    const { value: outputTokens } = amounts.next();
    return (stored) => {
      const step = typeof given === 'function' ? given(stored) : given;
      const isReport = step.type === 'advance' || step.type === 'run-cancelled';
      return isReport ? { ...step, data: { ...step.data, ...used(outputTokens) } } : step;
    };
  }),
);

test('no run is opened beyond the caps of the item without a grant of a person', () => {
  fc.assert(
    fc.property(spending, (steps) => {
      const item = openItem(
        [
          { name: 'build', onFail: 'build' },
          { name: 'ok', kind: 'approval', onReject: 'build' },
        ],
        {},
        { caps: { tokens: 10 } },
      );
      for (const step of steps) {
        const { capGrants } = item.item();
        const decision = item.send(step);
        if (decision.outcome !== 'applied') continue;
        if (opensRun(item)) assert.equal(capsReachedBy(item.item()), []);
        const isGranted = item.item().capGrants > capGrants;
        assert.ok(!isGranted || decision.record.event.type === 'retry');
      }
    }),
    { numRuns: 400 },
  );
});

test('a limit or an outage of the provider raises no budget, ever', () => {
  const outcomes = fc.array(fc.boolean(), { maxLength: 30 });

  fc.assert(
    fc.property(outcomes, (refusals) => {
      const item = openItem([{ name: 'build', kind: 'command', budgets: { infra: 100 } }]);
      const infra = verdictOf('infra_error', { cause: 'disk-full' });
      refusals.forEach((isRefused, n) => {
        item.send(isRefused ? refused(n + 1) : advance('build', n + 1, infra));
        item.send(retryDue);
      });
      const spent = Object.values(item.item().spent).reduce((sum, count) => sum + count, 0);
      assert.is(spent, refusals.filter((isRefused) => !isRefused).length);
      assert.is(item.state(), 'active.working');
    }),
  );
});

test('an item that is refused by its provider waits, longer each time, and goes on', () => {
  const item = openItem([{ name: 'build' }]);

  const waitsMs = [1, 2, 3].map((attempt) => {
    item.send(refused(attempt));
    assert.is(item.state(), 'active.backingOff');
    const { backOffMs } = item.item();
    item.send(retryDue);
    return backOffMs;
  });

  assert.ok((waitsMs[2] ?? 0) > 2 * (waitsMs[0] ?? 0), waitsMs.join());
});

test('a provider that refuses for days parks the item at last, and its record still fits', () => {
  const item = openItem([{ name: 'build' }]);

  for (let attempt = 1; attempt < MAX_UNCHARGED_RUNS; attempt += 1) {
    statesAfter(item, refused(attempt, used(1)), retryDue);
  }

  assert.equal(statesAfter(item, refused(MAX_UNCHARGED_RUNS)), ['parked']);
  assert.is(item.item().parking?.reason, 'too-many-runs');
  assert.ok(encodeRecord(item.stored().record).length < MAX_RECORD_BYTES);
});

test('what its provider refused leaves no trace in what the next attempt is told', () => {
  const item = openItem([{ name: 'build' }]);

  statesAfter(item, advance('build', 1, verdictOf('product_fail', { summary: '3 of 90 fail' })));
  statesAfter(item, refused(2), retryDue);

  assert.is(item.item().feedback, 'exit-code: 3 of 90 fail');
});

test('a run that was stopped at a cap parks its item, is charged to nobody, and a person decides', () => {
  const item = openItem([{ name: 'build' }]);
  const stopped = verdictOf('inconclusive', { cause: 'cap-reached', summary: 'usd 5 of 5' });

  statesAfter(item, advance('build', 1, stopped, { charge: null }));

  const { parking, spent } = item.item();
  assert.equal([parking?.reason, spent], ['run-cap-reached', {}]);
  assert.match(parking?.message ?? '', /usd 5 of 5/);
});

test('a judge that speaks of a cap is charged as one that could not decide', () => {
  const item = openItem([{ name: 'build' }]);

  statesAfter(item, advance('build', 1, verdictOf('inconclusive', { cause: 'cap-reached' })));

  assert.is(item.item().parking?.reason, 'budget-exhausted');
});

test('everything its runs have used is in its list of runs', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }), (amounts) => {
      const item = openItem([{ name: 'build', kind: 'command', budgets: { product: 20 } }]);
      const steps: Step[] = amounts.map((amount, n) =>
        advance('build', n + 1, failed, used(amount)),
      );
      statesAfter(item, ...steps);
      const total = amounts.reduce((sum, amount) => sum + amount, 0);
      assert.is(itemUsage(item.item()).outputTokens, total);
      assert.ok(item.item().runs.every(({ verdict }) => !isPassing(verdict.kind)));
    }),
  );
});

test.run();
