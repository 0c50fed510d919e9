// Goal: what the registry does not say, or nobody has tested, waits: production is not touched, and nobody is blamed.
// Method: the real machine in memory, real workers, git, umoci, skopeo and a registry behind a front.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { refusalOf, setupTested, UNTOUCHED } from './tested-fixture.ts';

const LIMIT_MS = 60_000;

for (const [trouble, words] of [
  ['fails', /registry-unavailable: registry: .*500/],
  ['hangs', /registry-unavailable: registry: .*did not answer .* within 1000 ms/],
  ['forbids', /registry-refused: registry: .*403/],
] as const) {
  test(
    `a registry that ${trouble} is no answer: production is held as infrastructure, and goes on once it is asked again`,
    within(LIMIT_MS, async () => {
      const tested = await setupTested();
      const { registryServer, deployment, registry, carry, send } = tested;
      const rules = { image: { name: tested.image, plain: true, timeoutMs: 1_000 } };
      await tested.requestProduction({ rules });

      registryServer.setTrouble(trouble);
      const { types } = await carry('production');
      const { state, context } = await deployment('production');
      registryServer.setTrouble('none');

      assert.equal(types, ['take', 'assessed', 'failed']);
      assert.equal([state, context.holding?.cause], ['held', 'infrastructure']);
      assert.match(String(context.holding?.reason), words);
      assert.is(await registry.digestAt('production'), null);
      assert.is(tested.deployLog('production'), null);
      await send('production', 'release', { decision: 'retry' });
      await carry('production');
      assert.is(await registry.digestAt('production'), tested.artifact.digest);
    }),
  );
}

test(
  'what nobody has tested waits for a person, who answers for it by name',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    await tested.requestProduction({ passes: [] });

    const refusal = await refusalOf(tested);
    await tested.send('production', 'release', { decision: 'accept', by: 'ada', reason: 'hotfix' });
    await tested.carry('production');

    assert.equal(refusal.held, ['held', 'untested']);
    assert.equal(refusal.untouched, UNTOUCHED);
    const { context } = await tested.deployment('production');
    assert.is(context.release?.override?.by, 'ada');
    assert.is(await tested.registry.digestAt('production'), tested.artifact.digest);
  }),
);

test(
  'an image whose origin is in doubt can only be looked at again or given up, never accepted',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    const other = await tested.pushOther('elsewhere');
    await tested.registry.moveTag(tested.commitTag, other);
    await tested.requestProduction();
    await refusalOf(tested);

    const accepted = await tested.send('production', 'release', { decision: 'accept' });
    await tested.registry.moveTag(tested.commitTag, tested.artifact.digest);
    await tested.send('production', 'release', { decision: 'retry' });
    await tested.carry('production');

    assert.is(accepted.outcome, 'refused');
    assert.is(await tested.registry.digestAt('production'), tested.artifact.digest);
  }),
);

test.run();
