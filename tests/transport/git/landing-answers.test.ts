// What the remote holds decides whether a landing came about, not the answer to the push.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OncewardError } from '../../../transport/errors.ts';
import type { Git } from '../../../transport/git/git.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { candidateFixture } from './landing-fixture.ts';
import { testGit } from './remote-fixture.ts';

/** A git whose pushes of the base come about, without anybody being told. */
function withoutAnswers(): Git {
  return async (args, options) => {
    const result = await testGit(args, options);
    if (args.includes('push')) throw new OncewardError('GIT_FAILED', 'the answer was lost');
    return result;
  };
}

/** A hook of the remote. */
function plant(url: string, name: string, lines: string[]): void {
  const path = join(url, 'hooks', name);
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
}

test(
  'lost answers are read back: of taking the lease, of publishing and of landing',
  within(20_000, async () => {
    const { remote, machine, made } = await candidateFixture();
    const deaf = machine(withoutAnswers());
    const { baseSha, sha } = await made(deaf);

    await deaf.landing.fence(3);
    await deaf.landing.publish({ token: 3, sha });
    const outcome = await deaf.landing.land({ token: 3, baseSha, sha });

    assert.is(outcome, 'landed');
    assert.is(await remote.head('onceward-merge/main'), sha);
    assert.is(await remote.head('main'), sha);
    assert.is(await deaf.remoteHead('main'), sha);
  }),
);

test(
  'a remote that dies after the update has landed it all the same',
  within(20_000, async () => {
    const { remote, repository, made } = await candidateFixture();
    const { baseSha, sha } = await made(repository);
    await repository.landing.fence(3);
    plant(remote.url, 'reference-transaction', ['[ "$1" != committed ] || kill -9 $PPID']);

    const outcome = await repository.landing.land({ token: 3, baseSha, sha });

    assert.is(outcome, 'landed');
    assert.is(await remote.head('main'), sha);
  }),
);

test(
  'a remote that refuses is a failure of git that says why, and nothing moves',
  within(20_000, async () => {
    const { remote, repository, made } = await candidateFixture();
    const { baseSha, sha } = await made(repository);
    await repository.landing.fence(3);
    const lease = await remote.run('rev-parse', 'refs/onceward/merge-lease/main');
    const protectedBase = '[ "$1" != refs/heads/main ] || { echo "main is protected"; exit 1; }';
    plant(remote.url, 'update', [protectedBase]);

    const error = await rejects(repository.landing.land({ token: 3, baseSha, sha }), 'GIT_FAILED');

    assert.match(error.message, /main is protected/);
    assert.is(await remote.head('main'), baseSha);
    assert.is(await remote.run('rev-parse', 'refs/onceward/merge-lease/main'), lease);
  }),
);

test(
  'a remote without atomic pushes is told from other failures before anything is pushed',
  within(20_000, async () => {
    const { remote, repository } = await candidateFixture();
    await remote.run('config', 'receive.advertiseAtomic', 'false');

    const error = await rejects(repository.landing.fence(3), 'GIT_FAILED');

    assert.is(error.details['isAtomicMissing'], true);
    assert.match(error.message, /takes no atomic pushes/);
    assert.match(error.remedy ?? '', /receive\.advertiseAtomic/);
  }),
);

test.run();
