// Whoever holds an older token than the remote knows can push nothing, even with a push that has begun before.
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Git } from '../../../transport/git/git.ts';
import { eventually } from '../../support/eventually.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { landingFixture } from './landing-fixture.ts';
import { testGit } from './remote-fixture.ts';

const LEASE = 'refs/onceward/merge-lease/main';
const LOOK_MS = 10;

/** A candidate of item 7 on a machine with this git. */
async function prepared(git: Git = testGit) {
  const given = await landingFixture();
  const seven = await given.item('7', 'fix.txt', 'fixed\n');
  const older = given.machine(git);
  const trial = await older.landing.prepare({ method: 'merge', members: [seven] });
  return { ...given, older, baseSha: trial.baseSha, sha: trial.candidate?.sha ?? '' };
}

/**
 * The receiving side of a remote that has shown its refs, and gets to see what is pushed only once it is let go:
 * a push that was begun, and then stood still.
 */
function heldUp() {
  const folder = temporaryDirectory();
  const [script, begun, goOn] = ['receive-pack', 'begun', 'go-on'].map((name) =>
    join(folder, name),
  );
  writeFileSync(
    script ?? '',
    `#!/bin/sh
( head -c 4 > ${folder}/head; touch ${begun}
  while [ ! -e ${goOn} ]; do sleep 0.05; done; cat ${folder}/head - ) | git-receive-pack "$@"
`,
  );
  chmodSync(script ?? '', 0o755);
  return {
    option: `--receive-pack=${script}`,
    begins: () => eventually(() => existsSync(begun ?? ''), LOOK_MS),
    letGo: () => writeFileSync(goOn ?? '', ''),
  };
}

test(
  'the newest token holds the lease, taking it again is harmless, and an older one cannot',
  within(20_000, async () => {
    const { remote, repository, machine } = await landingFixture();
    const other = machine();

    await repository.landing.fence(3);
    const sha = await remote.run('rev-parse', LEASE);
    await other.landing.fence(3);
    const again = await remote.run('rev-parse', LEASE);
    await other.landing.fence(5);
    const error = await rejects(repository.landing.fence(4), 'LEASE_LOST');

    assert.is(again, sha);
    assert.equal(error.details, { baseBranch: 'main', token: 4, found: 5 });
    assert.match(await remote.run('show', '--no-patch', '--format=%B', LEASE), /Token: 5\nPush: 0/);
    assert.is(await remote.run('ls-tree', LEASE), '');
    assert.is(await remote.run('rev-list', '--count', LEASE), '1');
  }),
);

test(
  'an older token can neither publish nor land, and one that was never taken cannot either',
  within(20_000, async () => {
    const { remote, older, machine, baseSha, sha } = await prepared();
    const { landing } = older;
    await rejects(landing.land({ token: 3, baseSha, sha }), 'LEASE_LOST');
    await landing.fence(3);
    await machine().landing.fence(4);

    await rejects(landing.publish({ token: 3, sha }), 'LEASE_LOST');
    await rejects(landing.land({ token: 3, baseSha, sha }), 'LEASE_LOST');

    assert.is(await remote.head('main'), baseSha);
    assert.is(await remote.head('onceward-merge/main'), '');
  }),
);

test(
  'a landing that has begun before the lease was taken is refused by the remote when it goes on',
  within(30_000, async () => {
    const held = heldUp();
    const { remote, older, machine, baseSha, sha } = await prepared((args, options) => {
      const at = args.indexOf('push');
      const isLanding = at >= 0 && args.some((arg) => arg.endsWith(':refs/heads/main'));
      return testGit(isLanding ? args.toSpliced(at + 1, 0, held.option) : args, options);
    });
    await older.landing.fence(3);

    const landed = rejects(older.landing.land({ token: 3, baseSha, sha }), 'LEASE_LOST');
    await held.begins();
    await machine().landing.fence(4);
    held.letGo();
    await landed;

    assert.is(await remote.head('main'), baseSha);
    assert.match(await remote.run('show', '--no-patch', '--format=%B', LEASE), /Token: 4/);
  }),
);

