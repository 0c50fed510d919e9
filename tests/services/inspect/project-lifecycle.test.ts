// Time limit: 180 s
// How a project goes, and how it travels: `onceward project remove`, `import` and `export` against a real server.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandContext } from '../../../services/inspect/command-context.ts';
import { projectExport } from '../../../services/inspect/commands/project/export.ts';
import { projectImport } from '../../../services/inspect/commands/project/import.ts';
import { projectRemove } from '../../../services/inspect/commands/project/remove.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { parseSetting } from '../../../services/registry/setting-paths.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { startFleet } from './command-fixture.ts';
import { folderWith, GITHUB } from './project-fixture.ts';

const fleet = await startFleet();
const bucket = fleet.host.world.bucket('onceward-projects');

/** What a host stores of its file. */
async function storeOfFile(project: string): Promise<void> {
  const { add } = folderWith(fleet);
  await add(project);
  const entry = await bucket.read(project);
  const value = (entry?.value ?? '').replace('"origin":"registry"', '"origin":"file"');
  await bucket.write({ key: project, value, expectedRevision: entry?.revision ?? 0 });
}

test(
  'a project with items under way is not removed, but drained',
  within(30_000, async () => {
    const { add, remove, show } = folderWith(fleet);
    await add('shop');
    await submit(fleet.at().context, { project: 'shop', title: 'x', id: '1', timeoutMs: 10_000 });

    const refused = await rejects(remove('shop'), 'PROJECT_REFUSED');
    const drained = await remove('shop', true);
    const waiting = await rejects(remove('shop'), 'PROJECT_REFUSED');

    assert.match(refused.message, 'project shop has 1 item that has not ended');
    assert.is(drained.outcome, 'draining');
    assert.match(waiting.message, 'is being drained and still has 1 item');
    assert.equal([(await show('shop')).isDraining, (await show('shop')).activeItems], [true, 1]);
  }),
);

test(
  'draining is called off, and items are opened again',
  within(30_000, async () => {
    const { add, remove, call, show } = folderWith(fleet);
    await add('kept-on');
    const { revision = 0 } = (await bucket.read('kept-on')) ?? {};
    const value = (await bucket.read('kept-on'))?.value?.replace(
      '"isDraining":false',
      '"isDraining":true',
    );
    await bucket.write({ key: 'kept-on', value: value ?? '', expectedRevision: revision });
    const keep = (context: CommandContext) =>
      projectRemove(context, { project: 'kept-on', isDraining: false, isKept: true });

    const before = await show('kept-on');
    const { documents } = await call(keep);

    assert.equal([before.isDraining, documents()[0].outcome], [true, 'changed']);
    assert.is((await show('kept-on')).isDraining, false);
    assert.is((await remove('kept-on')).outcome, 'removed');
  }),
);

test(
  'a project without items is removed, and can be added again',
  within(30_000, async () => {
    const { add, remove, show } = folderWith(fleet);
    await add('gone');

    const { outcome } = await remove('gone');
    const absent = await rejects(show('gone'), 'PROJECT_NOT_FOUND');
    const again = await add('gone');

    assert.equal([outcome, again.outcome], ['removed', 'added']);
    assert.match(absent.message, 'no project is called "gone"');
  }),
);

test(
  'what a file defines is left to it, until it is imported',
  within(30_000, async () => {
    await storeOfFile('filed');
    const { set, remove, add, call } = folderWith(fleet);

    const changing = await rejects(set('filed', ['baseBranch=x']), 'PROJECT_REFUSED');
    const removing = await rejects(remove('filed'), 'PROJECT_REFUSED');
    const adding = await rejects(add('filed'), 'PROJECT_REFUSED');
    const { code, documents } = await call((context) =>
      projectImport(context, { file: undefined }),
    );
    const [imported] = documents();
    DOCUMENTS.projectImport.parse(imported);

    assert.match(changing.message, 'project filed is defined in onceward.yaml; edit it there');
    assert.is(removing.message, changing.message);
    assert.match(adding.message, 'exists already, in an onceward.yaml');
    assert.is(code, 0);
    assert.is(imported.projects[0].outcome, 'taken-over');
    assert.is((await set('filed', ['baseBranch=trunk'])).outcome, 'changed');
  }),
);

test(
  'an import is all or nothing, and says what became of each',
  within(30_000, async () => {
    const { folder, call } = folderWith(fleet);
    const web = (name: string, pipeline: string) =>
      `  ${name}: { repository: ./${name}.git, pipeline: ${pipeline} }\n`;
    const header = 'version: 1\nprojects:\n';
    writeFileSync(join(folder, 'a.yaml'), header + web('one', 'standard') + web('two', 'nope'));
    writeFileSync(join(folder, 'b.yaml'), header + web('one', 'standard') + web('two', 'other'));
    const importing = async (file: string) =>
      (await call((context) => projectImport(context, { file }))).documents()[0].projects;

    const wrong = await rejects(importing('a.yaml'), 'CONFIG_INVALID');
    const before = await bucket.read('one');
    const first = await importing('b.yaml');
    const second = await importing('b.yaml');

    assert.match(wrong.message, 'there is no pipeline "nope"');
    assert.is(before, null);
    assert.equal(
      [first, second].map((changes) => changes.map((one: { outcome: string }) => one.outcome)),
      [
        ['added', 'added'],
        ['unchanged', 'unchanged'],
      ],
    );
  }),
);

test(
  'what is exported is imported as it was',
  within(30_000, async () => {
    const { add, call, documentOf } = folderWith(fleet);
    await add('kept', { tracker: GITHUB, set: [parseSetting('dailyCaps.usd=3')] });
    const before = await bucket.read('kept');
    const exporting = (context: CommandContext) => projectExport(context, { projects: ['kept'] });

    const { out } = await call(exporting, { output: 'table' });
    const importing = (context: CommandContext) => projectImport(context, { file: '-' });
    const { documents } = await call(importing, { input: out() });
    const document = await documentOf('projectExport', exporting);

    assert.is(documents()[0].projects[0].outcome, 'unchanged');
    assert.equal(await bucket.read('kept'), before);
    assert.equal(Object.keys(document.projects), ['kept']);
    await rejects(
      call((context) => projectExport(context, { projects: ['nobody'] })),
      'PROJECT_NOT_FOUND',
    );
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
