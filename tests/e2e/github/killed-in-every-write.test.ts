// Time limit: 1800 s
// As killed-in-a-write, for every single write, and for writes that come when the next life has written already.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { killedLives, startKillWorld } from './killed-lives.ts';
import { COMMENT_LATE, EACH_KIND_LATE, singleKills } from './killed-writes.ts';
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
  'a comment that is written after the next life has written its own is taken away once no other can come',
  within(390_000, async () => {
    const world = await startKillWorld();
    try {
      const [life, other] = await killedLives(world, [COMMENT_LATE, EACH_KIND_LATE]);

      const isHealed = (number: number) =>
        world.until(async () => {
          const left = await leftOf(world, 'shop', number);
          return left.comments.length === END.comments.length ? left : null;
        });
      const healed = await Promise.all([isHealed(1), isHealed(2)]);

      assert.is(life?.end.comments.length, END.comments.length + 1);
      assert.equal(other?.kills.includes('comment: late'), true);
      assert.equal(healed, [END, END]);
    } finally {
      await world.stop();
    }
  }),
);

test.run();
