// Time limit: 1800 s
// As killed-in-a-write, for every single write, and for writes that come when the next life has written already.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { killedLives, startKillWorld } from './killed-lives.ts';
import { EACH_KIND_LATE, singleKills } from './killed-writes.ts';
import { END, leftOf } from './remains.ts';

/** Without a kill there are eleven or twelve. */
const WRITES = 12;

const isAsked = process.env['ONCEWARD_TEST_ALL_KILLS'] === '1';
if (!isAsked)
  process.stdout.write('skipped: every single kill (ONCEWARD_TEST_ALL_KILLS is not 1)\n');
const testWhenAsked = isAsked ? test : test.skip;

testWhenAsked(
  'killed once, in whichever write and on either side of it, what one life leaves is left',
  within(1_400_000, async () => {
    const world = await startKillWorld();
    try {
      const lives = await killedLives(world, singleKills(WRITES));

      assert.equal(
        lives.map(({ end }) => end),
        lives.map(() => END),
      );
    } finally {
      await world.stop();
    }
  }),
);

testWhenAsked(
  'a write that is carried out after the next life has written is made good once no other can come',
  within(390_000, async () => {
    const world = await startKillWorld();
    try {
      const [life] = await killedLives(world, [EACH_KIND_LATE]);
      assert.not.equal(life?.end, END);

      const healed = await world.until(async () => {
        const left = await leftOf(world, 'shop', 1);
        return left.comments.length === END.comments.length ? left : null;
      });

      assert.equal(healed, END);
    } finally {
      await world.stop();
    }
  }),
);

test.run();
