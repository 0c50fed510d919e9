// `show --at` and `show --diff`: records as they were, and what differs between two of them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ShowInput, show } from '../../../services/inspect/commands/show.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { startFleet } from './command-fixture.ts';

const fleet = await startFleet();
const LIMIT_MS = 20_000;

/** A run that was opened, has exited, and has recorded a step. */
async function setup(id: string): Promise<{ run: string; revisions: number[] }> {
  const timeoutMs = 10_000;
  await submit(fleet.at().context, { project: 'shop', title: 'a defect', id, timeoutMs });
  const address = `run.shop.${id}.build.1`;
  await fleet.host.asker.ask({ address, type: 'exited', data: { code: 3 } });
  const step = { step: 'push', key: 'k', result: '\u001b[31mred' };
  await fleet.host.asker.ask({ address, type: 'finalize-step', data: step });
  const run = `shop/${id}/build/1`;
  const { context, documents } = fleet.at({ output: 'json' });
  await show(context, { address: run, hasHistory: true });
  const { history } = documents()[0];
  return { run, revisions: history.map(({ revision }: { revision: number }) => revision) };
}

async function shown(address: string, input: Omit<ShowInput, 'address'>, output?: 'json') {
  const test = fleet.at(output === undefined ? {} : { output });
  await show(test.context, { address, ...input });
  return test;
}

test(
  'a record is shown as it was at an earlier revision',
  within(LIMIT_MS, async () => {
    const { run, revisions } = await setup('1');
    const [opened = 0, exited = 0] = revisions;
    const first = (await shown(run, { at: opened }, 'json')).documents()[0];
    const second = await shown(run, { at: exited });

    assert.equal(
      [first.revision, first.state, first.isRemade, first.record.context.exit],
      [opened, 'running.queued', false, null],
    );
    assert.match(second.out(), /^state: +finalizing for 0ms, since /m);
    assert.match(second.out(), /^as of: +this revision, as it was stored$/m);
    assert.match(second.out(), /grace-elapsed {2}in 5m00s/);
    assert.not.match(second.out(), /Finalization/);
  }),
);

test(
  'a revision that is not kept is told as such, with those there are',
  within(LIMIT_MS, async () => {
    const { run, revisions } = await setup('2');
    const error = await rejects(shown(run, { at: 999_999 }), 'REVISION_NOT_KEPT');

    assert.match(
      error.message,
      `has no record of revision 999999; kept are ${revisions.join(', ')}`,
    );
    await rejects(shown(run, { diff: 999_999 }), 'REVISION_NOT_KEPT');
    await rejects(shown(run, { diff: 1, hasHistory: true }), 'USAGE');
  }),
);

test(
  'the difference to the present is listed by paths, older before newer',
  within(LIMIT_MS, async () => {
    const { run, revisions } = await setup('3');
    const [opened = 0, exited = 0, stepped = 0] = revisions;
    const [difference] = (await shown(run, { diff: opened }, 'json')).documents();
    const between = (await shown(run, { at: opened, diff: exited }, 'json')).documents()[0];

    assert.equal(
      [difference.from, difference.to],
      [
        { revision: opened, state: 'running.queued' },
        { revision: stepped, state: 'finalizing' },
      ],
    );
    assert.equal(difference.changes[0], {
      ...{ path: 'state', before: 'running.queued', after: 'finalizing' },
    });
    assert.ok(difference.changes.some(({ path }: { path: string }) => path === 'context.steps.0'));
    assert.equal([between.from.revision, between.to.revision], [opened, exited]);
    assert.not(between.changes.some(({ path }: { path: string }) => path === 'context.steps.0'));
  }),
);

test(
  'people read the difference as a table, without what a terminal would obey',
  within(LIMIT_MS, async () => {
    const { run, revisions } = await setup('4');
    const [opened = 0, , stepped = 0] = revisions;
    const text = (await shown(run, { diff: opened })).out();

    assert.match(
      text,
      `shop/4/build/1, revision ${opened} (running.queued) to ${stepped} (finalizing)`,
    );
    assert.match(text, /^ {2}context\.steps\.0 +\(none\) +\{"step":"push"/m);
    assert.not.match(text, '\u001b');
    assert.match((await shown(run, { diff: stepped })).out(), 'no difference');
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
