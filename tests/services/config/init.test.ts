// `onceward init` and `onceward validate`, on real folders.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { initConfiguration } from '../../../services/config/init.ts';
import { renderJsonSchema } from '../../../services/config/json-schema.ts';
import { validateConfiguration } from '../../../services/config/validate.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const root = temporaryDirectory();

async function setup() {
  const directory = await mkdtemp(join(root, 'init-'));
  return { directory, file: join(directory, 'onceward.yaml') };
}

test(
  'init writes a configuration that is valid, and the schema it points to',
  within(5_000, async () => {
    const { directory, file } = await setup();

    const written = await initConfiguration({ directory, force: false, repository: '../shop' });

    const schemaFile = join(directory, '.onceward/onceward.schema.json');
    assert.equal(written, [file, schemaFile]);
    assert.equal((await validateConfiguration({ file })).problems, []);
    assert.is(await readFile(schemaFile, 'utf8'), renderJsonSchema());
  }),
);

test(
  'init leaves a configuration that is there as it is',
  within(5_000, async () => {
    const { directory, file } = await setup();
    await writeFile(file, 'mine');

    await rejects(initConfiguration({ directory, force: false, repository: '.' }), 'USAGE');

    assert.is(await readFile(file, 'utf8'), 'mine');
  }),
);

test(
  'init overwrites a configuration when it is forced to',
  within(5_000, async () => {
    const { directory, file } = await setup();
    await writeFile(file, 'mine');

    await initConfiguration({ directory, force: true, repository: '.', baseBranch: 'trunk' });

    assert.match(await readFile(file, 'utf8'), 'baseBranch: "trunk"');
  }),
);

test(
  'validate sums up a valid file',
  within(5_000, async () => {
    const { directory, file } = await setup();
    await initConfiguration({ directory, force: false, repository: '../shop.git' });

    const { lines } = await validateConfiguration({ file });

    assert.equal(lines, [
      `${file} is valid: 1 project, 1 pipeline, 1 pool`,
      '  shop: pipeline standard, branch main',
      '  standard: analysis → development → review → approval → release',
    ]);
  }),
);

test(
  'validate lists every problem and counts them',
  within(5_000, async () => {
    const { file } = await setup();
    await writeFile(file, 'version: 2\nextra: 1\n');

    const { problems, configuration, lines } = await validateConfiguration({ file });

    assert.is(problems.length, 2);
    assert.is(configuration, null);
    assert.is(lines[0], `${file}:1:10 version: got 2, expected 1`);
    assert.is(lines.at(-1), '2 problems');
  }),
);

test(
  'validate reports a missing file as a problem',
  within(5_000, async () => {
    const { file } = await setup();

    const { lines } = await validateConfiguration({ file });

    assert.equal(lines, [
      `${file}: there is no such file; \`onceward init\` writes one`,
      '1 problem',
    ]);
  }),
);

test.run();
