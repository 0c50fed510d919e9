// Deploying and rolling back by hand through the command line, on a real host: which version, who answers for it, and
// what it would do.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type DeployInput, deploy } from '../../../services/inspect/commands/deployment/deploy.ts';
import { deploymentSteer } from '../../../services/inspect/commands/deployment/steer.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { commit, digestOf } from '../../support/deployment-steps.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import type { TestContextOptions } from './command-fixture.ts';
import { onBase, PRODUCTION, STAGING, startDelivery, timeoutMs } from './delivery-fixture.ts';

const delivery = await startDelivery();
const { fleet, printed, shown, toBeDeployed, report, take, deployTo, steer, build } = delivery;

function deployed(input: Partial<DeployInput>, options: TestContextOptions = {}): Promise<string> {
  const given = { project: 'yard', environment: 'production', timeoutMs, ...input };
  return printed((context) => deploy(context, given), options);
}

test(
  'a rollback is refused while nothing was good before, and says to which version it goes once there is one',
  within(60_000, async () => {
    await toBeDeployed('1');
    await toBeDeployed('2');
    await build('1');
    await deployTo(STAGING, '1');
    await fleet.audited(PRODUCTION, '"request"');
    const { message } = await rejects(steer({ verb: 'rollback' }), 'EVENT_REFUSED');
    assert.match(message, /no version that was good before is there to come back/);
    await take(PRODUCTION);
    await report(PRODUCTION, 'assessed', onBase);
    await deployTo(PRODUCTION, '1');
    const { live } = await shown();
    assert.is(live?.digest, digestOf('1'));
  }),
);

test(
  'deploy finds a version by its item, its commit or its digest, and says what is known of those it does not',
  within(30_000, async () => {
    const plans = await Promise.all(
      [{ item: '1' }, { sha: commit('1').slice(0, 8) }, { digest: digestOf('1').slice(0, 20) }].map(
        (wanted) => deployed({ ...wanted, isDryRun: true }, { output: 'json' }),
      ),
    );
    const digests = plans.map((text) => DOCUMENTS.deployPlan.parse(JSON.parse(text)).plan?.digest);
    assert.equal(digests, Array(3).fill(digestOf('1')));
    const unknown = await rejects(deployed({ sha: '99999999' }), 'USAGE');
    assert.match(
      unknown.message,
      /no image of yard is known by "?99999999"?; known are 1{12} sha256:1{12} \(good in production, staging\)/,
    );
    assert.match((await rejects(deployed({}), 'USAGE')).message, /which version\?.*known are/);
  }),
);

test(
  'a dry run tells every step with its command and what it is told, and sends nothing',
  within(20_000, async () => {
    const before = await shown();
    const plan = await deployed({ item: 'yard/1', isDryRun: true });
    assert.match(plan, /would accept deploy/);
    assert.match(
      plan,
      /^ {2}deploy +1m00s +deploys it, by digest: \.\/deploy\.sh \$ONCEWARD_DIGEST$/m,
    );
    assert.match(plan, new RegExp(`^ {2}ONCEWARD_DIGEST +${digestOf('1')}$`, 'm'));
    assert.is((await shown()).revision, before.revision);
  }),
);

test(
  'a version that nobody has tested is deployed only by somebody who says why, and that is on record',
  within(30_000, async () => {
    await build('2');
    const { message } = await rejects(deployed({ sha: commit('2') }), 'EVENT_REFUSED');
    assert.match(message, /staging has no verdict of pass for sha256:2{12}/);
    const { context, err } = fleet.at();
    const given = { project: 'yard', environment: 'production', sha: commit('2'), timeoutMs };
    await deploy(context, { ...given, override: 'staging is down', by: 'ada' });
    assert.match(err(), /this is an override: .* and ada answers for it/);
    const { release } = await shown();
    assert.equal([release?.override?.by, release?.override?.reason], ['ada', 'staging is down']);
  }),
);

test(
  'a rollback under way is told with the version it goes to',
  within(30_000, async () => {
    await take(PRODUCTION);
    await report(PRODUCTION, 'assessed', onBase);
    await deployTo(PRODUCTION, '2');
    const { context, err } = fleet.at();
    const rollback = { verb: 'rollback', project: 'yard', environment: 'production' } as const;
    await deploymentSteer(context, { ...rollback, reason: 'orders fail', timeoutMs });
    assert.match(err(), /rolls back from 2{12} sha256:2{12} to 1{12} sha256:1{12} of yard\/1/);
    const { operation, state } = await shown();
    assert.equal([state, operation?.target?.digest], ['rollingBack', digestOf('1')]);
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
