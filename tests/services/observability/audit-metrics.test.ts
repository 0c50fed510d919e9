// What is counted of the events a host decides, from the journal and the two records of each step.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { METRICS } from '../../../services/observability/metric-definitions.ts';
import {
  advance,
  ask,
  claim,
  deadline,
  OPENED_AT_MS,
  RUN,
  type StepMaker,
  tell,
  verdictOf,
} from '../../support/machine-steps.ts';
import { within } from '../../support/within.ts';
import { setup } from './metrics-fixture.ts';
import { journalWith } from './observed-actor.ts';

const AT = OPENED_AT_MS;
const started = ask('started', { epoch: 1, worker: 'worker-1', machine: 'm' }, AT + 2_000);
const progress = ask('progress', { epoch: 1 }, AT + 3_000);
const exited = ask('exited', { epoch: 1, code: 0 }, AT + 10_000);
const claimedAt =
  (claimant: string, atMs: number): StepMaker =>
  (stored) => ({ ...(claim(claimant) as StepMaker)(stored), atMs });
const confirmed = (atMs: number) => tell('advance-confirmed', {}, atMs);

test(
  'every applied event is counted with the state it led to',
  within(5_000, async () => {
    const { run, valuesOf } = setup();
    run().take(started, progress, progress, exited);

    assert.equal(await valuesOf(METRICS.transitions), {
      '{machine="run",event="open",to="running.queued"}': 1,
      '{machine="run",event="started",to="running.starting"}': 1,
      '{machine="run",event="progress",to="running.working"}': 2,
      '{machine="run",event="exited",to="finalizing"}': 1,
    });
  }),
);

test(
  'a refusal is counted with its reason, and a repeat as one',
  within(5_000, async () => {
    const { run, valuesOf } = setup();
    const again = { ...started, id: 'started-1' };
    run().take(again, again, ask('exited', { epoch: 2 }), ask('nonsense'));

    assert.equal(await valuesOf(METRICS.refusals), {
      '{machine="run",reason="stale-epoch"}': 1,
      '{machine="run",reason="unknown-type"}': 1,
    });
    assert.equal(await valuesOf(METRICS.repeats), { '': 1 });
  }),
);

test(
  'the monitor wins the claim, the evaluator that comes second loses',
  within(5_000, async () => {
    const { run, valuesOf } = setup();
    const first = claimedAt('worker-1', AT + 11_000);
    run().take(started, progress, exited, first, claimedAt('worker-2', AT + 11_001));

    assert.equal(await valuesOf(METRICS.claims), {
      '{outcome="won",tier="monitor"}': 1,
      '{outcome="lost",tier="evaluator"}': 1,
    });
    assert.equal(await valuesOf(METRICS.takeovers), {});
  }),
);

test(
  'a claim that came too early has lost no race: nobody has won',
  within(5_000, async () => {
    const { run, valuesOf } = setup();
    run().take(started, progress, claimedAt('worker-1', AT + 4_000));

    assert.equal(await valuesOf(METRICS.refusals), { '{machine="run",reason="not-now"}': 1 });
    assert.equal(await valuesOf(METRICS.claims), {});
  }),
);

test(
  'a claim after the grace is a take-over, unless the late monitor makes it',
  within(5_000, async () => {
    const [taken, late] = [setup(), setup()];
    const expired = deadline('grace-elapsed', AT + 400_000);
    taken.run().take(started, progress, exited, expired, claimedAt('worker-2', AT + 400_001));
    late.run().take(started, progress, exited, expired, claimedAt('worker-1', AT + 400_001));

    assert.equal(await taken.valuesOf(METRICS.takeovers), { '{tier="evaluator"}': 1 });
    assert.equal(await late.valuesOf(METRICS.takeovers), {});
    assert.equal(await late.valuesOf(METRICS.claims), { '{outcome="won",tier="monitor"}': 1 });
  }),
);

