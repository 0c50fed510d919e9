// Goal: whatever is done to an image between staging and production is noticed before a tag of production moves.
// Method: the real machine in memory, real workers, git, umoci, skopeo and a registry; one attack for each test.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { setupTested, type Tested } from './tested-fixture.ts';

const LIMIT_MS = 60_000;

/** What production came to: why it is held, and that nothing of it was touched. */
async function refusalOf({ carry, deployment, deployLog, registry, sha }: Tested) {
  const { types } = await carry('production');
  const { state, context } = await deployment('production');
  const { cause, reason } = context.holding ?? {};
  const tags = ['production', `production-${sha.slice(0, 12)}`];
  const moved = await Promise.all(tags.map((tag) => registry.digestAt(tag)));
  return {
    held: [state, cause],
    reason: String(reason),
    unmet: context.operation?.findings.flatMap(({ check, isMet }) => (isMet ? [] : check)),
    types,
    untouched: { tags: moved, deployed: deployLog('production'), live: context.live },
  };
}

const MISMATCH = ['held', 'provenance-mismatch'];
const CHECKED = ['take', 'assessed', 'checked'];
const UNTOUCHED = { tags: [null, null], deployed: null, live: null };

test(
  'without an attack the same image is promoted, so that what holds the others is the attack',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    await tested.requestProduction();

    const { types } = await tested.carry('production');

    assert.equal(types, [...CHECKED, 'promoted', 'holder-lost']);
    assert.is(await tested.registry.digestAt('production'), tested.artifact.digest);
  }),
);

test(
  'the tag of the commit, moved to another image after the test, holds production',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    const other = await tested.pushOther('elsewhere');
    await tested.registry.moveTag(tested.commitTag, other);
    await tested.requestProduction();

    const refusal = await refusalOf(tested);

    assert.equal([refusal.held, refusal.unmet, refusal.types], [MISMATCH, ['tag'], CHECKED]);
    const { digest } = tested.artifact;
    assert.match(refusal.reason, `${tested.commitTag} is ${other}, expected ${digest}`);
    assert.equal(refusal.untouched, UNTOUCHED);
  }),
);

test(
  'the moving tag of staging, at an image that staging does not know, holds production',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    const other = await tested.pushOther('staging', 'main');
    await tested.requestProduction();

    const refusal = await refusalOf(tested);

    assert.equal([refusal.held, refusal.unmet, refusal.types], [MISMATCH, ['tag'], CHECKED]);
    const { digest } = tested.artifact;
    assert.match(refusal.reason, `staging is ${other}, and staging knows of ${digest}`);
    assert.equal(refusal.untouched, UNTOUCHED);
  }),
);

test(
  'an image built again of the same commit, under the same tags, is not the one that was tested',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    const rebuilt = await tested.pushOther(tested.commitTag);
    await tested.pushOther('staging');
    await tested.requestProduction();

    const refusal = await refusalOf(tested);

    assert.is.not(rebuilt, tested.artifact.digest);
    assert.equal([refusal.held, refusal.unmet], [MISMATCH, ['tag']]);
    assert.match(refusal.reason, `${tested.commitTag} is ${rebuilt}`);
    assert.equal(refusal.untouched, UNTOUCHED);
  }),
);

test(
  'an image whose label says another commit is held, whatever its tags and its statement say',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    const digest = await tested.pushOther(tested.commitTag, 'main');
    const statement = tested.artifact.statement.replace(
      tested.artifact.digest.slice('sha256:'.length),
      digest.slice('sha256:'.length),
    );
    const passes = [{ environment: 'staging', digest }];
    await tested.requestProduction({ artifact: { ...tested.artifact, digest, statement }, passes });

    const refusal = await refusalOf(tested);

    assert.equal(refusal.held, MISMATCH);
    assert.equal(refusal.unmet, ['revision']);
    assert.match(refusal.reason, `is "main", expected ${tested.sha}`);
    assert.equal(refusal.untouched, UNTOUCHED);
  }),
);

test(
  'a statement on another digest holds production',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    const { artifact } = tested;
    const sha256 = artifact.digest.slice('sha256:'.length);
    const statement = artifact.statement.replace(sha256, 'f'.repeat(64));
    await tested.requestProduction({ artifact: { ...artifact, statement } });

    const refusal = await refusalOf(tested);

    assert.equal([refusal.held, refusal.unmet, refusal.types], [MISMATCH, ['statement'], CHECKED]);
    assert.match(refusal.reason, `its digest is sha256:${'f'.repeat(64)}`);
    assert.equal(refusal.untouched, UNTOUCHED);
  }),
);

test(
  'an image that is gone from the registry holds production',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    const digest = `sha256:${'e'.repeat(64)}`;
    const passes = [{ environment: 'staging', digest }];
    await tested.requestProduction({ artifact: { ...tested.artifact, digest }, passes });

    const refusal = await refusalOf(tested);

    assert.equal([refusal.held, refusal.types], [MISMATCH, CHECKED]);
    assert.match(refusal.reason, `the registry has no ${tested.image}@${digest}`);
    assert.equal(refusal.untouched, UNTOUCHED);
  }),
);

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
