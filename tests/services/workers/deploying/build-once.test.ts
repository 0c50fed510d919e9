// Goal: the image of a commit is built once, says which commit it is of, and is promoted by moving tags.
// Method: the real machine in memory, real workers, git, umoci, skopeo and a registry.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildCommand } from '../../../support/oci-image.ts';
import { within } from '../../../support/within.ts';
import { deployFixture, type Requested } from './deploy-fixture.ts';

const LIMIT_MS = 60_000;
const TO_PROMOTED = ['take', 'assessed', 'built', 'checked', 'promoted', 'holder-lost'];

/** One commit is to be built by this command. */
async function setupBuild(command: string, more: Requested = {}) {
  const fixture = await deployFixture();
  const sha = await fixture.remote.commit('main', 'README.md', '# a shop\n');
  const build = { command, timeoutMs: 20_000 };
  await fixture.request('staging', sha, { ...more, rules: { build, ...more.rules } });
  const carried = await fixture.carry('staging');
  const failed = carried.requests.find(({ type }) => type === 'failed')?.data;
  const { steps: _, token: __, operation: ___, ...failure } = failed ?? {};
  return { ...fixture, sha, carried, failure, summary: String(failure['summary']) };
}

test(
  'an image is built once, and the tag of its commit and the one of its environment are moved to it',
  within(LIMIT_MS, async () => {
    const { carried, deployment, image, registry, sha } = await setupBuild(buildCommand());

    assert.equal(carried.types, TO_PROMOTED);
    const { state, context } = await deployment('staging');
    const { artifact } = context.release ?? {};
    assert.is(state, 'deploying');
    assert.equal([artifact?.sha, artifact?.image, artifact?.environment], [sha, image, 'staging']);
    assert.is(await registry.digestAt('staging'), artifact?.digest);
    assert.is(await registry.digestAt(`staging-${sha.slice(0, 12)}`), artifact?.digest);
    assert.equal(
      context.operation?.findings.map(({ check, isMet }) => [check, isMet]),
      [
        ['tag', true],
        ['revision', true],
        ['statement', true],
      ],
    );
  }),
);

test(
  'what is stated of a build names the image, the commit, the command and who has run it, and lies beside its log',
  within(LIMIT_MS, async () => {
    const { deployment, image, lab, remote, sha } = await setupBuild(buildCommand());

    const { artifact } = (await deployment('staging')).context.release ?? {};
    const { subject, predicateType, predicate } = JSON.parse(artifact?.statement ?? '{}');
    const { buildDefinition, runDetails } = predicate;
    const sha256 = artifact?.digest.slice('sha256:'.length);
    assert.equal(
      [subject, predicateType],
      [[{ name: image, digest: { sha256 } }], 'https://slsa.dev/provenance/v1'],
    );
    assert.equal(buildDefinition.externalParameters, {
      ...{ repository: remote.url, baseBranch: 'main', command: buildCommand() },
    });
    assert.equal(buildDefinition.resolvedDependencies[0].digest, { gitCommit: sha });
    assert.match(runDetails.builder.id, 'worker-1');
    const folder = join(lab, 'worker-1', 'logs', 'shop', 'deploy=staging');
    const kept = readdirSync(folder).filter((name) => name.endsWith('.provenance.json'));
    assert.equal(
      kept.map((name) => readFileSync(join(folder, name), 'utf8')),
      [`${artifact?.statement}\n`],
    );
  }),
);

test(
  'production promotes the very image that staging has passed: nothing is built, and no layer is moved',
  within(LIMIT_MS, async () => {
    const { carry, deployment, registry, registryServer, request, settle, sha } = await setupBuild(
      buildCommand(),
    );
    await settle('staging');
    const { artifacts, live } = (await deployment('staging')).context;
    const digest = live?.digest ?? '';
    const before = registryServer.requests.length;

    await request('production', sha, {
      rules: { requires: 'staging' },
      artifact: artifacts[0] ?? null,
      passes: [{ environment: 'staging', digest }],
    });
    const { types } = await carry('production');

    assert.equal(types, ['take', 'assessed', 'checked', 'promoted', 'holder-lost']);
    assert.is(await registry.digestAt('production'), digest);
    assert.is(await registry.digestAt('staging'), digest);
    const asked = registryServer.requests.slice(before).join('\n');
    assert.not.match(asked, /(POST|PUT|PATCH) .*\/blobs\//);
  }),
);

test(
  'a build that fails, or leaves no image, is the fault of the commit, with its last words',
  within(LIMIT_MS, async () => {
    const broken = await setupBuild('echo missing brace; exit 2');
    const empty = await setupBuild('true');

    const { kind, phase, cause } = broken.failure;
    assert.equal([kind, phase, cause], ['product_fail', 'build', 'build-failed']);
    assert.match(broken.summary, /code 2; last output:\nmissing brace/);
    assert.equal(
      [empty.failure['kind'], empty.failure['cause']],
      ['product_fail', 'image-missing'],
    );
    assert.match(empty.summary, 'ONCEWARD_OCI_LAYOUT');
    assert.is((await broken.deployment('staging')).context.ended.at(-1)?.outcome, 'failed');
  }),
);

test(
  'an image that does not say of which commit it is, or says another, is not pushed; it is said how to set the label',
  within(LIMIT_MS, async () => {
    const unlabelled = await setupBuild(buildCommand().replace(/ && umoci config.*$/, ''));
    const mislabelled = await setupBuild(buildCommand('main'));

    assert.is(unlabelled.failure['cause'], 'revision-label');
    assert.match(unlabelled.summary, 'org.opencontainers.image.revision=$ONCEWARD_SHA');
    assert.equal(
      [mislabelled.failure['kind'], mislabelled.failure['cause']],
      ['product_fail', 'revision-label'],
    );
    assert.match(mislabelled.summary, `is "main", expected ${mislabelled.sha}`);
    const asked = mislabelled.registryServer.requests.filter((one) =>
      one.includes(mislabelled.image.split('/').slice(1).join('/')),
    );
    assert.equal(asked, []);
  }),
);

test(
  'a build that says so, or ends with a code of the rules, has met infrastructure: the item is not blamed',
  within(LIMIT_MS, async () => {
    const temporary = await setupBuild('exit 75');
    const known = await setupBuild('exit 9', { rules: { infrastructure: { exitCodes: [9] } } });

    assert.equal(
      [temporary.failure['kind'], known.failure['kind']],
      ['infra_error', 'infra_error'],
    );
    const { state, context } = await known.deployment('staging');
    assert.equal([state, context.holding?.cause], ['held', 'infrastructure']);
  }),
);

test(
  'a build that takes too long is ended, and nothing of it is left',
  within(LIMIT_MS, async () => {
    const { failure, lab } = await setupBuild('sleep 300 & sleep 300', {
      rules: { build: { command: 'sleep 300 & sleep 300', timeoutMs: 1_000 } },
    });

    assert.equal([failure['kind'], failure['cause']], ['product_fail', 'build-timeout']);
    assert.equal(readdirSync(join(lab, 'worker-1', 'checkouts')), []);
  }),
);

test(
  'a build is told its commit and its environment, and no variable of its worker',
  within(LIMIT_MS, async () => {
    const { summary, sha } = await setupBuild('env | sort; exit 1');

    assert.match(summary, `ONCEWARD_SHA=${sha}`);
    assert.match(summary, 'ONCEWARD_ENVIRONMENT=staging');
    assert.match(summary, 'ONCEWARD_KEY=deployment.shop.staging:1:build');
    assert.not.match(summary, 'hunter2');
  }),
);

test.run();
