// What is counted of deployments: each operation, measurement, incident and hold once; and what a scrape says of each.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeRecord } from '../../../machines/record.ts';
import { claimTierOf } from '../../../services/observability/claim-tier.ts';
import { readDeploymentFacts } from '../../../services/observability/deployment-facts.ts';
import { METRICS } from '../../../services/observability/metric-definitions.ts';
import {
  assessed,
  checked,
  deploymentAfter,
  deploymentOf,
  due,
  failed,
  measured,
  mismatched,
  PRODUCTION,
  promoted,
  report,
  request,
  rolledBack,
  STAGING,
  take,
  untilDeployed,
  WATCHED,
} from '../../support/deployment-steps.ts';
import { ask, openRun, tell } from '../../support/machine-steps.ts';
import { within } from '../../support/within.ts';
import { createActorWorld } from '../actors/actor-hosts.ts';
import { NOTHING, setup } from './metrics-fixture.ts';
import { openObserved } from './observed-actor.ts';

function deployment() {
  const metrics = setup();
  return { ...metrics, actor: openObserved(PRODUCTION, tell('open'), metrics.observer) };
}

const bad = failed('product_fail', 'verify');

test(
  'a release that is good is one operation, with its time',
  within(5_000, async () => {
    const { actor, valuesOf, samples } = deployment();
    actor.take(request('1'), ...untilDeployed);

    assert.equal(await valuesOf(METRICS.deploymentOperations), {
      '{kind="release",outcome="healthy"}': 1,
    });
    const counts = new Map(await samples());
    const name = `${METRICS.deploymentDuration.name}_count{kind="release"}`;
    assert.is(counts.get(name), 1);
    assert.equal(await valuesOf(METRICS.deploymentIncidents), {});
  }),
);

test(
  'a version that proves bad is an incident and a degraded release, and its rollback an operation of its own',
  within(5_000, async () => {
    const { actor, valuesOf } = deployment();
    actor.take(request('1'), ...untilDeployed, request('2'));
    actor.take(take, assessed, checked, promoted, bad, take, rolledBack);

    assert.is(actor.state(), 'rolledBack');
    assert.equal(await valuesOf(METRICS.deploymentOperations), {
      '{kind="release",outcome="healthy"}': 1,
      '{kind="release",outcome="degraded"}': 1,
      '{kind="rollback",outcome="rolled-back"}': 1,
    });
    assert.equal(await valuesOf(METRICS.deploymentIncidents), { '': 1 });
  }),
);

test(
  'measurements count by what they said, those of the last round included',
  within(5_000, async () => {
    const { actor, valuesOf } = deployment();
    actor.take(request('1', { deploy: WATCHED }), ...untilDeployed);
    actor.take(due, take, measured('error', null), due, take, measured('bad', 900));
    actor.take(due, take, measured('bad', 900));

    assert.equal(await valuesOf(METRICS.deploymentMeasurements), {
      '{outcome="good"}': 3,
      '{outcome="bad"}': 2,
      '{outcome="error"}': 1,
    });
  }),
);

test(
  'a hold counts once by its cause, and one that is refused does not',
  within(5_000, async () => {
    const { actor, valuesOf } = deployment();
    actor.take(request('1'), take, assessed, mismatched, report('checked', {}));

    assert.equal(await valuesOf(METRICS.deploymentHolds), { '{cause="provenance-mismatch"}': 1 });
  }),
);

test(
  'a holder that is lost counts, by how it was missed',
  within(5_000, async () => {
    const { actor, valuesOf } = deployment();
    const lost = report('holder-lost', { worker: 'worker-1', evidence: 'not seen' });
    actor.take(request('1'), take, lost);

    assert.equal(await valuesOf(METRICS.deploymentHolderLosses), { '{cause="holder-lost"}': 1 });
  }),
);

test(
  'an alarm of a deployment is counted by its reason',
  within(5_000, async () => {
    const { actor, metrics, valuesOf } = deployment();
    for (const reason of ['held', 'degraded', 'unobserved'])
      metrics.alarmed(`deployment-${reason}`);
    for (const reason of ['provenance-mismatch', 'rollback-failed']) metrics.alarmed(reason);

    assert.is(actor.state(), 'idle');
    assert.is(Object.keys(await valuesOf(METRICS.alarms)).length, 5);
    assert.is((await valuesOf(METRICS.alarms))['{reason="other"}'], undefined);
  }),
);

test('a run that its deployment claims is claimed by the deployment, and by a person otherwise', () => {
  const deploy = {
    environment: 'production',
    image: { name: 'registry.example.com/acme/shop' },
    deploy: { command: 'true' },
  };
  const { record } = openRun({ kind: 'deploy', deploy }).stored();
  const claimants = ['deployment:shop.production', 'item', 'operator:ada'];
  assert.equal(
    claimants.map((claimant) => claimTierOf(claimant, null, record)),
    ['deployment', 'deployment', 'person'],
  );
});

test(
  'a scrape says where each environment stands and since when it is held, and nothing of what it cannot read',
  within(5_000, async () => {
    const world = createActorWorld();
    const held = deploymentAfter(request('1'), take, assessed, mismatched, request('2'));
    const good = deploymentOf(STAGING, request('1'), ...untilDeployed, ask('hold', {}));
    const bucket = world.bucket('onceward-deployments');
    const entries = { 'shop.production': held, 'shop.staging': good };
    for (const [key, { record }] of Object.entries(entries)) {
      await bucket.write({ key, value: encodeRecord(record), expectedRevision: 0 });
    }
    await bucket.write({ key: 'shop.x', value: '{', expectedRevision: 0 });
    const deployments = await readDeploymentFacts(world);
    const { samples } = setup(async () => ({ ...NOTHING, deployments }));
    const told = new Map(await samples());
    const of = (name: string, labels: string) => told.get(`${name}{project="shop",${labels}}`);

    assert.is(deployments.length, 2);
    assert.is(of(METRICS.deploymentState.name, 'environment="production",state="held"'), 1);
    assert.is(of(METRICS.deploymentQueue.name, 'environment="production"'), 1);
    assert.is(of(METRICS.deploymentOperationNumber.name, 'environment="staging"'), 1);
    assert.is(
      of(METRICS.deploymentHeldSince.name, 'environment="production"'),
      held.record.sinceMs / 1_000,
    );
  }),
);

test.run();
