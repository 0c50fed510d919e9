// Goal: whatever is done to an image between staging and production is noticed before a tag of production moves.
// Method: the real machine in memory, real workers, git, umoci, skopeo and a registry; one attack for each test.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { refusalOf, setupTested, UNTOUCHED } from './tested-fixture.ts';

const LIMIT_MS = 60_000;

const MISMATCH = ['held', 'provenance-mismatch'];
const CHECKED = ['take', 'assessed', 'checked'];

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

test.run();
