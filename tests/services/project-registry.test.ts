// The registry of projects: frozen from a configuration, stored when it differs, read by every host.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCommitter } from '../../services/actors/commit.ts';
import { loadConfiguration } from '../../services/config/load.ts';
import { freezePipelines, readProject, registerProjects } from '../../services/project-registry.ts';
import { createMemoryBucket } from '../support/memory-bucket.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { within } from '../support/within.ts';

const FOLDER = '/srv/fleet';
const CONFIGURATION = `\
version: 1
settings:
  graceMs: 400_000
projects:
  shop:
    repository: ./shop.git
    pipeline: standard
    baseBranch: trunk
  bank:
    repository: https://example.com/bank.git
    pipeline: standard
pipelines:
  standard:
    stages:
      - { name: build, kind: command, command: make, graceMs: 500_000 }
      - { name: ship, kind: external }
`.replaceAll('_000', '000');

function freeze(text = CONFIGURATION) {
  return freezePipelines(loadConfiguration(text, { file: 'onceward.yaml' }), FOLDER);
}

function setup() {
  const clock = createVirtualClock();
  const bucket = createMemoryBucket({ clock });
  const committer = createCommitter(bucket, { clock, mode: 'single' });
  return { bucket, clock, store: { bucket, committer } };
}

test('every project gets its pipeline with nothing left to be looked up', () => {
  const pipelines = freeze();

  const shop = pipelines.get('shop');
  assert.equal([...pipelines.keys()], ['shop', 'bank']);
  assert.equal([shop?.name, shop?.baseBranch], ['standard', 'trunk']);
  assert.equal(
    shop?.stages.map(({ name, graceMs }) => [name, graceMs]),
    [
      ['build', 500_000],
      ['ship', 400_000],
    ],
  );
  assert.is(shop?.limits.graceMs, 400_000);
});

test('a relative repository is one beside the configuration, an address stays as it is', () => {
  const pipelines = freeze();

  assert.is(pipelines.get('shop')?.repository, `${FOLDER}/shop.git`);
  assert.is(pipelines.get('bank')?.repository, 'https://example.com/bank.git');
});

test('the digest changes with the stages and the limits, and with nothing else', () => {
  const digestOf = (text: string) => freeze(text).get('shop')?.digest;

  assert.is(digestOf(CONFIGURATION.replace('trunk', 'main')), digestOf(CONFIGURATION));
  assert.is.not(
    digestOf(CONFIGURATION.replace('command: make', 'command: ninja')),
    digestOf(CONFIGURATION),
  );
  assert.is.not(digestOf(CONFIGURATION.replace('400000', '450000')), digestOf(CONFIGURATION));
  assert.match(digestOf(CONFIGURATION) ?? '', /^[0-9a-f]{64}$/);
});

test(
  'what is registered is read as it was frozen',
  within(5_000, async () => {
    const { bucket, store } = setup();
    const pipelines = freeze();

    await registerProjects(pipelines, store);

    assert.equal(await readProject(bucket, 'shop'), pipelines.get('shop'));
    assert.equal(await readProject(bucket, 'bank'), pipelines.get('bank'));
    assert.is(await readProject(bucket, 'nobody'), null);
  }),
);

test(
  'registering what is stored already writes nothing',
  within(5_000, async () => {
    const { bucket, store } = setup();
    await registerProjects(freeze(), store);
    const before = bucket.counters().writes;

    await registerProjects(freeze(), store);

    assert.is(bucket.counters().writes, before);
  }),
);

test(
  'a project that changed is stored anew, and the others are left alone',
  within(5_000, async () => {
    const { bucket, store } = setup();
    await registerProjects(freeze(), store);
    const bank = await bucket.read('bank');

    const changed = freeze(CONFIGURATION.replace('trunk', 'main'));
    await registerProjects(changed, store);

    assert.is((await readProject(bucket, 'shop'))?.baseBranch, 'main');
    assert.equal(await bucket.read('bank'), bank);
  }),
);

test(
  'of two hosts that register at the same time both end, and the project is there',
  within(5_000, async () => {
    const { bucket, store } = setup();

    await Promise.all([registerProjects(freeze(), store), registerProjects(freeze(), store)]);

    assert.equal(await readProject(bucket, 'shop'), freeze().get('shop'));
  }),
);

test(
  'a project that was removed can be registered again',
  within(5_000, async () => {
    const { bucket, store } = setup();
    await registerProjects(freeze(), store);
    const revision = (await bucket.read('shop'))?.revision ?? 0;
    await bucket.write({ key: 'shop', value: null, expectedRevision: revision });
    const between = await readProject(bucket, 'shop');

    await registerProjects(freeze(), store);

    assert.is(between, null);
    assert.equal(await readProject(bucket, 'shop'), freeze().get('shop'));
  }),
);

test(
  'what is stored and no pipeline of this version is no project',
  within(5_000, async () => {
    const { bucket } = setup();
    await bucket.write({ key: 'shop', value: '{"v":1,"pipeline":{}}', expectedRevision: 0 });

    assert.is(await readProject(bucket, 'shop'), null);
  }),
);

test.run();
