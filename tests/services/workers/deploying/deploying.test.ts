// Time limit: 240 s
// Goal: a version is deployed, verified and rolled back by the commands of its stage, and whose fault a failure was is
// told by phase and registry. Method: the real machine in memory, real workers, git, skopeo and a registry.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { deployFixture } from './deploy-fixture.ts';

const LIMIT_MS = 60_000;

/** What its commands write down, `%` being the folder of the test, and how the deployment stands then. */
async function setupDeployed(rules: Record<string, unknown>) {
  const fixture = await deployFixture();
  const { deployment, lab } = fixture;
  const log = join(lab, 'log');
  const filled = JSON.parse(JSON.stringify(rules).replaceAll('%', lab));
  const deploy = { command: `echo deploy $ONCEWARD_DIGEST $ONCEWARD_KEY >> ${log}` };
  const request = async (name: string, file: string) => {
    const sha = await fixture.remote.commit('main', file, 'new\n');
    await fixture.request(name, sha, { rules: { deploy, ...filled }, item: file });
    await fixture.carry(name, { until: 'deployed' });
    const artifacts = (await deployment(name)).context.artifacts;
    return { sha, digest: artifacts.find((one) => one.sha === sha)?.digest };
  };
  const first = await request('staging', 'one');
  const seen = async () => {
    const { state, context } = await deployment('staging');
    return { state, context, last: context.ended.at(-1), holding: context.holding };
  };
  const said = () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);
  return { ...fixture, ...first, request, seen, said, log };
}

test(
  'a version is prepared for, deployed and verified in this order, and its steps are on record',
  within(LIMIT_MS, async () => {
    const { seen, said, digest } = await setupDeployed({
      prepare: { command: 'echo prepare >> %/log' },
      verify: { command: 'echo verify $ONCEWARD_SHA >> %/log; git rev-parse HEAD >> %/log' },
    });

    const { state, context } = await seen();
    const sha = context.live?.sha;
    assert.is(state, 'healthy');
    assert.is(context.live?.digest, digest);
    const deployed = `deploy ${digest} deployment.shop.staging:1:deploy`;
    assert.equal(said(), ['prepare', deployed, `verify ${sha}`, sha]);
  }),
);

test(
  'whatever fails while the environment is made ready is tried again, and then held: no item is blamed',
  within(LIMIT_MS, async () => {
    const { seen, said } = await setupDeployed({ prepare: { command: 'exit 1' } });

    const { state, holding, context } = await seen();
    assert.equal([state, holding?.cause], ['held', 'infrastructure']);
    assert.equal(context.decided, []);
    assert.equal(said(), []);
  }),
);

test(
  'a verdict file decides by its cause, and one that was not written is not observed',
  within(LIMIT_MS, async () => {
    const verify = (command: string) => ({ verify: { command, verdictFile: true } });
    const told = (text: string) => verify(`echo '${text}' > "$ONCEWARD_VERDICT_FILE"`);
    const silent = await (await setupDeployed(verify('true'))).seen();
    const away = await (
      await setupDeployed({
        ...told('{"outcome":"fail","cause":"database-away"}'),
        infrastructure: { causes: ['database-away'] },
      })
    ).seen();
    const bad = await (await setupDeployed(told('{"outcome":"fail","cause":"latency"}'))).seen();
    const good = await (await setupDeployed(told('{"outcome":"pass"}'))).seen();

    assert.equal([silent.state, silent.holding?.cause], ['held', 'unobserved']);
    assert.equal([away.state, away.holding?.cause], ['held', 'infrastructure']);
    assert.equal([bad.last?.outcome, bad.context.decided[0]?.kind], ['degraded', 'product_fail']);
    assert.is(good.state, 'healthy');
  }),
);

test(
  'a step that infrastructure has failed is repeated with the same key',
  within(LIMIT_MS, async () => {
    const { seen, said, carry } = await setupDeployed({
      deploy: { command: 'echo $ONCEWARD_KEY >> %/log; mkdir %/second || exit 0; exit 75' },
      retries: { infra: 1, backoffMs: 0 },
    });
    const faulty = await seen();
    await carry('staging', { until: 'deployed' });

    assert.equal([faulty.state, faulty.context.operation?.faults], ['deploying', 1]);
    assert.is((await seen()).state, 'healthy');
    const key = 'deployment.shop.staging:1:deploy';
    assert.equal(said(), [key, key]);
  }),
);

test(
  'a bad version is told as such, and the one of before comes back by its digest, tags included',
  within(LIMIT_MS, async () => {
    const verify = { command: 'grep -q "^deploy $ONCEWARD_DIGEST" %/log && test ! -e two' };
    const fixture = await setupDeployed({ verify });
    const second = await fixture.request('staging', 'two');

    const bad = await fixture.seen();
    assert.equal([bad.state, bad.context.operation?.kind], ['rollingBack', 'rollback']);
    assert.equal(
      bad.context.decided.map(({ kind }) => kind),
      ['pass', 'product_fail'],
    );
    assert.is(await fixture.registry.digestAt('staging'), second.digest);
    await fixture.carry('staging', { until: 'rolled-back' });
    const { state, context } = await fixture.seen();
    assert.is(state, 'rolledBack');
    assert.is(context.live?.digest, fixture.digest);
    assert.is(await fixture.registry.digestAt('staging'), fixture.digest);
    assert.match(
      fixture.said().at(-1) ?? '',
      `deploy ${fixture.digest} deployment.shop.staging:3:`,
    );
  }),
);

test(
  'a rollback has a command of its own where the stage names one, in a checkout of what comes back',
  within(LIMIT_MS, async () => {
    const fixture = await setupDeployed({
      deploy: { command: 'test ! -e two' },
      rollback: {
        command:
          'echo $ONCEWARD_DIGEST $ONCEWARD_PREVIOUS_DIGEST >> %/log; git rev-parse HEAD >> %/log',
      },
    });
    const { digest } = await fixture.request('staging', 'two');
    await fixture.carry('staging', { until: 'rolled-back' });

    assert.is((await fixture.seen()).state, 'rolledBack');
    assert.equal(fixture.said(), [`${fixture.digest} ${digest}`, fixture.sha]);
  }),
);

test.run();
