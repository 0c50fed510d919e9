// Time limit: 1200 s
// Goal: forty items with planted trouble leave a base that is green at every commit, lose nothing and blame nobody
// who is innocent. Method: a whole `onceward up` on a real repository; beside it, the same forty branches merged
// one after the other because each is green by itself, which breaks the base.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { assertNothingLost, assertVerdicts, mergedByTrust, runShop } from './shop-run.ts';

const SEED = Number(process.env['SEED'] ?? 20261130);
const isAsked = process.env['ONCEWARD_TEST_ONE_AT_A_TIME'] === '1';
if (!isAsked) {
  process.stdout.write('skipped: one at a time (ONCEWARD_TEST_ONE_AT_A_TIME is not 1)\n');
}
const testWhenAsked = isAsked ? test : test.skip;

test(
  'forty items land in batches on a base that stays green, where trust in their own CI breaks it',
  within(580_000, async () => {
    const run = await runShop(SEED, 8);
    const { main, queue, audit } = run;
    const trust = await mergedByTrust(run);
    process.stdout.write(
      `seed ${SEED}: ${main.length} commits on main after ${queue.trials} trials; ` +
        `merged when their own CI is green, ${trust.red} of ${trust.commits} commits are red\n`,
    );

    assert.equal(await audit.redOf(main, ['--full']), []);
    assertVerdicts(run);
    await assertNothingLost(run);
    assert.ok(main.length < 38);
    assert.ok(trust.red > 0);
  }),
);

testWhenAsked(
  'forty items land one after the other, each in a commit of its own that is green',
  within(580_000, async () => {
    const run = await runShop(SEED, 1);
    const { main, queue, audit } = run;
    process.stdout.write(
      `seed ${SEED}: ${main.length} commits on main after ${queue.trials} trials\n`,
    );

    assert.equal(await audit.redOf(main, ['--full']), []);
    assertVerdicts(run);
    await assertNothingLost(run);
    assert.is(main.length, 38);
  }),
);

test.run();
