// The largest values that are let in must not stop an item later: what it stores and sends stays acceptable.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decide } from '../../../machines/decide.ts';
import { MAX_BODY_BYTES } from '../../../machines/item/events.ts';
import { MAX_RUNS_PER_ITEM } from '../../../machines/item/next-step.ts';
import { encodeRecord, MAX_RECORD_BYTES } from '../../../machines/record.ts';
import {
  advance,
  ITEM,
  itemOpening,
  openActor,
  openItem,
  verdictOf,
} from '../../support/machine-steps.ts';

const longest = verdictOf('product_fail', { cause: 'c'.repeat(64), summary: 's'.repeat(4_000) });
const rejection = { ...longest, cause: 'rejected' };

test('the longest finding still opens the next run', () => {
  const item = openItem([{ name: 'build' }]);
  item.send(advance('build', 1, longest));
  const opening = item
    .effects()
    .find((effect) => effect.type === 'tell' && effect.event === 'open');
  const { to: address = '', data = {} } = opening?.type === 'tell' ? opening : {};

  const opened = decide(null, { address, type: 'open', id: 'x', atMs: 1, data, door: 'tell' });

  assert.is(opened.outcome, 'applied');
});

test('an item with the longest body and the most runs still fits in a record', () => {
  const stages = [{ name: 'ok', kind: 'approval', onReject: 'ok' }] as const;
  const opening = itemOpening([...stages]);
  const body = 'b'.repeat(MAX_BODY_BYTES);
  const item = openActor(ITEM, { ...opening, data: { ...opening.data, body } });
  const attempts = Array.from({ length: MAX_RUNS_PER_ITEM }, (_, n) => n + 1);

  for (const attempt of attempts) item.send(advance('ok', attempt, rejection));

  assert.is(item.item().runs.length, MAX_RUNS_PER_ITEM);
  assert.ok(encodeRecord(item.stored().record).length < MAX_RECORD_BYTES);
});

test('the next attempt is told more of a finding than is kept of it', () => {
  const item = openItem([{ name: 'build' }]);

  item.send(advance('build', 1, longest));

  assert.is(item.item().feedback.length, 4_000);
  assert.is(item.item().runs[0]?.verdict.summary.length, 200);
});

test.run();
