// A workspace goes only after a proof that its work has landed; everything else stays, and says why.
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readJanitorReport } from '../../../services/queries/janitor-file.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { commitFile } from '../../transport/git/remote-fixture.ts';
import { createSweep } from './sweep-fixture.ts';

const DAY_MS = 86_400_000;

test(
  'an item that is done and landed loses worktree, run folders and HOME, live or archived; its logs stay',
  within(30_000, async () => {
    const { remote, open, sweep, workOn, record, left, reasonOf } = await createSweep();
    await workOn('1');
    await open().pushBranch('1', { expectedSha: null });
    await remote.run('update-ref', 'refs/heads/main', await remote.head('onceward/1'));
    await workOn('2');
    await open().pushBranch('2', { expectedSha: null });
    await remote.run('update-ref', 'refs/heads/main', await remote.head('onceward/2'));
    await record('1', 'done');
    await record('2', 'done', { isArchived: true });

    await sweep();

    assert.equal([left('1'), left('2')], [['logs'], ['logs']]);
    assert.is(reasonOf('shop/1'), 'logs-only');
    assert.is(await open().headSha('1'), null);
    assert.is.not(await remote.head('onceward/1'), '', 'the remote branch is left alone');
  }),
);

test(
  'an item that is done, but has a commit that is not on the base, keeps everything until it is',
  within(30_000, async () => {
    const { remote, open, sweep, workOn, record, left, reasonOf } = await createSweep();
    const { sha } = await workOn('1');
    await record('1', 'done');

    await sweep();
    const before = [reasonOf('shop/1'), left('1').length];
    await open().pushBranch('1', { expectedSha: null });
    await remote.run('update-ref', 'refs/heads/main', sha);
    await sweep();

    assert.equal(before, ['not-landed', 3]);
    assert.equal(left('1'), ['logs']);
  }),
);

test(
  'a catch-up that nobody pushed is no reason to keep a workspace whose work has landed',
  within(30_000, async () => {
    const { remote, open, sweep, workOn, record, left } = await createSweep();
    await workOn('1');
    const { sha } = await open().pushBranch('1', { expectedSha: null });
    await remote.commit('main', 'other.txt', 'other\n');
    const { startSha } = await open().openWorktree('1');
    const tree = await remote.run('rev-parse', 'main^{tree}');
    const merge = ['commit-tree', '-p', 'main', '-p', sha, '-m', 'land', tree];
    const identity = ['-c', 'user.name=x', '-c', 'user.email=x@localhost'];
    await remote.run('update-ref', 'refs/heads/main', await remote.run(...identity, ...merge));
    await record('1', 'done');

    await sweep();

    assert.is.not(startSha, sha);
    assert.equal(left('1'), ['logs']);
  }),
);

test(
  'what has landed under another name goes by the record; a commit on top of it is kept',
  within(30_000, async () => {
    const { sweep, workOn, record, left, reasonOf } = await createSweep();
    const { sha } = await workOn('1');
    await record('1', 'done', { landedSha: sha });
    const { path } = await workOn('2');
    const landedSha = await commitFile(path, 'more.txt', 'landed\n');
    await commitFile(path, 'late.txt', 'came later\n');
    await record('2', 'done', { landedSha });

    await sweep();

    assert.equal(left('1'), ['logs']);
    assert.equal([reasonOf('shop/2'), left('2').length], ['not-landed', 3]);
  }),
);

test(
  'what is not finished, failed, unknown or unreadable is kept, and the report says why',
  within(30_000, async () => {
    const { stateDir, sweep, workOn, record, left, reasonOf } = await createSweep();
    for (const item of ['1', '2', '3', '4']) await workOn(item);
    await record('1', 'active');
    await record('2', 'failed');
    await record('4', 'done', { url: '/nonexistent' });

    await sweep();

    const report = await readJanitorReport(stateDir);
    const reasons = ['1', '2', '3', '4'].map((item) => reasonOf(`shop/${item}`));
    assert.equal(reasons, ['active', 'not-discarded', 'unknown', 'remote-unread']);
    assert.equal(report?.reasons, {
      ...{ active: 1, 'not-discarded': 1, unknown: 1, 'remote-unread': 1 },
    });
    assert.equal(
      ['1', '2', '3', '4'].map((item) => left(item).length),
      [3, 3, 3, 3],
    );
    assert.ok((report?.kept[0]?.bytes ?? 0) > 0);
  }),
);

