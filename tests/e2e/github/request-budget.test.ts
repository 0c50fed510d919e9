// Time limit: 600 s
// What many repositories with many open items cost in requests; docs/reconciler.md states the same numbers.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { costsOf, startManyProjects } from './many-projects.ts';

const REPOSITORIES = Number(process.env['ONCEWARD_TEST_REPOSITORIES'] ?? '10');
const ISSUES = REPOSITORIES * 40;
const MARKS = 6;
const LOOKS = 3;

test(
  'a look costs two requests for each repository, free while nothing changes, however many items there are',
  within(590_000, async () => {
    const many = await startManyProjects({ repositories: REPOSITORIES, issuesEach: 40 });
    try {
      await many.areShown(ISSUES);
      const opening = costsOf(many.take());
      await many.haveLooked(LOOKS);
      const looks = costsOf(many.take());
      await many.restart();
      await many.areShown(ISSUES);
      const restart = costsOf(many.take());

      process.stdout.write(`${JSON.stringify({ REPOSITORIES, opening, looks, restart })}\n`);
      assert.equal(
        [opening, looks, restart].map(({ writes }) => writes),
        [0, 0, 0],
      );
      assert.ok(opening.paid <= REPOSITORIES * (MARKS + 3) + ISSUES * 2 + 1);
      assert.ok(looks.asked <= REPOSITORIES * MARKS + looks.looks * 2);
      assert.is(looks.paid, 0);
      assert.ok(restart.paid <= REPOSITORIES * (MARKS + 2) + ISSUES * 2 + 1);
    } finally {
      await many.stop();
    }
  }),
);

test.run();
