// The registry of projects: frozen from a configuration, stored when it differs, read by every host.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCommitter } from '../../services/actors/commit.ts';
import { loadConfiguration } from '../../services/config/load.ts';
import {
  freezePipelines,
  openingOf,
  readProject,
  registerProjects,
} from '../../services/project-registry.ts';
import {
  encodeProject,
  type ProjectRecord,
  readProjectEntry,
} from '../../services/registry/project-record.ts';
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

const configured = (text = CONFIGURATION) => loadConfiguration(text, { file: 'onceward.yaml' });

function freeze(text = CONFIGURATION) {
  return freezePipelines(configured(text), FOLDER);
}

function setup() {
  const clock = createVirtualClock();
  const bucket = createMemoryBucket({ clock });
  const committer = createCommitter(bucket, { clock, mode: 'single' });
  const register = (text = CONFIGURATION) =>
    registerProjects(configured(text), FOLDER, { bucket, committer });
  const store = async (project: string, record: Partial<ProjectRecord>) => {
    const pipeline = freeze().get('shop');
    if (pipeline === undefined) throw new Error('there is no pipeline');
    const settings = { repository: '/srv/git/web.git', pipeline: 'standard' };
    const whole = { origin: 'registry', isDraining: false, settings, pipeline, ...record } as const;
    const expectedRevision = (await bucket.read(project))?.revision ?? 0;
    await bucket.write({ key: project, value: encodeProject(whole), expectedRevision });
  };
  const reading = async (project: string) => {
    const entry = await bucket.read(project);
    return entry === null ? null : readProjectEntry(entry);
  };
  return { bucket, clock, register, store, reading };
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
    const { bucket, register } = setup();
    const pipelines = freeze();

    await register();

    assert.equal(await readProject(bucket, 'shop'), pipelines.get('shop'));
    assert.equal(await readProject(bucket, 'bank'), pipelines.get('bank'));
    assert.is(await readProject(bucket, 'nobody'), null);
  }),
);

test(
  'registering what is stored already writes nothing',
  within(5_000, async () => {
    const { bucket, register } = setup();
    await register();
    const before = bucket.counters().writes;

    await register();

    assert.is(bucket.counters().writes, before);
  }),
);

test(
  'a project that changed is stored anew, and the others are left alone',
  within(5_000, async () => {
    const { bucket, register } = setup();
    await register();
    const bank = await bucket.read('bank');

    await register(CONFIGURATION.replace('trunk', 'main'));

    assert.is((await readProject(bucket, 'shop'))?.baseBranch, 'main');
    assert.equal(await bucket.read('bank'), bank);
  }),
);

test(
  'of two hosts that register at the same time both end, and the project is there',
  within(5_000, async () => {
    const { bucket, register } = setup();

    await Promise.all([register(), register()]);

    assert.equal(await readProject(bucket, 'shop'), freeze().get('shop'));
  }),
);

test(
  'a project that was removed can be registered again',
  within(5_000, async () => {
    const { bucket, register } = setup();
    await register();
    const revision = (await bucket.read('shop'))?.revision ?? 0;
    await bucket.write({ key: 'shop', value: null, expectedRevision: revision });
    const between = await readProject(bucket, 'shop');

    await register();

    assert.is(between, null);
    assert.equal(await readProject(bucket, 'shop'), freeze().get('shop'));
  }),
);

test(
  'a record that cannot be read is no project, and whoever opens an item is told why',
  within(5_000, async () => {
    const { bucket, reading } = setup();
    const broken = ['{"v":1,"pipeline":{}}', '{"v":3}', 'nonsense', '{"v":2}'];
    await Promise.all(
      broken.map((value, index) => bucket.write({ key: `p${index}`, value, expectedRevision: 0 })),
    );

    assert.is(await readProject(bucket, 'p0'), null);
    assert.match(
      String(await openingOf(bucket, 'p0')),
      'older version of onceward (record version 1)',
    );
    assert.match(String(await openingOf(bucket, 'p1')), 'newer version');
    assert.match(String(await openingOf(bucket, 'p2')), 'no JSON');
    assert.is((await reading('p3'))?.status, 'unreadable');
    assert.is(await openingOf(bucket, 'nobody'), null);
  }),
);

test(
  'a project that the registry defines is not taken over by the file, and its pipeline is frozen anew',
  within(5_000, async () => {
    const { register, store, reading } = setup();
    await store('shop', {});

    await register(CONFIGURATION.replace('command: make', 'command: ninja'));

    const shop = await reading('shop');
    assert.is(shop?.status === 'readable' && shop.origin, 'registry');
    assert.is(shop?.status === 'readable' && shop.pipeline.repository, '/srv/git/web.git');
    assert.is(shop?.status === 'readable' && shop.pipeline.stages[0]?.command, 'ninja');
  }),
);

test(
  'a record of a newer version is left as it is',
  within(5_000, async () => {
    const { bucket, register } = setup();
    await bucket.write({ key: 'shop', value: '{"v":3}', expectedRevision: 0 });

    await register();

    assert.is((await bucket.read('shop'))?.value, '{"v":3}');
  }),
);

test(
  'a project whose pipeline the file has not keeps the one that was frozen',
  within(5_000, async () => {
    const { register, store, reading } = setup();
    await store('web', { settings: { repository: '/srv/git/web.git', pipeline: 'elsewhere' } });
    const before = await reading('web');

    await register();

    assert.equal(await reading('web'), before);
  }),
);

test(
  'a project that is being drained opens nothing new, and says so',
  within(5_000, async () => {
    const { bucket, store } = setup();
    await store('web', { isDraining: true });

    assert.match(String(await openingOf(bucket, 'web')), 'project web is being drained');
  }),
);

test.run();
