// The trace context of a publisher: kept when it is one, passed over when it is not.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decide } from '../../machines/decide.ts';
import type { Effect } from '../../machines/effect.ts';
import {
  cleanTraceparent,
  parseTraceparent,
  traceparentSchema,
} from '../../machines/traceparent.ts';
import { itemTraceOf } from '../../services/observability/trace-ids.ts';
import {
  advance,
  ITEM,
  itemOpening,
  OPENED_AT_MS,
  openActor,
  openItem,
  RUN,
  runOpening,
} from '../support/machine-steps.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const GOOD = `00-${TRACE}-${SPAN}-01`;

test('a trace context is read as trace, parent and whether it is sampled', () => {
  assert.equal(parseTraceparent(GOOD), { traceId: TRACE, spanId: SPAN, isSampled: true });
  assert.is(parseTraceparent(`00-${TRACE}-${SPAN}-00`)?.isSampled, false);
  assert.is(parseTraceparent(`00-${TRACE}-${SPAN}-ff`)?.isSampled, true);
});

test('what is no trace context counts as none, and is never an error', () => {
  const broken = [
    '',
    'x',
    GOOD.toUpperCase(),
    `${GOOD}-more`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}`,
    ` ${GOOD}\u0000`,
    GOOD.repeat(1_000),
  ];

  assert.equal(
    broken.filter((text) => traceparentSchema.parse(text) !== null),
    [],
  );
  assert.equal(
    broken.filter((text) => cleanTraceparent(text) !== null),
    [],
  );
  assert.is(traceparentSchema.parse(7), null);
  assert.is(traceparentSchema.parse(undefined), null);
  assert.is(parseTraceparent(undefined), null);
  assert.is(cleanTraceparent(undefined), null);
});

test('a later version is kept as far as it is understood', () => {
  assert.is(cleanTraceparent(`cc-${TRACE}-${SPAN}-01-what-the-future-brings`), GOOD);
  assert.is(cleanTraceparent(` ${GOOD} `), GOOD);
});

test('an item hands its trace context to every run, and a run keeps it', () => {
  const opening = itemOpening([{}, { name: 'ship' }]);
  const item = openActor(ITEM, { ...opening, data: { ...opening.data, traceparent: GOOD } });
  const first = openingOf(item.effects());
  item.send(advance('build', 1));
  const second = openingOf(item.effects());
  const run = openActor(RUN, { ...runOpening(), data: first });

  assert.is(item.item().traceparent, GOOD);
  assert.equal([first['traceparent'], second['traceparent']], [GOOD, GOOD]);
  assert.is(run.run().traceparent, GOOD);
});

test('what is no trace context does not keep an item from being opened', () => {
  const opening = itemOpening([{}]);
  const item = openActor(ITEM, { ...opening, data: { ...opening.data, traceparent: 7 } });

  assert.is(item.item().traceparent, null);
  assert.is(openingOf(item.effects())['traceparent'], undefined);
});

test('an item of before, whose record knows no trace context, goes on', () => {
  const { record, revision } = openItem([{}, { name: 'ship' }]).stored();
  const { traceparent: _, ...context } = record.context as typeof record.context & object;
  const before = { record: { ...record, context: context as typeof record.context }, revision };
  const event = { address: ITEM, id: 'i', atMs: OPENED_AT_MS, ...advance('build', 1) };

  const decision = decide(before, event);

  assert.is(decision.outcome, 'applied');
  assert.is(itemTraceOf(ITEM, context['traceparent']).publisherSpanId, null);
});

function openingOf(effects: readonly Effect[]): Record<string, unknown> {
  const told = effects.find((effect) => effect.type === 'tell' && effect.event === 'open');
  return told?.type === 'tell' ? told.data : {};
}

test.run();