test(
  'a lease that is taken between the look and the push stops the landing too',
  within(20_000, async () => {
    const { remote, machine, older, baseSha, sha } = await prepared(async (args, options) => {
      const isLanding =
        args.includes('push') && args.some((arg) => arg.endsWith(':refs/heads/main'));
      if (isLanding) await machine().landing.fence(4);
      return testGit(args, options);
    });
    await older.landing.fence(3);

    await rejects(older.landing.land({ token: 3, baseSha, sha }), 'LEASE_LOST');

    assert.is(await remote.head('main'), baseSha);
  }),
);

test(
  'a publication that has begun before the lease was taken is refused likewise',
  within(30_000, async () => {
    const held = heldUp();
    const { remote, older, machine, sha } = await prepared((args, options) => {
      const at = args.indexOf('push');
      const isShown = at >= 0 && args.some((arg) => arg.includes(':refs/heads/onceward-merge/'));
      return testGit(isShown ? args.toSpliced(at + 1, 0, held.option) : args, options);
    });
    await older.landing.fence(3);

    const published = rejects(older.landing.publish({ token: 3, sha }), 'LEASE_LOST');
    await held.begins();
    await machine().landing.fence(4);
    held.letGo();
    await published;

    assert.is(await remote.head('onceward-merge/main'), '');
  }),
);

test(
  'git does not have a ref compared that stays where it is: a lease that did not move would stop nobody',
  within(30_000, async () => {
    const held = heldUp();
    const { remote, older, machine, baseSha, sha } = await prepared();
    await older.landing.fence(3);
    const lease = await remote.run('rev-parse', LEASE);
    const leases = [`${LEASE}:${lease}`, `refs/heads/main:${baseSha}`];
    const args = ['push', '--atomic', held.option].concat(
      leases.map((expected) => `--force-with-lease=${expected}`),
    );
    const refspecs = [`${lease}:${LEASE}`, `${sha}:refs/heads/main`];

    const pushed = testGit([...args, remote.url, ...refspecs], { cwd: older.gitDir });
    await held.begins();
    await machine().landing.fence(4);
    held.letGo();
    await pushed;

    assert.is(await remote.head('main'), sha);
  }),
);

test(
  'the lease moves with each push, to a commit that says how many there were',
  within(20_000, async () => {
    const { remote, older, baseSha, sha } = await prepared();
    const { landing } = older;
    const says = async () => (await remote.run('show', '--no-patch', '--format=%b', LEASE)).trim();

    await landing.fence(3);
    const taken = await says();
    await landing.publish({ token: 3, sha });
    await landing.publish({ token: 3, sha });
    const published = await says();
    await landing.land({ token: 3, baseSha, sha });

    assert.equal(
      [taken, published, await says()],
      ['Token: 3\nPush: 0', 'Token: 3\nPush: 1', 'Token: 3\nPush: 2'],
    );
  }),
);

test(
  'a lease is taken although an older holder pushes at the same time',
  within(20_000, async () => {
    const { remote, older, machine, sha } = await prepared();
    await older.landing.fence(3);
    let isFirst = true;
    const newer = machine(async (args, options) => {
      const isOvertaken = isFirst && args.includes('push');
      if (isOvertaken) isFirst = false;
      if (isOvertaken) await older.landing.publish({ token: 3, sha });
      return testGit(args, options);
    });

    await newer.landing.fence(4);

    assert.not.ok(isFirst);
    assert.match(await remote.run('show', '--no-patch', '--format=%B', LEASE), /Token: 4/);
  }),
);

test(
  'what is no lease at that ref is left alone',
  within(20_000, async () => {
    const { remote, repository } = await landingFixture();
    const head = await remote.head('main');
    await remote.run('update-ref', LEASE, head);

    await rejects(repository.landing.fence(3), 'GIT_FAILED');

    assert.is(await remote.run('rev-parse', LEASE), head);
  }),
);

test.run();