test(
  'a lost worker is a take-over, and its late claim one that its monitor lost',
  within(5_000, async () => {
    const { run, valuesOf } = setup();
    const lost = tell('worker-lost', { epoch: 1, worker: 'worker-1' });
    run().take(started, progress, lost, claimedAt('worker-1', AT + 9_000));

    assert.equal(await valuesOf(METRICS.takeovers), { '{tier="epoch"}': 1 });
    assert.equal(await valuesOf(METRICS.claims), { '{outcome="lost",tier="monitor"}': 1 });
  }),
);

test(
  'claims of publishers, of the reaper, of people and of policies are told apart',
  within(5_000, async () => {
    const { run, valuesOf } = setup();
    const decided = (claimant: string) => tell('claim', { claimant, verdict: verdictOf('pass') });
    const done = ask('exited', { code: 0 });
    run({ kind: 'external' }).take(done, ask('claim', decided('ci').data));
    run({ kind: 'external' }).take(
      ...[done, deadline('grace-elapsed', AT + 400_000)],
      ({ revision }) =>
        tell('claim', { ...decided('reaper').data, epoch: 1, evaluatedRevision: revision }),
    );
    run({ kind: 'approval' }).take(decided('operator:kim'));
    run({ kind: 'approval' }).take(decided('policy:auto'));

    assert.equal(await valuesOf(METRICS.claims), {
      '{outcome="won",tier="publisher"}': 1,
      '{outcome="won",tier="person"}': 1,
      '{outcome="won",tier="policy"}': 1,
      '{outcome="won",tier="reaper"}': 1,
    });
  }),
);

test(
  'how long a run was in each state, waited for its claim and its advance is taken from the records',
  within(5_000, async () => {
    const { run, valuesOf } = setup();
    run().take(
      ...[started, progress, exited],
      ...[claimedAt('worker-1', AT + 14_000), confirmed(AT + 14_250)],
    );

    const named = (name: string) => ({ name: `${name}_sum` });
    assert.equal(await valuesOf(named(METRICS.runStates.name)), {
      '{state="queued",stage_kind="agent"}': 2,
      '{state="starting",stage_kind="agent"}': 1,
      '{state="working",stage_kind="agent"}': 7,
      '{state="finalizing",stage_kind="agent"}': 4,
      '{state="claimed",stage_kind="agent"}': 0.25,
    });
    assert.equal(await valuesOf(named(METRICS.exitToClaim.name)), { '': 4 });
    assert.equal(await valuesOf(named(METRICS.handOver.name)), { '': 0.25 });
  }),
);

test(
  'a verdict that does not pass is charged to one budget, once',
  within(5_000, async () => {
    const { item, valuesOf } = setup();
    const failed = advance('build', 1, verdictOf('product_fail'));
    const faulty = advance('build', 2, verdictOf('infra_error', { cause: 'worker-lost' }));
    item({}).take(failed, failed, faulty);

    assert.equal(await valuesOf(METRICS.budgets), {
      '{budget="product"}': 1,
      '{budget="infra"}': 1,
    });
  }),
);

test(
  'what somebody outside makes up becomes other, and no series',
  within(5_000, async () => {
    const { run, observer, metrics } = setup();
    const journal = journalWith(observer);
    const actor = run();
    actor.take(ask('zzz1'), ask('zzz2'), ask('__proto__'));
    const event = {
      address: 'zzz3.a.b',
      type: 'zzz4',
      id: 'i',
      atMs: 1,
      data: {},
      door: 'ask',
    } as const;
    await journal.refuse(event, 'zzz5' as 'schema', 'zzz6');
    await journal.alarm({ address: RUN, id: 'zzz7' }, 'zzz8', 'zzz9');

    const text = await metrics.text();
    assert.not.match(text, 'zzz');
    assert.not.match(text, '__proto__');
    assert.match(text, 'onceward_refusals_total{machine="other",reason="other"} 1');
    assert.match(text, 'onceward_alarms_total{reason="other"} 1');
  }),
);

test(
  'no sample names an item, a run or a claimant',
  within(5_000, async () => {
    const { run, metrics } = setup();
    run().take(started, progress, exited, claimedAt('worker-1', AT + 11_000));

    assert.not.match(await metrics.text(), /shop|worker-1|"build"/);
  }),
);

test.run();
