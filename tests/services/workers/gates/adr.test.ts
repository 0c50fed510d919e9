// Decision records keep their form, agree with their index, and lead somewhere; in the pushed commit.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { adrText, createAdrGate, indexText } from './adr-fixture.ts';

const FIRST = 'adr-0001-first.md';
const SECOND = 'adr-0002-second.md';
const THIRD = 'adr-0003-third.md';
const ORDER = 'expected Context, Decision, Alternatives, Consequences, Links';
const STATUSES = 'expected proposed, accepted, rejected, superseded by adr-NNNN or deprecated';

test(
  'records as they should be pass, and so does an unpushed branch of a sound base',
  within(20_000, async () => {
    const { evaluate, problems, remote } = await createAdrGate();

    const links = '[code](../../README.md#x), [one](adr-0001-first.md), <https://a.example/b>';
    const fresh = { [THIRD]: adrText({ links }), 'README.md': indexText(FIRST, SECOND, THIRD) };
    assert.equal(await problems(fresh), []);
    await remote.run('branch', '-D', 'onceward/7');
    assert.is((await evaluate()).kind, 'pass');
  }),
);

test(
  'a number is taken once; the newcomer is told a free one',
  within(20_000, async () => {
    const { problems } = await createAdrGate();
    const twin = 'ADR-001-twin.md';

    const found = await problems({
      [twin]: adrText(),
      'README.md': indexText(FIRST, SECOND, twin),
    });

    assert.equal(found, [
      `docs/adr/${twin}:1: the number 1 is taken by docs/adr/${FIRST}, expected 0003`,
    ]);
  }),
);

test(
  'a file among the records is called like one, but for the index and the template',
  within(20_000, async () => {
    const { problems } = await createAdrGate({}, { template: 'template.md' });

    const found = await problems({
      'template.md': '# Template\n',
      'picture.png': 'x',
      'notes.md': adrText(),
      'README.md': indexText(FIRST, SECOND, 'notes.md'),
    });

    assert.equal(found, [
      'docs/adr/notes.md:1: is not called like a record, expected adr-NNNN-title-in-small-words.md',
    ]);
  }),
);

test(
  'a section that is missing, twice or out of its order is named with its line',
  within(20_000, async () => {
    const { problems } = await createAdrGate();

    const found = await problems({
      [SECOND]: adrText({
        sections: ['Decision', 'Context', 'More', 'Alternatives', 'Alternatives', 'links'],
      }),
    });

    const file = `docs/adr/${SECOND}`;
    assert.equal(found, [
      `${file}:1: the section "## Consequences" is missing, ${ORDER}`,
      `${file}:9: the section "Context" is out of its order or stands twice, ${ORDER}`,
      `${file}:21: the section "Alternatives" is out of its order or stands twice, ${ORDER}`,
    ]);
  }),
);

test(
  'a heading within a block of code is no section',
  within(20_000, async () => {
    const { problems } = await createAdrGate();

    const text = adrText().replace('## Links', '```\n## Links\n```');

    assert.equal(await problems({ [SECOND]: text }), [
      `docs/adr/${SECOND}:1: the section "## Links" is missing, ${ORDER}`,
    ]);
  }),
);

test(
  'a status is one of five, and a superseded record names another one',
  within(30_000, async () => {
    const { problems } = await createAdrGate();
    const line = `docs/adr/${SECOND}:3:`;
    const withStatus = (status: string) => problems({ [SECOND]: adrText({ status }) });

    assert.equal(await withStatus('done'), [`${line} the status "done" is unknown, ${STATUSES}`]);
    assert.equal(await withStatus(''), [
      `docs/adr/${SECOND}:1: has no status, expected "Status: " and ${STATUSES.slice(9)}`,
    ]);
    assert.equal(await withStatus('superseded'), [
      `${line} names no successor, expected superseded by adr-NNNN`,
    ]);
    assert.equal(await withStatus('Superseded by adr-0002'), [
      `${line} is superseded by 0002, which is no other record of this folder`,
    ]);
    assert.equal(await withStatus('**Superseded by [adr-0001](adr-0001-first.md)**'), []);
    assert.equal(await withStatus('rejected'), []);
  }),
);

test(
  'the index links every record, and nothing that is not there',
  within(20_000, async () => {
    const { problems } = await createAdrGate();

    const stale = await problems({ 'README.md': indexText(FIRST, THIRD) });
    const none = await problems({ 'README.md': null });

    const index = 'docs/adr/README.md';
    assert.equal(stale, [
      `${index}:1: does not list ${SECOND}, expected a link to it`,
      `${index}:4: the link to "${THIRD}" leads nowhere, expected docs/adr/${THIRD} in the commit`,
    ]);
    assert.is(none[0], `${index}: is missing, expected an index that links every record`);
  }),
);

test(
  'a link leads to a file or folder of the commit, wherever it starts',
  within(20_000, async () => {
    const { problems } = await createAdrGate();
    const links = [
      '[a](../../README.md) [b](/docs) [c](<no one.md>) `[d](code.md)`',
      '[e](../../../outside.md) ![f](no%20one.png "x") [g](//host/x) [h](#links) [i](..)',
      '[j]: gone.md',
      '[k](a%0Ab.md)',
    ].join('\n');

    const found = await problems({ [SECOND]: adrText({ links }) });

    const nowhere = (line: number, target: string, path: string) =>
      `docs/adr/${SECOND}:${line}: the link to "${target}" leads nowhere, expected ${path} in the commit`;
    assert.equal(found, [
      nowhere(23, 'no one.md', 'docs/adr/no one.md'),
      nowhere(24, '../../../outside.md', '../outside.md'),
      nowhere(24, 'no%20one.png', 'docs/adr/no one.png'),
      nowhere(25, 'gone.md', 'docs/adr/gone.md'),
      nowhere(26, 'a%0Ab.md', 'docs/adr/a b.md'),
    ]);
  }),
);

test(
  'a folder that is not there does not pass',
  within(20_000, async () => {
    const { evaluate } = await createAdrGate({}, { path: 'docs/{item}/adr/' });

    const { kind, summary } = await evaluate();

    assert.is(kind, 'product_fail');
    assert.match(summary, 'docs/7/adr: no record in commit');
    assert.match(summary, 'expected at least the index README.md');
  }),
);

test.run();
