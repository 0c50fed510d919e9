// A discard removes what is here of a finished item, and only after showing what is lost and being told to.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decideItem } from '../../../services/inspect/commands/decide-item.ts';
import { discard } from '../../../services/inspect/commands/discard.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { wait } from '../../../services/inspect/commands/wait.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { createRepositories } from '../../../transport/git/repository.ts';
import { natsServer, stopNatsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { externalPipeline, startTestHost } from '../../support/test-host.ts';
import { within } from '../../support/within.ts';
import { commitFile, createRemote, testGit } from '../../transport/git/remote-fixture.ts';
import { testContext } from './command-fixture.ts';

const timeoutMs = 10_000;
const remote = await createRemote();
const { url: natsUrl } = await natsServer({ syncAlways: false });
const pipeline = { ...externalPipeline('build'), repository: remote.url };
const host = await startTestHost({ url: natsUrl, pipelines: { shop: pipeline } });

/** An item with a worktree that holds an unpushed commit and a changed file. */
async function setup(id: string, isCancelled = true) {
  const stateDirectory = temporaryDirectory();
  const at = (options: Parameters<typeof testContext>[0] = {}) =>
    testContext({ natsUrl, stateDirectory, ...options });
  await submit(at().context, { project: 'shop', title: 'x', id, timeoutMs });
  if (isCancelled) {
    await decideItem(at().context, { verb: 'cancel', item: `shop/${id}`, timeoutMs });
    await wait(at().context, { address: `shop/${id}`, for: 'cancelled', timeoutMs });
  }
  const open = { project: 'shop', url: remote.url, baseBranch: 'main' };
  const repository = createRepositories({ git: testGit, stateDir: stateDirectory }).open(open);
  await remote.run('branch', '--force', `onceward/${id}`, 'main');
  const { path } = await repository.openWorktree(id);
  const headSha = await commitFile(path, 'work.txt', 'work\n');
  writeFileSync(join(path, 'changed.txt'), 'changed\n');
  const runs = join(stateDirectory, 'runs', 'shop', id);
  mkdirSync(join(runs, 'home'), { recursive: true });
  const isThere = () => [existsSync(path), existsSync(runs)];
  return { at, address: `shop/${id}`, headSha, isThere };
}

test(
  'it says what would be lost, and a dry run removes nothing',
  within(60_000, async () => {
    const { at, address, headSha, isThere } = await setup('1');
    const { context, documents } = at({ output: 'json' });

    const code = await discard(context, { address, isDryRun: true, isConfirmed: false });

    const { outcome, unpushedCommits, changedFiles, headSha: head } = documents()[0];
    assert.is(code, 0);
    assert.equal([outcome, unpushedCommits, changedFiles], ['would-discard', 1, 1]);
    assert.is(head, headSha);
    assert.ok(DOCUMENTS.discard.safeParse(documents()[0]).success);
    assert.equal(isThere(), [true, true]);
  }),
);

test(
  'without a yes nothing is removed; with one the folders go, and the branch on the remote stays',
  within(60_000, async () => {
    const { at, address, isThere } = await setup('2');
    const input = { address, isDryRun: false, isConfirmed: false };

    await rejects(discard(at().context, input), 'USAGE');
    const declined = await discard(at({ ask: async () => 'n' }).context, input);
    const before = isThere();
    const { context, out } = at();
    const confirmed = await discard(context, { ...input, isConfirmed: true });

    assert.equal([declined, confirmed], [1, 0]);
    assert.equal(
      [before, isThere()],
      [
        [true, true],
        [false, false],
      ],
    );
    assert.match(out(), '1 unpushed commits and 1 changed files');
    assert.is.not(await remote.head('onceward/2'), '');
  }),
);

test(
  'an item that goes on, or is not there, is not discarded',
  within(60_000, async () => {
    const { at, address, isThere } = await setup('3', false);
    const input = { isDryRun: false, isConfirmed: true };

    await rejects(discard(at().context, { ...input, address }), 'EVENT_REFUSED');
    await rejects(discard(at().context, { ...input, address: 'shop/none' }), 'ACTOR_NOT_FOUND');
    await rejects(discard(at().context, { ...input, address: 'shop/../x' }), 'USAGE');

    assert.equal(isThere(), [true, true]);
  }),
);

test.after(async () => {
  await host.stop();
  await stopNatsServer();
});
test.run();
