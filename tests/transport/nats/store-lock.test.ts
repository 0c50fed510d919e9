// The lock on a store: one owner at a time, free again when its owner is dead.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lockStore } from '../../../transport/nats/store-lock.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const DEAD = { pid: process.pid, mark: 'an earlier process with this pid', sinceMs: 0 };

/** A state directory whose third owner left this text behind. */
function setup(text: string): string {
  const stateDir = temporaryDirectory();
  mkdirSync(join(stateDir, 'owner'));
  writeFileSync(join(stateDir, 'owner', '3'), text);
  return stateDir;
}

test(
  'of many who find a dead owner at once, one takes the store and one file remains',
  within(10_000, async () => {
    const stateDir = setup(JSON.stringify({ ...DEAD, machine: hostname() }));
    const attempts = await Promise.allSettled(
      Array.from({ length: 40 }, () => lockStore(stateDir)),
    );
    assert.is(attempts.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(readdirSync(join(stateDir, 'owner')), ['4']);
  }),
);

test(
  'a released store is free',
  within(10_000, async () => {
    const stateDir = temporaryDirectory();
    await (await lockStore(stateDir)).release();
    await (await lockStore(stateDir)).release();
  }),
);

test(
  'a file torn by a power failure does not lock the store for ever',
  within(10_000, async () => {
    const lock = await lockStore(setup(''));
    await lock.release();
  }),
);

test(
  'an owner on another machine cannot be judged from here, so the store stays his',
  within(10_000, async () => {
    const stateDir = setup(JSON.stringify({ ...DEAD, machine: 'elsewhere.example' }));
    const error = await rejects(lockStore(stateDir), 'STORE_IN_USE');
    assert.match(error.message, `remove ${join(stateDir, 'owner', '3')}`);
  }),
);

test.run();
