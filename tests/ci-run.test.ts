// Goal: .ci/run says how many passed and failed on its last line, and its exit code agrees.
// Method: run the real script over small projects whose npm scripts do as planned.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findExecutable } from '../transport/process/executable.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';
import { within } from './support/within.ts';

const LIMIT_MS = 60_000;
const STEPS = { lint: 'true', types: 'true', dead: 'true', chaos: 'true' };
const PASSING = { test: 'echo 3 passed, 0 failed', ...STEPS };

interface Report {
  code: number;
  lastLine: string | undefined;
}

interface Told {
  report: Report;
  output: string;
}

/** What .ci/run and npm need of a machine. */
const TOOLS = ['sh', 'bash', 'npm', 'dirname', 'mktemp', 'tee', 'tail', 'rm', 'chmod', 'cat'];
const NEEDED = 'docker-registry skopeo umoci';

function setup(scripts: Record<string, string>): string {
  const root = temporaryDirectory();
  const project = { name: 'planted', version: '1.0.0' };
  const lock = { ...project, lockfileVersion: 3, packages: { '': project } };
  mkdirSync(join(root, '.ci'));
  copyFileSync('.ci/run', join(root, '.ci/run'));
  chmodSync(join(root, '.ci/run'), 0o755);
  writeFileSync(join(root, 'package.json'), JSON.stringify({ ...project, scripts }));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
  return root;
}

/** A PATH without what the tests of images need; its apt-get installs that the second time it is asked to. */
function bareMachine(userId: number): { folder: string; variables: Record<string, string> } {
  const folder = temporaryDirectory();
  const path = process.env['PATH'];
  const found = TOOLS.map((tool) => [tool, findExecutable(tool, { path }) ?? ''] as const);
  for (const [tool, file] of found) symlinkSync(realpathSync(file), join(folder, tool));
  symlinkSync(process.execPath, join(folder, 'node'));
  const script = (name: string, lines: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  script('id', `echo ${userId}`);
  const policy = join(folder, 'policy');
  script(
    'apt-get',
    `echo "$* $(tail -n 1 ${policy})" >> ${folder}/asked
case "$1" in update) : > ${folder}/updated ;; esac
test -e ${folder}/updated || exit 100
for name in ${NEEDED}; do cat ${folder}/id > ${folder}/$name; chmod 755 ${folder}/$name; done`,
  );
  return { folder, variables: { PATH: folder, POLICY_RC_D: policy } };
}

async function run(root: string): Promise<Report> {
  return (await runWith(root, {})).report;
}

function runWith(root: string, variables: Record<string, string>): Promise<Told> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...variables };
    execFile('bash', ['.ci/run'], { cwd: root, env }, (error, stdout) => {
      const lastLine = stdout.trimEnd().split('\n').at(-1);
      resolve({ report: { code: Number(error?.code ?? 0), lastLine }, output: stdout });
    });
  });
}

test(
  'tests, lint, types, dead code and chaos are added up',
  within(LIMIT_MS, async () => {
    const report = await run(setup({ ...PASSING, test: 'echo 3 passed, 0 failed, 1 skipped' }));

    assert.equal(report, { code: 0, lastLine: '7 passed, 0 failed' });
  }),
);

test(
  'failing tests are counted, and a failing step counts once',
  within(LIMIT_MS, async () => {
    const test = 'echo 3 passed, 2 failed; exit 1';
    const report = await run(setup({ ...PASSING, test, lint: 'false', types: 'exit 2' }));

    assert.equal(report, { code: 1, lastLine: '5 passed, 4 failed' });
  }),
);

test(
  'tests that end without a summary, or belie it, have failed',
  within(LIMIT_MS, async () => {
    const silent = { ...PASSING, test: 'echo nothing to say' };
    const liar = { ...PASSING, test: 'echo 3 passed, 0 failed; exit 1' };

    assert.equal(await run(setup(silent)), { code: 1, lastLine: '4 passed, 1 failed' });
    assert.equal(await run(setup(liar)), { code: 1, lastLine: '7 passed, 1 failed' });
  }),
);

test(
  'an installation that fails ends the run as failed',
  within(LIMIT_MS, async () => {
    const root = setup(PASSING);
    rmSync(join(root, 'package-lock.json'));

    assert.equal(await run(root), { code: 1, lastLine: '0 passed, 1 failed' });
  }),
);

test(
  'on Debian, as root, what the tests of images need is installed, and no daemon of it is started',
  within(LIMIT_MS, async () => {
    const { folder, variables } = bareMachine(0);

    const { report } = await runWith(setup(PASSING), variables);

    assert.equal(report, { code: 0, lastLine: '7 passed, 0 failed' });
    const asked = readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
    const install = `install --yes --quiet --no-install-recommends ${NEEDED} exit 101`;
    assert.equal(asked, [install, 'update --quiet exit 101', install]);
    assert.is(existsSync(variables['POLICY_RC_D'] ?? ''), false);
  }),
);

test(
  'whoever is not root is told what is missing, and nothing is installed',
  within(LIMIT_MS, async () => {
    const { folder, variables } = bareMachine(1_000);

    const { output } = await runWith(setup(PASSING), variables);

    assert.match(output, `missing: ${NEEDED}; `);
    assert.is(existsSync(join(folder, 'asked')), false);
  }),
);

test.run();
