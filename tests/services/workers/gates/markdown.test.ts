// What is read of Markdown is read in one pass, whatever it holds.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAdr } from '../../../../services/workers/gates/adr-record.ts';
import { headingsOf, linksOf, proseOf } from '../../../../services/workers/gates/markdown.ts';

test('links and headings are those outside of code, with their lines', () => {
  const text = [
    '# A ##',
    '``[x](`y`)`` [a](b_(c).md) [d](<e f.md> "t")',
    '~~~',
    '# no',
    '[no](no.md)',
    '~~~~',
    '   ## B',
    '[ref]: g.md',
  ].join('\r\n');
  const prose = proseOf(text);

  assert.equal(headingsOf(prose), [
    { level: 1, text: 'A', line: 1 },
    { level: 2, text: 'B', line: 7 },
  ]);
  assert.equal(linksOf(prose), [
    { target: 'b_(c).md', line: 2 },
    { target: 'e f.md', line: 2 },
    { target: 'g.md', line: 8 },
  ]);
});

test('no file takes longer to read than its length', () => {
  const parts = ['`', '](', '](<', '](a(b)', '[', '# #', '\n#', 'Status:', ' ', '``a', '](  '];
  const startedAt = performance.now();

  const numbers = parts.map((part) => readAdr('adr-0001-a.md', part.repeat(65_536 / part.length)));

  assert.equal(
    numbers.map(({ number }) => number),
    parts.map(() => 1),
  );
  assert.ok(performance.now() - startedAt < 5_000);
});

test.run();
