// Time limit: 2000 s
// Onceward is killed in the middle of its writes to GitHub; what is left in the end is what one life would have left.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { startKillWorld } from './killed-lives.ts';
import { COMMENT_LATE, EACH_KIND, singleKills } from './killed-writes.ts';
import { END } from './remains.ts';

/** Without a kill there are eleven or twelve. */
const WRITES = 12;

const isAsked = process.env['ONCEWARD_TEST_ALL_KILLS'] === '1';
if (!isAsked)
  process.stdout.write('skipped: every single kill (ONCEWARD_TEST_ALL_KILLS is not 1)\n');
const testWhenAsked = isAsked ? test : test.skip;

/** Edits, and labels taken away, depend on how fast one state follows the other. */
const SURE_KILLS = ['comment', 'label', 'mark', 'pull request', 'final mark'].flatMap((kind) => [
  `${kind}: lost`,
  `${kind}: unanswered`,
]);

test(
  'killed in each kind of write, before and after it is carried out, one comment and one pull request are left',
  within(230_000, async () => {
    const world = await startKillWorld();
    try {
      const [life] = await world.lives([EACH_KIND]);

      assert.equal(life?.end, END);
      assert.equal(
        SURE_KILLS.filter((kill) => !life?.kills.includes(kill)),
        [],
      );
    } finally {
      await world.stop();
    }
  }),
);

testWhenAsked(
  'killed once before a write is carried out, whichever it is, what one life leaves is left',
  within(700_000, async () => {
    const world = await startKillWorld();
    try {
      const lives = await world.lives(singleKills(WRITES, 'lost'));

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
  'killed once before the answer to a write, whichever it is, what one life leaves is left',
  within(700_000, async () => {
    const world = await startKillWorld();
    try {
      const lives = await world.lives(singleKills(WRITES, 'unanswered'));

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
      const [life] = await world.lives([COMMENT_LATE]);
      const healed = await world.until(async () => {
        const left = await world.left(1);
        return left.comments.length === END.comments.length ? left : null;
      });

      assert.is(life?.end.comments.length, END.comments.length + 1);
      assert.equal(healed, END);
    } finally {
      await world.stop();
    }
  }),
);

test.run();
