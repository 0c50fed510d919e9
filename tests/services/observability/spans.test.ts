// What a trace shows of a life, from the records alone: which spans, whose children, and how they ended.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { NO_OBSERVER } from '../../../services/actors/observer.ts';
import { type SpanFact, spansOf } from '../../../services/observability/spans.ts';
import { itemTraceOf, runTraceparent } from '../../../services/observability/trace-ids.ts';
import {
  advance,
  ask,
  claim,
  deadline,
  ITEM,
  itemOpening,
  OPENED_AT_MS,
  RUN,
  runOpening,
  type Step,
  type StepMaker,
  tell,
  verdictOf,
} from '../../support/machine-steps.ts';
import { openObserved } from './observed-actor.ts';

const AT = OPENED_AT_MS;
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;

/** The spans of a life, each once it has ended. */
function lifeOf(address: string, opening: Step, ...steps: (Step | StepMaker)[]): SpanFact[] {
  const spans: SpanFact[] = [];
  const observer = {
    ...NO_OBSERVER,
    observe: ({ revision }: { revision: number | null }, { before, after }: Seen) =>
      void (after !== null && spans.push(...spansOf(address, revision, { before, after }))),
  };
  openObserved(address, opening, observer).take(...steps);
  return spans;
}

type Seen = Parameters<(typeof NO_OBSERVER)['observe']>[1];

function withTrace(opening: Step, traceparent: unknown = TRACEPARENT): Step {
  return { ...opening, data: { ...opening.data, traceparent } };
}

function named(spans: readonly SpanFact[]): Record<string, SpanFact> {
  return Object.fromEntries(spans.map((span) => [span.name, span]));
}

const started = ask('started', { epoch: 1, worker: 'worker-1', machine: 'm1' }, AT + 2_000);
const progress = ask('progress', { epoch: 1 }, AT + 3_000);
const exited = ask('exited', { epoch: 1, code: 1 }, AT + 10_000);
const pushed = ask(
  'finalize-step',
  { epoch: 1, step: 'push', key: 'k', result: 'ok' },
  AT + 11_000,
);
const claimed =
  (claimant: string, atMs: number, verdict = verdictOf('pass')): StepMaker =>
  (stored) => ({ ...(claim(claimant, verdict) as StepMaker)(stored), atMs });
const confirmed = (atMs: number) => tell('advance-confirmed', {}, atMs);
const whole = [
  started,
  progress,
  exited,
  pushed,
  claimed('worker-1', AT + 12_000),
  confirmed(AT + 12_100),
];

test('a run is one span, with a child for each state it was in', () => {
  const spans = lifeOf(RUN, withTrace(runOpening()), ...whole);
  const run = named(spans)['run build'] as SpanFact;

  assert.equal(
    spans.map(({ name, startMs, endMs }) => [name, startMs - AT, endMs - AT]),
    [
      ['queued', 0, 2_000],
      ['starting', 2_000, 3_000],
      ['working', 3_000, 10_000],
      ['finalizing', 10_000, 12_000],
      ['claimed', 12_000, 12_100],
      ['run build', 0, 12_100],
    ],
  );
  assert.equal(new Set(spans.map(({ traceId }) => traceId)), new Set([TRACE]));
  const children = spans.slice(0, -1).filter(({ parentSpanId }) => parentSpanId === run.spanId);
  assert.is(children.length, 5);
  assert.is(run.parentSpanId, itemTraceOf(RUN, TRACEPARENT).itemSpanId);
});

test('a run that was opened after its messages came still spans all its states, one after the other', () => {
  const spans = lifeOf(
    RUN,
    withTrace(runOpening()),
    ...[
      { ...started, atMs: AT - 40 },
      { ...exited, atMs: AT - 30 },
    ],
    ...[claimed('worker-1', AT - 20), confirmed(AT + 10)],
  );

  assert.equal(
    spans.map(({ name, startMs, endMs }) => [name, startMs - AT, endMs - AT]),
    [
      ['queued', -40, -40],
      ['starting', -40, -30],
      ['finalizing', -30, -20],
      ['claimed', -20, 10],
      ['run build', -40, 10],
    ],
  );
});

