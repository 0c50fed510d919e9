// Of files that nobody foresaw: a state is written into them, and nothing else of them changes.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withComment } from '../../../transport/tracker/comment-sections.ts';
import { readMarkdownIssue, withState } from '../../../transport/tracker/markdown-issue.ts';

const RUNS = 600;
const SEED = 20_261_130;
const ENTRIES = [
  ...['# a comment', '', 'title: "Say: \\"x\\" # y"', "author: 'o''neil'", 'priority: high # now'],
  ...['labels:\n  - state: no\n  - b', 'dependsOn: [a,  b]', 'note: |\n  state: done\n\n  ---x'],
  ...['nested:\n  state: failed', 'folded: >-\n  a\n  b', '"quoted key": 1'],
];
const STATES = ['state: todo', 'state:   "todo"  # mine', "state: 'draft'", 'state:', 'state: ~'];

const front = fc.record({
  entries: fc.uniqueArray(fc.constantFrom(...ENTRIES), { maxLength: 8 }),
  state: fc.constantFrom(...STATES),
  at: fc.nat({ max: 8 }),
  body: fc.string({ unit: 'binary', maxLength: 200 }),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('active', 'parked', 'done', 'failed' as const),
});

function fileOf({ entries, at, body, lineEnd }: Record<string, unknown>, state: string): string {
  const lines = [...(entries as string[])];
  lines.splice(Math.min(at as number, lines.length), 0, state);
  const text = ['---', ...lines, '---', ''].join('\n').replaceAll('\n', lineEnd as string);
  return text + (body as string);
}

test('the value of the state is all that changes, wherever it stands and however it is written', () => {
  fc.assert(
    fc.property(front, (given) => {
      const written = given.state.replace(/:\s*(?:"todo"|'draft'|todo|~|$)/, (found) =>
        found === ':' ? `: ${given.mark}` : `${found.replace(/\S+$/, '')}${given.mark}`,
      );
      const spaced = given.state === 'state: ~' || given.state === 'state: todo';
      const expected = spaced ? `state: ${given.mark}` : written;

      assert.equal(withState(fileOf(given, given.state), given.mark), {
        text: fileOf(given, expected),
      });
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test('any text is read, and what a state was written into is read with that state', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const marked = withState(text, 'parked');
      const read = 'text' in marked ? readMarkdownIssue(marked.text) : null;

      assert.ok(read === null || ('state' in read && read.state === 'parked'));
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test('whatever is said in comments, each is there once, and what people wrote between them stays', () => {
  const word = fc.constantFrom(
    ...[
      '<!-- onceward:a -->',
      '<!-- /onceward -->',
      '<!--onceward:b-->',
      'text',
      '\n',
      '\r\n',
      '<!--',
    ],
  );
  const said = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
  const draft = fc.record({ key: fc.constantFrom('a', 'b', 'c'), body: said });
  fc.assert(
    fc.property(fc.array(draft, { minLength: 1, maxLength: 8 }), (drafts) => {
      const start = 'a person wrote this\n';
      const text = drafts.reduce((before, one) => withComment(before, one).text, start);
      const again = drafts.at(-1) as (typeof drafts)[0];
      const markers = text.match(/^<!-- onceward:[abc] -->$/gm) ?? [];

      assert.is(new Set(markers).size, markers.length);
      assert.is(markers.length, new Set(drafts.map(({ key }) => key)).size);
      assert.ok(text.startsWith(start));
      assert.is(withComment(text, again).outcome, 'unchanged');
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test.run();
