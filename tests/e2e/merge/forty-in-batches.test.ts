// Time limit: 600 s
// Goal: what is tried together, up to eight at a time, leaves the base as green, loses as little and blames nobody
// the less for it. Method: the forty items of `forty-items`, in a whole `onceward up` on a real repository.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { assertNothingLost, assertVerdicts, runShop } from './shop-run.ts';

const SEED = Number(process.env['SEED'] ?? 20261130);

test(
  'forty items land in batches on a base that stays green, and whoever is innocent is not blamed with others',
  within(580_000, async () => {
    const run = await runShop(SEED, 8);
    const { main, queue, audit } = run;
    process.stdout.write(
      `seed ${SEED}: ${main.length} commits on main after ${queue.trials} trials\n`,
    );

    assert.equal(await audit.redOf(main, ['--full']), []);
    assertVerdicts(run);
    await assertNothingLost(run);
    assert.ok(main.length < 38);
  }),
);

test.run();
