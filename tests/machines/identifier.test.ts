// Names in subjects and keys: any text can be written as a token and read back.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fromToken, identifierSchema, isToken, toToken } from '../../machines/identifier.ts';

test('characters that may not stand in a token are written as bytes in hexadecimal', () => {
  assert.is(toToken('release/1.2'), 'release=2F1=2E2');
  assert.is(toToken('a=b'), 'a=3Db');
  assert.is(toToken('é'), '=C3=A9');
});

test('any text is read back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.is(fromToken(toToken(text)), text);
    }),
  );
});

test('different texts never share a token', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 4 });

  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.is(toToken(a) === toToken(b), a === b);
    }),
  );
});

test('what toToken writes is a token, unless it is empty or too long', () => {
  const texts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });

  fc.assert(
    fc.property(texts, (text) => {
      const token = toToken(text);
      assert.is(isToken(token), token.length > 0 && isShortEnough(token));
    }),
  );
});

function isShortEnough(token: string): boolean {
  return token.replace(/=[0-9A-F]{2}/g, '_').length <= 192;
}

test('an identifier is written as itself', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), (name) => {
      assert.is(toToken(name), name);
      assert.ok(identifierSchema.safeParse(name).success);
    }),
  );
});

test('wildcards, dots, spaces and lower-case escapes are no tokens', () => {
  const texts = ['', '*', '>', 'a.b', 'a b', '=2f', '=2', 'a=', '\n', 'a\n', '$KV'];

  assert.equal(
    texts.filter((text) => isToken(text)),
    [],
  );
});

test('an identifier has 1 to 64 characters', () => {
  const names = ['', 'a'.repeat(65), 'a.b', 'a=2F'];

  assert.equal(
    names.filter((name) => identifierSchema.safeParse(name).success),
    [],
  );
});

test.run();
