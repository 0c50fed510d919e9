// The configuration that `onceward init` writes: valid as it is, and complete.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stageSchema } from '../../../machines/pipeline.ts';
import { loadConfiguration } from '../../../services/config/load.ts';
import { settingsSchema } from '../../../services/config/settings.ts';
import { projectName, renderStarterConfiguration } from '../../../services/config/template.ts';

const options = { repository: '../shop.git', baseBranch: 'trunk' };

test('the starter configuration loads without problems', () => {
  const configuration = loadConfiguration(renderStarterConfiguration(options), { file: 'a.yaml' });

  assert.is(configuration.projects['shop']?.repository, '../shop.git');
  assert.is(configuration.projects['shop']?.baseBranch, 'trunk');
  assert.equal(
    configuration.pipelines['standard']?.stages.map(({ name }) => name),
    ['analysis', 'development', 'review', 'approval', 'release'],
  );
});

test('the merge stage that it shows can be taken as it is', () => {
  const text = renderStarterConfiguration(options).replace(
    / {6}# - name: land\n(?: {6}# {3}.*\n)+/,
    (stage) => stage.replace(/^ {6}# /gm, '      '),
  );
  const { pipelines } = loadConfiguration(text, { file: 'a.yaml' });

  const land = pipelines['standard']?.stages.find(({ name }) => name === 'land');
  assert.equal([land?.kind, land?.merge?.batchSize, land?.onFail], ['merge', 4, 'development']);
});

test('the starter configuration tells editors where its schema is', () => {
  const [first] = renderStarterConfiguration(options).split('\n');

  assert.is(first, '# yaml-language-server: $schema=.onceward/onceward.schema.json');
});

test('the starter configuration shows every setting and every field of a stage', () => {
  const text = renderStarterConfiguration(options);
  const fields = [...Object.keys(settingsSchema.shape), ...Object.keys(stageSchema.shape)];

  assert.equal(
    fields.filter((field) => !new RegExp(`^ +(# +|- )?${field}:`, 'm').test(text)),
    [],
  );
});

test('the settings shown are the defaults', () => {
  const text = renderStarterConfiguration(options).replace(/^ {2}# (\w+: \S+)$/gm, '  $1');
  const { settings } = loadConfiguration(text, { file: 'a.yaml' });

  assert.match(text, '\n  sweepMs: 5000\n');
  assert.equal(settings, settingsSchema.parse({}));
});

test('an odd address is written so that YAML reads it back', () => {
  const repository = 'C: "quoted" # not a comment';
  const text = renderStarterConfiguration({ repository, baseBranch: 'main' });

  assert.is(
    Object.values(loadConfiguration(text, { file: 'a' }).projects)[0]?.repository,
    repository,
  );
});

test('a project is named after the last part of its address', () => {
  assert.is(projectName('git@example.com:team/web.shop.git'), 'web-shop');
  assert.is(projectName('/srv/git/shop/'), 'shop');
  assert.is(projectName('host:shop'), 'shop');
  assert.is(projectName('.'), 'app');
});

test.run();
