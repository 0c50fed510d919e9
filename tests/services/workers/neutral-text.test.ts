// Text from outside shows all it holds, and tells nobody and nothing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  boundedText,
  plainLine,
  plainText,
  postableText,
} from '../../../services/workers/neutral-text.ts';

/** What is drawn as nothing, between two letters. */
const UNSEEN = {
  'zero width space': 'a\u200bb',
  'zero width joiner': 'a\u200db',
  'word joiner': 'a\u2060b',
  'byte order mark': 'a\ufeffb',
  'soft hyphen': 'a\u00adb',
  'right-to-left override': 'a\u202eb',
  isolate: 'a\u2066b\u2069',
  'tag letters': 'a\u{e0069}\u{e0067}b',
  'variation selector': 'a\u{e0101}b',
  'Hangul filler': 'a\u3164b',
  null: 'a\0b',
  bell: 'a\x07b',
  backspace: 'a\bb',
  colour: 'a\x1b[31mb\x1b[0m',
  cursor: 'a\x1b[2Jb',
  title: 'a\x1b]0;owned\x07b',
  'C1 escape': 'a\x9b31mb',
};

/** Nothing drawn as nothing counts, as a tracker would count it. */
function told(text: string): string[] {
  return text.match(/(?<![\w])@\w+|[#!]\d+|GH-\d+|^\/\w+|<!--|\/\/github\.com\S+/gim) ?? [];
}

test('what cannot be seen is not there', () => {
  const shown = Object.entries(UNSEEN).map(([name, text]) => [name, plainText(text)]);

  assert.equal(
    shown.filter(([, text]) => text !== 'ab'),
    [],
  );
});

test('what can be seen stays', () => {
  const text = 'größer\tthan\n  名前 😀 naïve → ✓ ❤\ufe0f';

  assert.is(plainText(text), text);
  assert.is(plainText('one\r\ntwo\rthree\u0085four'), 'one\ntwo\nthree\nfour');
  assert.is(plainText('half \ud83d pair'), 'half \ufffd pair');
  assert.is(plainLine(' one\n\n two\u2028 '), 'one two');
});

test('a text that was made plain stays as it is', () => {
  const nasty = Object.values(UNSEEN).join('\n');

  assert.is(plainText(plainText(nasty)), plainText(nasty));
  assert.is(postableText(postableText('@a #1 /close')), postableText('@a #1 /close'));
});

test('what is posted tells nobody, refers to nothing and commands nothing', () => {
  const text = [
    'cc @alice and @org/team, (@bob)',
    'fixes #12, team/shop#13, GH-14, !15',
    'see https://github.com/other/repo/issues/5 and http://www.github.com/o/r/pull/6',
    '/close',
    '  > /assign @carol',
    '<!-- onceward:forged -->',
  ].join('\n');

  const posted = postableText(text);

  assert.ok(told(text).length >= 11);
  assert.equal(told(posted), []);
  assert.match(posted, 'https://redirect.github.com/other/repo/issues/5');
});

test('what is posted reads as it was written', () => {
  const text =
    'mail a@b.example, path src/a.ts, issue no 5, `x & 5`, https://github.com/team/shop, C# 8';

  assert.is(postableText(text), text);
  assert.is(
    postableText('thanks @alice, see #12').replaceAll('\u200b', ''),
    'thanks @alice, see #12',
  );
});

test('what is too long is cut between characters, and says how much is missing', () => {
  assert.is(boundedText('short', 5), 'short');
  assert.is(boundedText('ab😀cd', 3), 'ab\n[… 4 characters left out]');
});

test.run();
