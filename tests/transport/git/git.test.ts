// git is run without asking, without inheriting, and without giving credentials away.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createGit, redactCredentials } from '../../../transport/git/git.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const environment = { PATH: process.env['PATH'], HOME: '/nonexistent' };
const git = createGit(environment);

test(
  'a failure is GIT_FAILED and names the command and what git said',
  within(10_000, async () => {
    const cwd = temporaryDirectory();

    const error = await rejects(git(['rev-parse', 'HEAD'], { cwd }), 'GIT_FAILED');

    assert.is(error.details['command'], 'git rev-parse HEAD');
    assert.is(error.details['exitCode'], 128);
    assert.match(error.message, 'not a git repository');
  }),
);

test(
  'an accepted exit code is an answer',
  within(10_000, async () => {
    const cwd = temporaryDirectory();

    const { exitCode } = await git(['rev-parse', 'HEAD'], { cwd, acceptedCodes: [0, 128] });

    assert.is(exitCode, 128);
  }),
);

test(
  'no credential of a URL reaches a message or its details',
  within(10_000, async () => {
    const url = 'http://user:hunter2@127.0.0.1:1/shop.git';

    const error = await rejects(git(['ls-remote', url]), 'GIT_FAILED');

    assert.not.match(`${error.message} ${JSON.stringify(error.details)}`, 'hunter2');
    assert.match(error.message, 'http://***@127.0.0.1:1/shop.git');
  }),
);

test('every credential of a text is blotted out', () => {
  const text = "https://a:b@host/x and ssh://git@host:22/y, 'https://tok%40en@host'";

  assert.is(
    redactCredentials(text),
    "https://***@host/x and ssh://***@host:22/y, 'https://***@host'",
  );
});

test(
  'a GIT variable of the worker does not reach git',
  within(10_000, async () => {
    const misled = createGit({ ...environment, GIT_DIR: '/nonexistent', GIT_TRACE: '1' });
    const cwd = temporaryDirectory();
    await misled(['init', '--quiet'], { cwd });

    const { stdout } = await misled(['rev-parse', '--git-dir'], { cwd });

    assert.is(stdout, '.git');
  }),
);

test(
  'a command that takes too long is ended and says so',
  within(10_000, async () => {
    const cwd = temporaryDirectory();
    await git(['init', '--quiet'], { cwd });

    const error = await rejects(
      git(['-c', 'alias.wait=!exec sleep 30', 'wait'], { cwd, timeoutMs: 100 }),
      'GIT_FAILED',
    );

    assert.is(error.details['isTimedOut'], true);
  }),
);

test(
  'a missing git is GIT_FAILED',
  within(10_000, async () => {
    const nowhere = createGit({ PATH: '/nonexistent' });

    await rejects(nowhere(['version']), 'GIT_FAILED');
  }),
);

test(
  'no object is read in the place of another',
  within(10_000, async () => {
    const cwd = temporaryDirectory();
    await git(['init', '--quiet'], { cwd });
    const write = (input: string) =>
      git(['hash-object', '-w', '--stdin'], { cwd, input }).then(({ stdout }) => stdout);
    const [pushed, better] = [await write('pushed'), await write('better')];
    await git(['replace', pushed, better], { cwd });

    assert.is((await git(['cat-file', 'blob', pushed], { cwd })).stdout, 'pushed');
  }),
);

test(
  'output that is too long is GIT_FAILED and says so',
  within(20_000, async () => {
    const cwd = temporaryDirectory();
    await git(['init', '--quiet'], { cwd });
    const input = 'x'.repeat(17 * 1_024 * 1_024);
    const { stdout: oid } = await git(['hash-object', '-w', '--stdin'], { cwd, input });

    const error = await rejects(git(['cat-file', 'blob', oid], { cwd }), 'GIT_FAILED');

    assert.is(error.details['isTooLong'], true);
    assert.match(error.message, 'wrote more than 16777216 characters');
  }),
);

test.run();
