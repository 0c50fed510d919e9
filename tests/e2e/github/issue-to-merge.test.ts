// An issue with the label becomes a pull request that is ready to be merged, and is done once it was merged.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { OWNER, startGitHubWorld } from './github-world.ts';
import { type Postman, startPostman } from './postman.ts';
import { EXPECTED, STAGES, walk } from './scenario.ts';

/** Longer than the test: whatever happens was told by a webhook. */
const NEVER_MS = 3_600_000;

test(
  'webhooks alone lead an issue with the label to a reviewed pull request with passed checks, and once merged to its end',
  within(80_000, async () => {
    let postman: Postman | undefined;
    const world = await startGitHubWorld({
      ...{ projects: ['shop'], stages: STAGES, reconcileMs: NEVER_MS },
      async webhook(onceward) {
        postman = await startPostman(onceward, () => ({ kind: 'pass' }));
        return postman.url;
      },
    });
    try {
      const end = await walk(world, 'shop');

      assert.equal(end, EXPECTED);
      // The first come before there is anybody to take them.
      const statuses = postman?.answers(`${OWNER}/shop`).filter((status) => status !== 0);
      assert.equal([...new Set(statuses)], [202]);
    } finally {
      postman?.close();
      await world.stop();
    }
  }),
);

test.run();
