// Decisions about many items: what would happen is shown, what has moved is not hit, and nothing is sent unasked.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BulkRow } from '../../../services/inspect/bulk/bulk-row.ts';
import { type DecideInput, decide } from '../../../services/inspect/commands/decide-item.ts';
import { show } from '../../../services/inspect/commands/show.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { rejects } from '../../support/rejects.ts';
import { externalPipeline, startTestHost } from '../../support/test-host.ts';
import { within } from '../../support/within.ts';
import { startFleet, type TestContextOptions } from './command-fixture.ts';

const fleet = await startFleet();
// One project for each test: a filter finds the items of no other.
const projects = ['dry', 'asked', 'piped', 'moving', 'named'];
await fleet.host.stop();
const host = await startTestHost({
  url: fleet.url,
  pipelines: Object.fromEntries(projects.map((name) => [name, externalPipeline('build', 'ship')])),
});
const timeoutMs = 10_000;

/** Three items; the third is paused already, so that another pause is refused. */
async function setup(project: string): Promise<void> {
  const { context } = fleet.at();
  for (const id of ['1', '2', '3']) await submit(context, { project, title: 'x', id, timeoutMs });
  await host.asker.ask({ address: `item.${project}.3`, type: 'pause', data: {} });
}

async function decided(more: Partial<DecideInput>, options: TestContextOptions = {}) {
  const made = fleet.at({ output: 'json', ...options });
  const fixed = {
    verb: 'pause',
    items: [],
    filter: {},
    isDryRun: false,
    isConfirmed: false,
  } as const;
  const code = await decide(made.context, { ...fixed, timeoutMs, ...more });
  return { ...made, code };
}

async function revisionOf(item: string): Promise<number> {
  const { context, documents } = fleet.at({ output: 'json' });
  await show(context, { address: item });
  return documents()[0].revision;
}

/** What became of each item, as `shop/1 applied`. */
function outcomes(documents: { items: BulkRow[] }[]): string[] {
  return (documents[0]?.items ?? []).map(({ address, outcome }) => `${address} ${outcome}`);
}

test(
  'a dry run says for each item where it would lead, or why not, and publishes nothing',
  within(30_000, async () => {
    await setup('dry');
    const before = await revisionOf('dry/1');
    const { code, documents } = await decided({ filter: { project: 'dry' }, isDryRun: true });
    const [document] = documents();
    assert.is(code, 6);
    assert.equal(outcomes([document]), [
      'dry/1 would-apply',
      'dry/2 would-apply',
      'dry/3 would-refuse',
    ]);
    const { isDryRun, summary, items } = DOCUMENTS.decisions.parse(document);
    assert.equal([isDryRun, summary], [true, { 'would-apply': 2, 'would-refuse': 1 }]);
    assert.is(items[2]?.reason, 'not-now');
    assert.is(await revisionOf('dry/1'), before);
    const others = { project: 'dry', stage: 'ship', claimant: 'worker-1', olderThanMs: 1 };
    assert.equal((await decided({ filter: others, isDryRun: true })).documents()[0].items, []);
  }),
);

test(
  'what a filter finds is confirmed by a person at a terminal, with the count',
  within(30_000, async () => {
    await setup('asked');
    const questions: string[] = [];
    const answering = (answer: string) => async (question: string) => {
      questions.push(question);
      return answer;
    };
    const before = await revisionOf('asked/1');
    const no = await decided({ filter: { project: 'asked' } }, { ask: answering('') });
    assert.equal([no.code, no.out(), no.err()], [1, '', 'nothing was done\n']);
    assert.is(await revisionOf('asked/1'), before);
    const yes = await decided({ filter: { project: 'asked' } }, { ask: answering('y') });
    assert.is(yes.code, 6);
    assert.equal(outcomes(yes.documents()), [
      'asked/1 applied',
      'asked/2 applied',
      'asked/3 refused',
    ]);
    assert.is(yes.err(), '2 applied, 1 refused\n');
    assert.equal(questions, Array(2).fill('pause 2 items (1 more would refuse)? [y/N] '));
  }),
);

test(
  'where nobody can be asked, it needs --yes',
  within(30_000, async () => {
    await setup('piped');
    const before = await revisionOf('piped/1');
    const error = await rejects(decided({ filter: { project: 'piped' } }), 'USAGE');
    assert.match(error.message, 'would be sent to 2 items: confirm it with --yes');
    assert.is(await revisionOf('piped/1'), before);
    const filter = { project: 'piped', state: 'active' };
    const { code, documents } = await decided({ verb: 'cancel', filter, isConfirmed: true });
    assert.is(code, 0);
    assert.equal(documents()[0].summary, { applied: 3 });
    const none = await decided({ filter: { project: 'nothing' } }, { output: 'table' });
    assert.equal([none.code, none.err()], [0, 'no item matches\n']);
  }),
);

test(
  'an item that has moved since it was read is reported, not hit',
  within(30_000, async () => {
    await setup('moving');
    const ask = async () => {
      await host.asker.ask({ address: 'item.moving.2', type: 'pause', data: {} });
      return 'yes';
    };
    const filter = { project: 'moving' };
    const { code, documents } = await decided({ verb: 'cancel', filter }, { ask });
    assert.is(code, 6);
    assert.equal(outcomes(documents()), ['moving/1 applied', 'moving/2 moved', 'moving/3 applied']);
    assert.is(documents()[0].items[1].reason, 'revision');
  }),
);

test(
  'items that are named need no confirmation; one that is not there stops all of it',
  within(30_000, async () => {
    await setup('named');
    const absent = decided({ items: ['named/1', 'named/9'] });
    await rejects(absent, 'ACTOR_NOT_FOUND');
    const { documents, out, code } = await decided(
      { items: ['named/1', 'named/2', 'named/1'] },
      { output: 'jsonl' },
    );
    assert.is(code, 0);
    assert.equal(
      documents().map(({ address, outcome }) => [address, outcome]),
      [
        ['named/1', 'applied'],
        ['named/2', 'applied'],
      ],
    );
    assert.ok(
      out()
        .split('\n')
        .filter(Boolean)
        .every((line) => DOCUMENTS.decision.parse(JSON.parse(line))),
    );
    const one = await decided({ items: ['named/3'], isDryRun: true });
    assert.equal([one.code, one.documents()[0].outcome], [6, 'would-refuse']);
  }),
);

test(
  'items and a filter exclude each other, neither is nothing, and ids are for one',
  within(10_000, async () => {
    await rejects(decided({}), 'USAGE');
    await rejects(decided({ items: ['named/1'], filter: { state: 'active' } }), 'USAGE');
    await rejects(decided({ items: ['named/1', 'named/2'], id: 'x' }), 'USAGE');
    await rejects(decided({ filter: { project: '' } }), 'USAGE');
    await rejects(decided({ filter: { state: 'parkd' } }), 'USAGE');
    await rejects(decided({ filter: { text: '' } }), 'USAGE');
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await host.stop();
  }),
);

test.run();
