// How far a long reading has come: on a terminal, for as long as it lasts, and nowhere else.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createReadingProgress } from '../../../services/inspect/reading-progress.ts';

function setup(isTerminal: boolean) {
  const written: string[] = [];
  const text = (chunk: string | Uint8Array) => void written.push(String(chunk));
  return { written, progress: createReadingProgress({ isTerminal, text }) };
}

test('a long reading says how far it has come, and takes its line away at the end', () => {
  const { written, progress } = setup(true);

  progress.read(60_000, 100_000);
  progress.end();

  assert.equal(written, ['\rread 60 000 of 100 000\u001b[K', '\r\u001b[K']);
});

test('a short reading, and one that nobody follows, say nothing', () => {
  const [short, piped] = [setup(true), setup(false)];

  short.progress.read(1_000, 19_999);
  short.progress.end();
  piped.progress.read(60_000, 100_000);
  piped.progress.end();

  assert.equal([...short.written, ...piped.written], []);
});

test.run();
