// Time limit: 240 s
// Onceward is killed in the middle of its writes to GitHub; what is left in the end is what one life would have left.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { killedLives, startKillWorld } from './killed-lives.ts';
import { EACH_KIND } from './killed-writes.ts';
import { END } from './remains.ts';

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
      const [life] = await killedLives(world, [EACH_KIND]);

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

test.run();
