// What of a deployment makes its project be looked at, and which comments are written anew.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  isDeploymentWorthALook,
  itemsShownAnew,
} from '../../../../services/reconciler/deployments/news.ts';
import { within } from '../../../support/within.ts';
import { SHA } from '../outside-stand-ins.ts';
import { digestOf, setup } from '../steps/deployment-fixture.ts';

const LIMIT_MS = 10_000;
const WATCHED = {
  watch: { probes: [{ name: 'home', kind: 'http', url: 'http://127.0.0.1:1/', count: 9 }] },
};

test(
  'an incident that waits for its item is worth a look, once, and none that has one',
  within(LIMIT_MS, async () => {
    const { degrade, deployment, look } = setup();
    await degrade();
    const degraded = deployment();
    await look();
    const opened = deployment();

    assert.is(isDeploymentWorthALook(undefined, degraded), true);
    assert.is(isDeploymentWorthALook(degraded, degraded), false);
    assert.is(isDeploymentWorthALook(degraded, opened), false);
  }),
);

test(
  'a measurement is no news of anybody',
  within(LIMIT_MS, async () => {
    const { arrive, deployed, deployment, clock, send, take, report } = setup({ deploy: WATCHED });
    await arrive();
    await deployed();
    const before = deployment();
    await clock.advance(60_000);
    await send(before.address, 'measure-due', {}, 'tell');
    await take();
    const measuring = deployment();
    await report('measured', { round: 1, results: [{ probe: 'home', outcome: 'good', value: 3 }] });
    const measured = deployment();

    assert.is(before.context.release?.item, 'gh-7');
    assert.is.not(measuring.revision, measured.revision);
    assert.equal(itemsShownAnew(before, measuring), []);
    assert.equal(itemsShownAnew(measuring, measured), []);
  }),
);

test(
  'a step is news of the item it is taken for, and an opened item of the one that is blamed',
  within(LIMIT_MS, async () => {
    const { arrive, bringUp, deployment, report } = setup();
    await arrive();
    const assessing = deployment();
    await bringUp(SHA);
    const deploying = deployment();
    await report('deployed', { digest: digestOf(SHA) });
    const other = setup();
    await other.degrade();
    const degraded = other.deployment();
    await other.look();

    assert.equal(itemsShownAnew(assessing, deploying), ['gh-7']);
    assert.equal(itemsShownAnew(deploying, deployment()), ['gh-7']);
    assert.equal(itemsShownAnew(degraded, other.deployment()), ['gh-8']);
  }),
);

test.run();
