// What others wrote is kept short, whole and without secrets.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  clippedText,
  namesTold,
  toldText,
} from '../../../../services/reconciler/steps/told-text.ts';

test('a text is never longer than it may be, and never ends in half a sign', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  const property = fc.property(text, fc.nat(40), (given, most) => {
    const clipped = clippedText(given, most);
    return clipped.length <= most && !/[\ud800-\udbff](?![\udc00-\udfff])/.test(clipped);
  });

  fc.assert(property);
});

test('control characters and tokens are left out', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const told = toldText(`\u001b[31mred\u001b[0m\u202e ${token} `, 100);

  assert.is(told, 'red [secret]');
});

test('beyond ten names only their number is told', () => {
  const names = Array.from({ length: 12 }, (_, index) => `n${index}`);

  assert.is(namesTold(names), 'n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 2 more');
  assert.is(namesTold(['a', 'b']), 'a, b');
});

test.run();
