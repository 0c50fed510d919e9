// Steering the live board: keys, and what each does to what is in sight.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keysOf } from '../../../services/inspect/top/keys.ts';
import { FIRST_VIEW, pressed, type View } from '../../../services/inspect/top/view.ts';

/** The view after these keys, with three items on the board and two rows of the list in sight. */
function after(keys: string, view: View = FIRST_VIEW): { view: View; intent: string } {
  const around = { addresses: ['shop/1', 'shop/2', 'shop/3'], pageRows: 2 };
  return keysOf(keys).reduce<{ view: View; intent: string }>(
    (so, key) => pressed(so.view, key, around),
    { view, intent: 'none' },
  );
}

test('keys are told from what a terminal sends for them', () => {
  const names = (chunk: string) =>
    keysOf(chunk).map((key) => (key.name === 'character' ? key.character : key.name));
  assert.equal(names('j\u001b[A\u001b[B\u001b[5~q'), ['j', 'up', 'down', 'page-up', 'q']);
  assert.equal(names('\u001b'), ['escape']);
  assert.equal(names('\u0003\r\u007f漢'), ['interrupt', 'enter', 'backspace', '漢']);
  assert.equal(names('\u001b[24~\u0001'), []);
});

test('keys select, pause, filter, explain and leave', () => {
  assert.is(after('j').view.selected, 'shop/2');
  assert.is(after('jjjjj').view.selected, 'shop/3');
  assert.is(after('jk\u001b[A').view.selected, 'shop/1');
  assert.is(after('G').view.selected, 'shop/3');
  assert.is(after('p').view.isPaused, true);
  assert.equal([after('/ab\u007fc\r').view.filter, after('/ab\u001b').view.filter], ['ac', '']);
  assert.equal([after('q').intent, after('/q').intent], ['quit', 'none']);
  assert.equal([after('\u0003').intent, after('/\u0003').intent], ['interrupt', 'interrupt']);
  const open = after('j\r');
  assert.equal([open.intent, open.view.detail?.address], ['none', 'shop/2']);
  assert.equal([after('q', open.view).intent, after('q', open.view).view.detail], ['none', null]);
});

test('an open item is scrolled no further than its end', () => {
  const lines = ['1', '2', '3', '4', '5'];
  const view = { ...FIRST_VIEW, detail: { address: 'shop/1', lines, offset: 0 } };
  assert.is(after('jj', view).view.detail?.offset, 2);
  assert.is(after('jjjjjjjj', view).view.detail?.offset, 3);
  assert.is(after('Gg', view).view.detail?.offset, 0);
});

test.run();
