// What people read of issues that wait: of an item that is not there yet, and of a whole project.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { why } from '../../../services/inspect/commands/why.ts';
import {
  outsideOf,
  outsidePairs,
  outsideTable,
} from '../../../services/inspect/outside-sections.ts';
import { createSections } from '../../../services/inspect/sections.ts';
import { timesOf } from '../../../services/inspect/times.ts';
import { type OutsideReport, writeOutsideReport } from '../../../services/queries/outside-file.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { startFleet } from './command-fixture.ts';

const LIMIT_MS = 30_000;
const SHOP = {
  ...{ project: 'shop', lookedAtMs: 60_000, failedLooks: 6, problem: 'github: 502', unshown: 2 },
  waitingCount: 300,
  waiting: [{ ref: '7', item: 'gh-7', title: 'Login', reason: 'waits for #6' }],
};
const REPORT: OutsideReport = { v: 1, by: 'host-a', atMs: 60_000, projects: [SHOP] };

const fleet = await startFleet();

test(
  'an item whose issue waits does not exist yet, for the reason that its issue waits for',
  within(LIMIT_MS, async () => {
    const stateDirectory = temporaryDirectory();
    await writeOutsideReport(stateDirectory, REPORT);
    const { context } = fleet.at({ stateDirectory });

    const error = await rejects(why(context, { address: 'shop/gh-7' }), 'ACTOR_NOT_FOUND');
    const other = await rejects(why(context, { address: 'shop/gh-8' }), 'ACTOR_NOT_FOUND');

    assert.is(error.message, 'item shop/gh-7 does not exist yet: issue 7 waits: waits for #6');
    assert.not.match(other.message, 'waits');
  }),
);

test('a project shows its last look, what went wrong, and what waits', () => {
  const sections = createSections({ style: (_, text) => text });
  const seen = outsideOf(REPORT, 'shop');
  const times = timesOf({ timeStyle: undefined }, 65_000);

  sections.pairs(outsidePairs(seen, times));
  outsideTable(sections, seen);

  const page = sections.lines().join('\n');
  assert.match(page, /last look: +at 1970-01-01T00:01:00.000Z, 5s ago/);
  assert.match(page, /outside: +github: 502 \(6 looks in a row\)/);
  assert.match(page, /to be shown: +2 items/);
  assert.match(page, 'waiting issues, the first 1');
  assert.match(page, /7 +Login +waits for #6/);
});

test('where nobody of this state directory has looked, nothing is said of the outside', () => {
  const times = timesOf({ timeStyle: undefined }, 65_000);

  assert.is(outsideOf(REPORT, 'web'), null);
  assert.is(outsideOf(null, 'shop'), null);
  assert.equal(outsidePairs(null, times), []);
});

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