test('a span says of its run what the glossary calls it, and no more', () => {
  const { 'run build': run, finalizing } = named(lifeOf(RUN, withTrace(runOpening()), ...whole));

  assert.equal(run?.attributes, {
    ...{ 'onceward.address': RUN, 'onceward.revision': 21, 'onceward.project': 'shop' },
    ...{ 'onceward.item': '7', 'onceward.stage': 'build', 'onceward.stage.kind': 'agent' },
    ...{ 'onceward.attempt': 1, 'onceward.epoch': 1, 'onceward.worker': 'worker-1' },
    ...{ 'onceward.machine': 'm1', 'onceward.exit.cause': 'exit-code', 'onceward.exit.code': 1 },
    ...{ 'onceward.claimant': 'worker-1', 'onceward.verdict': 'pass', 'onceward.cause': 'gates' },
  });
  assert.equal(
    finalizing?.events.map(({ name, atMs }) => [name, atMs - AT]),
    [['push', 11_000]],
  );
});

test('the verdict is the status of the run', () => {
  const failing = [...whole];
  const verdict = verdictOf('product_fail', { cause: 'tests-failed' });
  failing[4] = claimed('worker-1', AT + 12_000, verdict);
  const [passed, failed] = [whole, failing].map(
    (steps) => named(lifeOf(RUN, withTrace(runOpening()), ...steps))['run build'],
  );
  const cancel = tell('cancel', {}, AT + 100);
  const cancelled = named(lifeOf(RUN, withTrace(runOpening()), cancel))['run build'];

  assert.equal(passed?.status, { kind: 'ok' });
  assert.equal(failed?.status, { kind: 'error', message: 'product_fail: tests-failed' });
  assert.equal(cancelled?.status, { kind: 'unset' });
});

test('a run that was lost and taken over shows each generation, and the grace', () => {
  const lost = tell('worker-lost', { epoch: 1, worker: 'worker-1' }, AT + 4_000);
  const again = ask('started', { epoch: 2, worker: 'worker-2', machine: 'm2' }, AT + 5_000);
  const spans = lifeOf(
    RUN,
    withTrace(runOpening()),
    ...[started, progress, lost, again],
    ...[ask('exited', { epoch: 2, code: 0 }, AT + 6_000), deadline('grace-elapsed', AT + 306_000)],
  );

  assert.equal(
    spans.map(({ name, attributes }) => `${name} ${attributes['onceward.epoch']}`),
    ['queued 1', 'starting 1', 'working 1', 'queued 2', 'starting 2', 'finalizing 2'],
  );
  assert.is(new Set(spans.map(({ spanId }) => spanId)).size, 6);
});

test('an item is the root of its trace, or the child of whoever published it', () => {
  const done = advance('build', 1);
  const own = itemTraceOf(ITEM, null);
  const [published] = lifeOf(ITEM, withTrace(itemOpening([{}])), { ...done, atMs: AT + 9_000 });
  const [alone] = lifeOf(ITEM, itemOpening([{}]), { ...done, atMs: AT + 9_000 });

  assert.is(published?.name, 'item shop');
  assert.is(published?.traceId, TRACE);
  assert.is(published?.parentSpanId, 'b7ad6b7169203331');
  assert.equal(published?.status, { kind: 'ok' });
  assert.equal([published?.startMs, published?.endMs], [AT, AT + 9_000]);
  assert.equal(
    [alone?.traceId, alone?.spanId, alone?.parentSpanId],
    [own.traceId, own.itemSpanId, null],
  );
});

test('an item that waits for a person shows for how long', () => {
  const exhausted = {
    budgets: { product: 1, infra: 1, inconclusive: 1, unobserved: 1, continuations: 3, resumes: 2 },
  };
  const failed = { ...advance('build', 1, verdictOf('product_fail')), atMs: AT + 1_000 };
  const spans = lifeOf(
    ITEM,
    withTrace(itemOpening([exhausted])),
    failed,
    ask('cancel', {}, AT + 5_000),
  );

  assert.equal(
    spans.map(({ name, startMs, endMs, status }) => [name, startMs - AT, endMs - AT, status.kind]),
    [
      ['parked', 1_000, 5_000, 'unset'],
      ['item shop', 0, 5_000, 'unset'],
    ],
  );
});

test('the same life gives the same spans, whoever writes them', () => {
  const [one, two] = [0, 1].map(() => lifeOf(RUN, withTrace(runOpening()), ...whole));

  assert.equal(one, two);
  assert.is(new Set(one?.map(({ spanId }) => spanId)).size, one?.length);
});

test('a publisher that asks for no trace gets none', () => {
  const opening = withTrace(runOpening(), `00-${TRACE}-b7ad6b7169203331-00`);

  assert.equal(lifeOf(RUN, opening, ...whole), []);
});

test('a command continues the trace in the span of its run', () => {
  const run = named(lifeOf(RUN, withTrace(runOpening()), ...whole))['run build'];

  assert.is(runTraceparent(RUN, TRACEPARENT), `00-${TRACE}-${run?.spanId}-01`);
  assert.is(runTraceparent(RUN, null), null);
});

test.run();