test(
  'a worktree that is a link, or no longer ours, is kept, and nothing behind the link is touched',
  within(30_000, async () => {
    const { stateDir, sweep, record, reasonOf, open } = await createSweep();
    await open().ensureClone();
    const elsewhere = temporaryDirectory();
    writeFileSync(join(elsewhere, 'precious.txt'), 'keep me\n');
    mkdirSync(join(stateDir, 'worktrees', 'shop'), { recursive: true });
    symlinkSync(elsewhere, join(stateDir, 'worktrees', 'shop', '1'));
    await record('1', 'done');

    await sweep();

    assert.is(reasonOf('shop/1'), 'head-unknown');
    assert.is(readFileSync(join(elsewhere, 'precious.txt'), 'utf8'), 'keep me\n');
  }),
);

test(
  'logs go once they are old enough, counted from the end of their item',
  within(30_000, async () => {
    const { clock, sweep, workOn, record, left } = await createSweep();
    await workOn('1');
    await record('1', 'failed');
    await clock.advance(30 * DAY_MS - 1_000);

    await sweep();
    const before = left('1');
    await clock.advance(1_000);
    await sweep();

    assert.equal(
      [before, left('1')],
      [
        ['worktrees', 'runs', 'logs'],
        ['worktrees', 'runs'],
      ],
    );
  }),
);

test(
  'a project whose remote does not answer delays no other, and ends at its limit',
  within(30_000, async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const { clock, sweep, workOn, record, left, said, warnings } = await createSweep();
    await workOn('1', 'stuck');
    await workOn('2');
    await record('1', 'done', { project: 'stuck', url: `git://127.0.0.1:${port}/stuck.git` });
    await record('2', 'failed');
    const asked = once(silent, 'connection');

    const sweeping = sweep();
    await said('shop/2');
    const [connection] = (await asked) as [Socket];
    await clock.advance(120_000);
    await sweeping;
    connection.destroy();
    silent.close();

    assert.ok(warnings.includes('stuck'));
    assert.equal(left('1', 'stuck').length, 3);
  }),
);

test(
  'what a crash has left half removed is gone after the next sweep, and so are folders of dead processes',
  within(30_000, async () => {
    const { stateDir, sweep, open, workOn } = await createSweep();
    const { sha } = await workOn('1');
    const living = await open().cleanCheckout(sha);
    const dead = living.path.replace(/checkout-\d+/, 'checkout-999999999');
    const nameless = join(stateDir, 'checkouts', 'checkout-abcdef');
    const half = join(stateDir, 'condemned', 'worktrees+shop+9');
    for (const path of [dead, nameless, half]) mkdirSync(path, { recursive: true });

    await sweep();

    const found = [living.path, dead, nameless, half].map((path) => existsSync(path));
    await living.dispose();
    assert.equal(found, [true, false, true, false]);
  }),
);

test(
  'going over the disk budget raises one alarm that names the biggest items, and another only after a while below',
  within(30_000, async () => {
    const { stateDir, state, sweep, workOn, record, alarms } = await createSweep();
    const { path } = await workOn('1');
    await record('1', 'active');
    writeFileSync(join(path, 'big.bin'), Buffer.alloc(3 * 1_048_576, 1));
    const elsewhere = join(stateDir, 'worktrees', 'shop', '99');

    await sweep({ diskBudgetMb: 2 });
    await sweep({ diskBudgetMb: 2 });
    const refusal = await state.budget.refusal(elsewhere);
    const ofExisting = await state.budget.refusal(path);
    await sweep({ diskBudgetMb: 100 });
    const below = await state.budget.refusal(elsewhere);
    await sweep({ diskBudgetMb: 2 });

    assert.is(alarms.length, 2);
    assert.match(alarms[0] ?? '', /of 2 MiB .*shop\/1 \d+ MiB/);
    assert.match(refusal ?? '', 'no new worktree');
    assert.equal([ofExisting, below], [null, null]);
  }),
);

test.run();
