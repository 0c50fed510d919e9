// What is offered about an item says what would really happen.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ITEMS } from './why-item-scenarios.ts';

test('only an item with an open run is told that its run is ended first', () => {
  const promised = ITEMS.filter(({ why }) =>
    why.actions.some(({ does }) => /run is ended/.test(does)),
  );
  const open = promised.filter(({ facts }) => facts.stored.record.context['current'] !== null);

  assert.ok(promised.length > 0);
  assert.equal(open, promised);
});

test.run();
