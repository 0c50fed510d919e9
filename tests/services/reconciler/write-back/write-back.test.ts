// What is shown in a tracker of an item: a comment for each run, then its mark. Tried on a real folder.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWriteBack } from '../../../../services/reconciler/write-back/write-back.ts';
import { folderTracker } from '../../../../transport/tracker/folder-tracker.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { within } from '../../../support/within.ts';
import { createOutsideStandIns, type StandInOptions } from '../outside-stand-ins.ts';

const LIMIT_MS = 10_000;
const ORIGIN = { tracker: 'folder', source: 'folder:shop', ref: 'login' };
const ITEM = 'item.shop.login';

/** An item for a file, in its stage `build`, and a person behind it. */
async function setup(options: StandInOptions = {}) {
  const stages = [
    { name: 'build', kind: 'external' as const },
    { name: 'review', kind: 'approval' as const },
  ];
  const outside = createOutsideStandIns({ stages, ...options });
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'login.md'), '# Repair the login\n');
  const tracker = folderTracker({ folder, clock: outside.clock, onProblem: () => {} });
  const project = { ...outside.project, tracker, trackerName: 'folder:shop' };
  await outside.send(ITEM, 'open', { title: 'Repair the login', origin: ORIGIN });
  const writeBack = createWriteBack(outside.deps);
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  return Object.assign(outside, {
    ...{ folder, writeBack, read },
    sync: (item = 'login', isDoubted = false) => writeBack.sync(project, item, isDoubted),
    folderProject: project,
  });
}

test(
  'the file shows where its item stands, and the comments what each run came to',
  within(LIMIT_MS, async () => {
    const { sync, read, pass, send } = await setup();
    await sync();
    const working = read('login.md');
    await pass('run.shop.login.build.1');
    await sync();
    const waiting = read('login.md');
    await send(ITEM, 'approve', { by: 'alice' });
    await sync();

    assert.match(working, 'state: active');
    assert.match(waiting, 'state: approval');
    assert.match(read('login.md'), 'state: done');
    assert.match(read('comments/login.md'), '### build, attempt 1: passed');
    assert.match(read('comments/login.md'), '### review, attempt 1: approved');
    assert.match(read('comments/login.md'), '**Done**');
  }),
);

test(
  'repeating it changes nothing, on this host or another one',
  within(LIMIT_MS, async () => {
    const { sync, read, pass, deps, folderProject } = await setup();
    await pass('run.shop.login.build.1');
    await sync();
    const before = [read('login.md'), read('comments/login.md')];

    await sync();
    await createWriteBack(deps).sync(folderProject, 'login');

    assert.equal([read('login.md'), read('comments/login.md')], before);
  }),
);

test(
  'a mark that a person has taken away is written again once it was noticed',
  within(LIMIT_MS, async () => {
    const { sync, read, folder, writeBack, folderProject } = await setup();
    await sync();
    writeFileSync(join(folder, 'login.md'), '# Repair the login\n');
    await sync();
    const unnoticed = read('login.md');

    writeBack.forgetMark(folderProject, 'login');
    await sync();

    assert.not.match(unnoticed, 'state:');
    assert.match(read('login.md'), 'state: active');
  }),
);

test(
  'an item that ended does not write its mark over that of its successor',
  within(LIMIT_MS, async () => {
    const { sync, read, send } = await setup();
    await send(ITEM, 'cancel');
    await send('item.shop.login-2', 'open', { title: 'again', origin: ORIGIN });
    await sync('login-2');

    await sync('login');

    assert.match(read('login.md'), 'state: active');
  }),
);

test(
  'nothing is written for an item of another tracker, nor what is off',
  within(LIMIT_MS, async () => {
    const { send, writeBack, folderProject, read, tracker, project } = await setup();
    await send('item.shop.gh-8', 'open', {
      title: 'x',
      origin: { tracker: 'github', source: 'github:acme/other', ref: '8' },
    });
    await writeBack.sync({ ...project, tracker }, 'gh-8');
    const marks = { ...folderProject.actuators, marks: 'off' as const };
    await writeBack.sync({ ...folderProject, actuators: marks }, 'login');

    assert.equal(tracker.calls, []);
    assert.not.match(read('login.md'), 'state:');
  }),
);

test(
  'a wish to work on it again is not taken away by what is written once more',
  within(LIMIT_MS, async () => {
    const { sync, read, send, folder, clock } = await setup();
    await send(ITEM, 'cancel');
    await sync();
    await clock.advance(1_000);
    writeFileSync(join(folder, 'login.md'), '---\nstate: todo\n---\n');

    await sync('login', true);

    assert.match(read('login.md'), 'state: todo');
  }),
);

test(
  'a label that was put back beside the final mark stays, and a mark that somebody has overtaken does not',
  within(LIMIT_MS, async () => {
    const { send, tracker, project, writeBack } = await setup();
    const origin = { tracker: 'github', source: 'github:acme/shop', ref: '8' };
    tracker.put('8');
    await send('item.shop.gh-8', 'open', { title: 'x', origin });
    await send('item.shop.gh-8', 'cancel');
    await writeBack.sync({ ...project, tracker }, 'gh-8');
    tracker.put('8', { isWanted: true });
    await writeBack.sync({ ...project, tracker }, 'gh-8', true);
    const again = { ...tracker.get('8') };
    tracker.put('8', { isWanted: false, mark: 'active' });

    await writeBack.sync({ ...project, tracker }, 'gh-8', true);

    assert.equal([again.isWanted, again.mark], [true, 'cancelled']);
    assert.is(tracker.get('8').mark, 'cancelled');
  }),
);

test.run();
