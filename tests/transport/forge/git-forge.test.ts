// A plain remote as a forge: heads of branches, and a clear no to everything else.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gitForge } from '../../../transport/forge/git-forge.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { createRemote } from '../git/remote-fixture.ts';

const LIMIT_MS = 30_000;

async function setup() {
  const remote = await createRemote();
  return { remote, forge: gitForge({ git: remote.git, url: remote.url }) };
}

test(
  'the head of a branch is what the remote says',
  within(LIMIT_MS, async () => {
    const { remote, forge } = await setup();
    const sha = await remote.commit('onceward/a', 'a.txt', 'a');
    assert.is(await forge.branchHead('onceward/a'), sha);
    assert.is(await forge.branchHead('a'), null);
  }),
);

test(
  'a remote that cannot be read is an outage',
  within(LIMIT_MS, async () => {
    const { remote } = await setup();
    const forge = gitForge({ git: remote.git, url: `${remote.url}-none` });
    await rejects(forge.branchHead('main'), 'OUTSIDE_UNAVAILABLE');
  }),
);

test(
  'whoever asks for pull requests, checks or reviews is told that there cannot be any',
  within(LIMIT_MS, async () => {
    const { forge } = await setup();
    assert.not(forge.hasPullRequests);
    const asked = [
      forge.pullRequests(),
      forge.pullRequest('a'),
      forge.putPullRequest({ headRef: 'a', baseRef: 'main', title: 't', body: '', key: 'k' }),
      forge.checks('a'),
      forge.requiredChecks('main'),
      forge.rerun({ kind: 'check-run', id: '1', attempt: 1 }),
      forge.reviews(1),
    ];
    const errors = await Promise.all(asked.map((answer) => rejects(answer, 'OUTSIDE_REFUSED')));
    assert.equal(
      errors.map(({ message }) => message.replace('a plain git remote has no ', '')),
      [
        ...['pull requests', 'pull requests', 'pull requests', 'checks', 'required checks'],
        ...['checks to run again', 'reviews'],
      ],
    );
  }),
);

test.run();
