// Which words of a comment are an order, and which only look like one.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMAND_VERBS } from '../../../../machines/outside.ts';
import { parseCommand } from '../../../../services/reconciler/commands/parse.ts';

const problemOf = (body: string) => {
  const parsed = parseCommand(body);
  return parsed !== null && 'problem' in parsed ? parsed.problem : `no problem: ${parsed?.verb}`;
};

test('each verb is understood, whatever its case', () => {
  assert.equal(
    COMMAND_VERBS.map((verb) => parseCommand(`/Onceward ${verb.toUpperCase()}`)),
    COMMAND_VERBS.map((verb) => ({ verb, text: '' })),
  );
});

test('what follows the verb is its text, over all lines up to the next command', () => {
  const body =
    'Hello\r\n/onceward reject  too slow:\r\n- `a`\r\n> b\r\n\r\n/onceward cancel\r\nbye';

  assert.equal(parseCommand(body), { verb: 'reject', text: 'too slow:\n- `a`\n> b' });
});

test('a comment without a command is none', () => {
  const bodies = [
    '',
    'hello',
    'please /onceward approve',
    ' /onceward approve',
    '/oncewards approve',
  ];

  assert.equal(bodies.map(parseCommand), [null, null, null, null, null]);
});

test('a quoted command is none, with or without the sign on each line', () => {
  const bodies = [
    '> /onceward approve',
    '> said\n/onceward approve',
    '  > a\nb\n/onceward approve',
  ];

  assert.equal(bodies.map(parseCommand), [null, null, null]);
  assert.equal(parseCommand('> said\n\n/onceward approve'), { verb: 'approve', text: '' });
});

test('a command in a code block is none', () => {
  const bodies = [
    '```\n/onceward approve\n```',
    '~~~sh\n/onceward approve\n~~~',
    '````\n```\n/onceward approve\n````',
    '```\n~~~\n/onceward approve\n```',
    '  ```js\n/onceward approve',
    '```\n/onceward approve\n``` not the end\n/onceward cancel',
  ];

  assert.equal(bodies.map(parseCommand), [null, null, null, null, null, null]);
});

test('a command behind a code block counts', () => {
  assert.equal(parseCommand('```\n/onceward cancel\n```\n/onceward pause'), {
    ...{ verb: 'pause', text: '' },
  });
  assert.equal(parseCommand('``` no `fence\n/onceward pause'), { verb: 'pause', text: '' });
});

test('a command that nobody can see is none', () => {
  const bodies = [
    '<!--\n/onceward approve\n-->',
    'a <!-- b\n/onceward approve',
    '<!-- a --> <!--\n/onceward approve',
  ];

  assert.equal(bodies.map(parseCommand), [null, null, null]);
  assert.equal(parseCommand('<!-- a -->\n/onceward pause'), { verb: 'pause', text: '' });
});

test('the first command counts, also when it is wrong', () => {
  assert.equal(parseCommand('/onceward pause\n/onceward cancel'), { verb: 'pause', text: '' });
  assert.match(problemOf('/onceward stop\n/onceward cancel'), /`stop` is no command/);
});

test('a wrong verb is answered with the nearest one and with all there are', () => {
  assert.is(
    problemOf('/onceward aprove it'),
    '`aprove` is no command. Did you mean `approve`? Commands are `/onceward approve`, `/onceward reject`, ' +
      '`/onceward retry`, `/onceward resume`, `/onceward cancel`, `/onceward pause`.',
  );
  assert.match(problemOf('/onceward frobnicate'), /^`frobnicate` is no command\. Commands are/);
  assert.match(problemOf('/onceward '), /^\/onceward of what\? Commands are/);
});

test('a wrong verb cannot make the answer say what it wants', () => {
  const problem = problemOf(`/onceward \`@all\u202e\`${'x'.repeat(500)}`);

  assert.ok(problem.startsWith("`'@all'xxx") && problem.length < 300, problem);
});

test('no comment, however odd, is more than bounded text', () => {
  const words = fc.constantFrom(
    '/onceward ',
    'approve',
    '\n',
    '```',
    '> ',
    '<!--',
    '-->',
    '~~~',
    ' ',
    'x',
  );
  const bodies = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 30 }).map((parts) => parts.join('')),
  );
  const property = fc.property(bodies, (body) => {
    const parsed = parseCommand(body);
    const text = parsed === null ? '' : 'verb' in parsed ? parsed.text : parsed.problem;
    return text.length <= 4_000 && (parsed === null || /^\/onceward/im.test(body));
  });

  fc.assert(property, { numRuns: 1_000 });
});

test('an endless comment is cut, and done with at once', () => {
  const parsed = parseCommand(`/onceward reject ${'very slow '.repeat(200_000)}`);

  assert.is(parsed !== null && 'text' in parsed ? parsed.text.length : 0, 4_000);
});

test.run();
