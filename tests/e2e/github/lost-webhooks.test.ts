// Time limit: 420 s
// Whatever becomes of webhooks, all ways end alike: they make things known sooner, and nothing depends on them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { OWNER, startGitHubWorld } from './github-world.ts';
import { type Plan, type Postman, startPostman } from './postman.ts';
import { type End, EXPECTED, endOf, STAGES, walk } from './scenario.ts';

const LIMIT_MS = 400_000;
/** The scenario causes so many, one more or less: comments that follow each other closely are one. */
const WEBHOOKS = 34;
const FEWEST = 32;

const EACH = [...Array(WEBHOOKS).keys()];
const PLANS: Readonly<Record<string, Plan>> = {
  'lose-all': { kind: 'lose-all' },
  twice: { kind: 'twice' },
  'reverse-threes': { kind: 'reverse', groupSize: 3 },
  'reverse-all': { kind: 'reverse', groupSize: 10_000 },
};

function losing(some: readonly number[]): Record<string, Plan> {
  return Object.fromEntries(some.map((n) => [`lose-${n}`, { kind: 'lose-one', n } as const]));
}

/** Each plan is a project of its own, at work beside the others. Returns their ends. */
async function walkAll(plans: Readonly<Record<string, Plan>>): Promise<End[]> {
  const projects = Object.keys(plans);
  let postman: Postman | undefined;
  const world = await startGitHubWorld({
    ...{ projects, stages: STAGES, reconcileMs: 2_000 },
    async webhook(onceward) {
      const planOf = (repository: string) => plans[repository.slice(OWNER.length + 1)];
      postman = await startPostman(onceward, (name) => planOf(name) ?? { kind: 'pass' });
      return postman.url;
    },
  });
  try {
    await Promise.all(projects.map((project) => walk(world, project)));
    // What comes long after the end, and backwards, must change nothing either.
    for (const project of projects) await postman?.flush(`${OWNER}/${project}`);
    const counts = projects.map((project) => postman?.count(`${OWNER}/${project}`) ?? 0);
    assert.ok(Math.min(...counts) >= FEWEST, `webhooks of each project: ${counts}`);
    return await Promise.all(projects.map((project) => endOf(world, project, 1)));
  } finally {
    postman?.close();
    await world.stop();
  }
}

test(
  'losing all webhooks or one of the first dozen, doubling or reversing them leads to the same final records',
  within(LIMIT_MS, async () => {
    const ends = await walkAll({ ...PLANS, ...losing(EACH.slice(0, 12)) });

    assert.equal(
      ends,
      [...Object.keys(PLANS), ...EACH.slice(0, 12)].map(() => EXPECTED),
    );
  }),
);

test(
  'losing any single one of the other webhooks leads to the same final records',
  within(LIMIT_MS, async () => {
    const ends = await walkAll(losing(EACH.slice(12)));

    assert.equal(
      ends,
      EACH.slice(12).map(() => EXPECTED),
    );
  }),
);

test.run();
