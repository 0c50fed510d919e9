// A commit is compared with the base and with what is live before anything is done for it.
import { renameSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { deployFixture } from './deploy-fixture.ts';

const LIMIT_MS = 60_000;
const IN_SOURCES = { when: { paths: ['src/**'] } };

/** Staging runs a commit; further ones are requested of it. */
async function setupLive() {
  const fixture = await deployFixture();
  const { carry, deployment, remote, request, settle } = fixture;
  const live = await remote.commit('main', 'src/sum.ts', 'export {};\n');
  await request('staging', live);
  await carry('staging');
  await settle('staging');
  return {
    ...{ ...fixture, live },
    /** What was said of a commit when it was compared, and what came of it. */
    async assess(sha: string, rules: Record<string, unknown> = {}) {
      await request('staging', sha, { rules, item: `item-${sha.slice(0, 6)}` });
      const { requests, types } = await carry('staging');
      const told = requests.find(({ type }) => type === 'assessed')?.data ?? {};
      const { ended, decided } = (await deployment('staging')).context;
      return { told, types, ended: ended.at(-1)?.outcome, kind: decided.at(-1)?.kind };
    },
  };
}

test(
  'a commit that is not on the base is not deployed',
  within(LIMIT_MS, async () => {
    const { assess, remote } = await setupLive();
    const sha = await remote.commit('onceward/8', 'src/sum.ts', 'export const sum = 1;\n');
    const unknown = '0'.repeat(40);

    const apart = await assess(sha);

    assert.is(apart.told['isOnBase'], false);
    assert.match(String(apart.told['reason']), 'is not on main');
    assert.equal([apart.types, apart.kind], [['take', 'assessed'], 'inconclusive']);
    assert.is((await assess(unknown)).told['isOnBase'], false);
  }),
);

test(
  'a commit that what is live holds already is told so, and nothing is done',
  within(LIMIT_MS, async () => {
    const { assess, live, remote } = await setupLive();
    const older = await remote.run('rev-parse', `${live}~1`);

    const same = await assess(live);
    const before = await assess(older);

    assert.equal([same.told['isContained'], same.ended, same.kind], [true, 'contained', 'pass']);
    assert.equal([before.told['isContained'], before.ended], [true, 'contained']);
    assert.equal(before.types, ['take', 'assessed']);
  }),
);

test(
  'where paths are asked for, a commit that changes none of them is passed over with the reason',
  within(LIMIT_MS, async () => {
    const { assess, remote, live } = await setupLive();
    const sha = await remote.commit('main', 'README.md', '# another\n');

    const { told, types, kind } = await assess(sha, IN_SOURCES);

    assert.equal([told['isNeeded'], kind], [false, 'not_applicable']);
    assert.match(String(told['reason']), `nothing in src/** differs from ${live.slice(0, 12)}`);
    assert.equal(types, ['take', 'assessed']);
  }),
);

test(
  'a commit that changes one of the paths is deployed, even if a commit before it, which was passed over, made the change',
  within(LIMIT_MS, async () => {
    const { assess, remote } = await setupLive();
    await remote.commit('main', 'src/deep/sum.ts', 'export const sum = 2;\n');
    const sha = await remote.commit('main', 'README.md', '# another\n');

    const { told, types } = await assess(sha, IN_SOURCES);

    assert.is(told['isNeeded'], true);
    assert.match(String(told['reason']), 'src/deep/sum.ts differs');
    assert.equal(types, ['take', 'assessed', 'built', 'checked', 'promoted', 'holder-lost']);
  }),
);

test(
  'a remote that cannot be read is no verdict on the commit',
  within(LIMIT_MS, async () => {
    const { carry, deployment, remote, request } = await setupLive();
    const sha = await remote.commit('main', 'README.md', '# another\n');
    await request('staging', sha, { item: '8' });
    renameSync(remote.url, `${remote.url}.away`);

    const { outcome } = await carry('staging');

    assert.is(outcome, 'failed');
    const { state, context } = await deployment('staging');
    assert.equal([state, context.holding?.cause], ['held', 'infrastructure']);
    assert.match(String(context.holding?.reason), /^remote-unreachable: assessing: /);
  }),
);

test.run();
