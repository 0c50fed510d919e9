// Time limit: 180 s
// `onceward project add`, `set`, `show` and `list` against a real server: what is stored, and what is refused.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { projectList } from '../../../services/inspect/commands/project/list.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { parseSetting } from '../../../services/registry/setting-paths.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { startFleet } from './command-fixture.ts';
import { folderWith, GITHUB } from './project-fixture.ts';

const fleet = await startFleet();
const bucket = fleet.host.world.bucket('onceward-projects');

test(
  'a project is added with its settings checked, and shown with every default',
  within(30_000, async () => {
    const { folder, add, show } = folderWith(fleet);
    const set = ['actuators.intake=shadow', 'tracker.commanders=[alice]'].map(parseSetting);

    const change = await add('added', { tracker: GITHUB, forge: GITHUB, label: 'agents', set });
    const shown = await show('added');

    assert.equal([change.outcome, change.revision], ['added', shown.revision]);
    assert.is(shown.settings.repository, join(folder, 'r.git'));
    assert.equal(shown.settings.tracker, {
      ...{ kind: 'github', connection: 'main', repository: 'acme/shop', label: 'agents' },
      ...{ commanders: ['alice'], maxActive: 20, closeWhenDone: true },
    });
    const { intake, marks } = shown.settings.actuators;
    assert.equal([intake, marks], ['shadow', 'enforce']);
    assert.equal([shown.origin, shown.stages, shown.problems], ['registry', ['build'], []]);
  }),
);

test(
  'what is wrong with a new project is said with the nearest name, and nothing is stored',
  within(30_000, async () => {
    const { add } = folderWith(fleet);

    const dangling = await rejects(add('wrong', { tracker: 'github:a/b@mian' }), 'CONFIG_INVALID');
    const label = await rejects(add('wrong', { label: 'x' }), 'USAGE');
    const pipeline = await rejects(add('wrong', { pipeline: undefined }), 'USAGE');
    const name = await rejects(add('not.a.name'), 'USAGE');
    const bare = await rejects(folderWith(fleet, null).add('wrong'), 'USAGE');

    assert.match(dangling.message, 'project wrong tracker.connection: there is no connection');
    assert.match(dangling.message, 'did you mean "main"?');
    assert.match(label.message, '--label needs --tracker');
    assert.match(pipeline.message, '--pipeline names one of');
    assert.match(name.message, 'no dots');
    assert.match(bare.message, "the project's pipeline is frozen from there");
    assert.is(await bucket.read('wrong'), null);
  }),
);

test(
  'a project that is there is not added again',
  within(30_000, async () => {
    const { add } = folderWith(fleet);
    await add('twice');

    const error = await rejects(add('twice'), 'PROJECT_REFUSED');

    assert.match(error.message, 'project twice exists already; nothing was changed');
  }),
);

test(
  'settings are changed by their paths, on the revision that was read',
  within(30_000, async () => {
    const { add, set, show } = folderWith(fleet);
    const { revision } = await add('changed');

    const change = await set('changed', ['baseBranch=trunk', 'pipeline=other']);
    const again = await set('changed', ['baseBranch=trunk']);
    const stale = set('changed', ['baseBranch=x'], { ifRevision: revision });
    const late = await rejects(stale, 'REVISION_CONFLICT');
    const wrong = await rejects(set('changed', ['tracker.maxActve=5']), 'CONFIG_INVALID');
    const shown = await show('changed');

    assert.equal([change.outcome, again.outcome], ['changed', 'unchanged']);
    assert.match(late.message, `expected revision ${revision}, found ${change.revision}`);
    assert.match(wrong.message, 'did you mean "maxActive"?');
    assert.equal([shown.baseBranch, shown.stages], ['trunk', ['test']]);
  }),
);

test(
  'without a file a setting is changed all the same, and what could not be checked is said',
  within(30_000, async () => {
    await folderWith(fleet).add('unchecked');
    const { set, show } = folderWith(fleet, null);

    const change = await set('unchecked', ['baseBranch=trunk']);
    const pipeline = await rejects(set('unchecked', ['pipeline=other']), 'USAGE');

    assert.match(change.notes.join(), 'was not checked');
    assert.match(pipeline.message, 'is frozen from an onceward.yaml, and none is here');
    assert.equal([(await show('unchecked')).baseBranch, change.outcome], ['trunk', 'changed']);
  }),
);

test(
  'a record that cannot be read is listed as such, and hides no other',
  within(30_000, async () => {
    const { call, set, show, add } = folderWith(fleet);
    await add('sound');
    await bucket.write({ key: 'broken', value: '{"v":9}', expectedRevision: 0 });

    const { documents } = await call(projectList);
    const lines = await call(projectList, { output: 'jsonl' });
    const table = await call(projectList, { output: 'table' });
    const rows: { project: string; origin: string | null }[] = documents()[0].projects;

    DOCUMENTS.projects.parse(documents()[0]);
    assert.is(lines.documents().length, rows.length);
    assert.is(rows.find(({ project }) => project === 'broken')?.origin, null);
    assert.is(rows.find(({ project }) => project === 'sound')?.origin, 'registry');
    assert.match(table.out(), /broken +- +unreadable +0/);
    assert.match((await show('broken')).problems[0], 'newer version of onceward');
    await rejects(set('broken', ['baseBranch=x']), 'RECORD_FROM_NEWER_VERSION');
  }),
);

test(
  'a project that nobody knows is said to be none, with the nearest name',
  within(30_000, async () => {
    const { add, show, set } = folderWith(fleet);
    await add('storefront');

    const error = await rejects(show('storefornt'), 'PROJECT_NOT_FOUND');

    assert.match(error.message, 'did you mean "storefront"?');
    await rejects(set('storefornt', ['baseBranch=x']), 'PROJECT_NOT_FOUND');
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
