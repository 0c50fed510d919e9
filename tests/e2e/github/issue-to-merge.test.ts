// An issue with the label becomes a pull request that is ready to be merged, and is done once it was merged.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { startGitHubWorld } from './github-world.ts';
import { STAGES, walk } from './scenario.ts';

test(
  'an issue with the label becomes a reviewed pull request with its checks passed, and is done once merged',
  within(120_000, async () => {
    const world = await startGitHubWorld({ projects: ['shop'], stages: STAGES });
    try {
      const end = await walk(world, 'shop');

      assert.equal(end, {});
    } finally {
      await world.stop();
    }
  }),
);

test.run();
