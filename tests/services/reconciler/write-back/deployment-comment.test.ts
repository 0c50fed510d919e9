// What the comment of a run says that waits for an environment, from its turn to the item that was opened for it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ItemView, RunView } from '../../../../services/reconciler/records/item-views.ts';
import { livingComment } from '../../../../services/reconciler/write-back/living-comment.ts';
import { within } from '../../../support/within.ts';
import { LATER_SHA, SHA } from '../outside-stand-ins.ts';
import { DEPLOYMENT, digestOf, setup as setupDeployment } from '../steps/deployment-fixture.ts';

const LIMIT_MS = 10_000;
const WATCHED = {
  watch: { probes: [{ name: 'home', kind: 'http', url: 'http://127.0.0.1:1/' }] },
};

function setup(deploy: object = {}) {
  const outside = setupDeployment({ deploy });
  const { views, deployment } = outside;
  const bodyOf = async (item: string) => {
    const run = await views.run({ project: 'shop', item, stage: 'ship', attempt: 1 });
    const given = { item: await views.item('shop', item), run, isNewest: false };
    const { item: view } = given as { item: ItemView };
    const comment = { item: view, run: run as RunView, deployment: deployment(), isNewest: false };
    return livingComment(comment)?.body ?? '';
  };
  return Object.assign(outside, {
    bodyOf,
    headingOf: async (item: string) => (await bodyOf(item)).split('\n')[0],
  });
}

test(
  'it says what is done with the version of its item, step by step',
  within(LIMIT_MS, async () => {
    const { arrive, headingOf, take, report, bringUp } = setup(WATCHED);
    await arrive('gh-7', SHA);
    await arrive('gh-8', LATER_SHA);
    const said = [await headingOf('gh-7')];
    await take();
    await report('assessed', { isOnBase: true, isContained: false, isNeeded: true });
    said.push(await headingOf('gh-7'));
    await bringUp(SHA);
    said.push(await headingOf('gh-7'));
    await report('deployed', { digest: digestOf(SHA) });
    said.push(await headingOf('gh-7'));

    assert.equal(said, [
      '### ship, attempt 1: is compared with what is live in `production`',
      '### ship, attempt 1: its image is being built for `production`',
      '### ship, attempt 1: is being deployed to `production`',
      '### ship, attempt 1: deployed to `production`, and watched',
    ]);
    assert.is(await headingOf('gh-8'), '### ship, attempt 1: waits for its turn in `production`');
  }),
);

test(
  'what is held says why',
  within(LIMIT_MS, async () => {
    const { arrive, headingOf, take, report } = setup({ retries: { infra: 0 } });
    await arrive();
    await take();
    const fault = { phase: 'registry', cause: 'registry-down', summary: 'answers 500' };
    await report('failed', { kind: 'infra_error', ...fault });

    assert.match((await headingOf('gh-7')) ?? '', /: held in `production`: .*answers 500/);
  }),
);

test(
  'what is live says so, and what proved bad says what was seen, what serves, and which item was opened',
  within(LIMIT_MS, async () => {
    const { bodyOf, headingOf, degrade, rolledBack, look, incident } = setup();
    await degrade('GET / answers 500');
    const bringing = await bodyOf('gh-8');
    await rolledBack();
    await look();

    assert.is(await headingOf('gh-7'), '### ship, attempt 1: live in `production`');
    assert.match(bringing, 'The version of before is being brought back to `production`.');
    const body = await bodyOf('gh-8');
    assert.match(body, '### ship, attempt 1: has failed in `production`');
    assert.match(body, '> verify: GET / answers 500');
    assert.match(body, '`aaaaaaaaaaaa` serves `production` again, in place of `bbbbbbbbbbbb`.');
    assert.match(body, `Item \`shop/${incident()?.openedItem}\` was opened for it.`);
  }),
);

test(
  'what is deployed afterwards changes nothing of what was said',
  within(LIMIT_MS, async () => {
    const { bodyOf, degrade, rolledBack, arrive, deployed } = setup();
    const thirdSha = 'c'.repeat(40);
    await degrade();
    await rolledBack();
    const before = await bodyOf('gh-8');
    await arrive('gh-9', thirdSha);
    await deployed(thirdSha);

    assert.is(await bodyOf('gh-8'), before);
  }),
);

test(
  'an operator who holds the environment is named where something is under way',
  within(LIMIT_MS, async () => {
    const { arrive, headingOf, send } = setup();
    await arrive();
    await send(DEPLOYMENT, 'hold', { by: 'mara', reason: 'a fair begins' });

    assert.match((await headingOf('gh-7')) ?? '', /held in `production`: a fair begins/);
  }),
);

test.run();
