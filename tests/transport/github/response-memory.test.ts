// Remembered answers: bounded, and the longest unused goes first.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { responseMemory } from '../../../transport/github/response-memory.ts';

const answer = (body: string) => ({ etag: `"${body}"`, headers: [], body });

test('beyond the number of answers the longest unused is forgotten', () => {
  const memory = responseMemory(2, 1_000);
  memory.set('a', answer('1'));
  memory.set('b', answer('2'));
  memory.get('a');
  memory.set('c', answer('3'));
  assert.equal(
    ['a', 'b', 'c'].map((url) => memory.get(url)?.body),
    ['1', undefined, '3'],
  );
});

test('beyond the number of characters the longest unused is forgotten', () => {
  const memory = responseMemory(10, 10);
  memory.set('a', answer('123456'));
  memory.set('b', answer('12345'));
  assert.is(memory.get('a'), undefined);
  assert.is(memory.get('b')?.body, '12345');
});

test('an answer larger than everything that may be remembered is not remembered, nor is the one before it', () => {
  const memory = responseMemory(10, 10);
  memory.set('a', answer('1'));
  memory.set('a', answer('12345678901'));
  assert.is(memory.get('a'), undefined);
});

test('an answer that replaces another takes its room', () => {
  const memory = responseMemory(10, 10);
  memory.set('a', answer('123456'));
  memory.set('a', answer('654321'));
  memory.set('b', answer('1234'));
  assert.equal([memory.get('a')?.body, memory.get('b')?.body], ['654321', '1234']);
});

test.run();
