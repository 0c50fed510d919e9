// Time limit: 420 s
// Whatever becomes of webhooks, all ways end alike: they make things known sooner, and nothing depends on them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { OWNER, startGitHubWorld } from './github-world.ts';
import { type Plan, type Postman, startPostman } from './postman.ts';
import { EXPECTED, endOf, STAGES, walk } from './scenario.ts';

/** So many does the scenario cause at least; the rest is of marks and comments, and differs. */
const WEBHOOKS = 24;
/** All of them are lost, one after the other, where this is set: it takes some minutes. */
const isEachLost = process.env['ONCEWARD_TEST_ALL_WEBHOOKS'] === '1';
const LIMIT_MS = isEachLost ? 400_000 : 150_000;

const LOST = isEachLost ? [...Array(WEBHOOKS).keys()] : [2, 9, 17];
const PLANS: Readonly<Record<string, Plan>> = {
  'lose-all': { kind: 'lose-all' },
  twice: { kind: 'twice' },
  'reverse-threes': { kind: 'reverse', groupSize: 3 },
  'reverse-all': { kind: 'reverse', groupSize: 10_000 },
  ...Object.fromEntries(LOST.map((n) => [`lose-${n}`, { kind: 'lose-one', n } as const])),
};

test(
  'losing one webhook or all, doubling them, or turning them round leads to the same final records',
  within(LIMIT_MS, async () => {
    const projects = Object.keys(PLANS);
    let postman: Postman | undefined;
    const world = await startGitHubWorld({
      ...{ projects, stages: STAGES, reconcileMs: 2_000 },
      async webhook(onceward) {
        const planOf = (repository: string) => PLANS[repository.slice(OWNER.length + 1)];
        postman = await startPostman(onceward, (name) => planOf(name) ?? { kind: 'pass' });
        return postman.url;
      },
    });
    try {
      const ends = await Promise.all(projects.map((project) => walk(world, project)));

      assert.equal(
        ends,
        projects.map(() => EXPECTED),
      );
      // What comes long after the end, and backwards, changes nothing either.
      await postman?.flush(`${OWNER}/reverse-all`);
      assert.equal(await endOf(world, 'reverse-all', 1), EXPECTED);
    } finally {
      postman?.close();
      await world.stop();
    }
  }),
);

test.run();
