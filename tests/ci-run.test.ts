// Goal: .ci/run says how many passed and failed on its last line, and its exit code agrees.
// Method: run the real script over small projects whose npm scripts do as planned.
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryDirectory } from './support/temporary-directory.ts';
import { within } from './support/within.ts';

const LIMIT_MS = 60_000;
const STEPS = { lint: 'true', types: 'true', dead: 'true', chaos: 'true' };
const PASSING = { test: 'echo 3 passed, 0 failed', ...STEPS };

interface Report {
  code: number;
  lastLine: string | undefined;
}

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

function run(root: string): Promise<Report> {
  return new Promise((resolve) => {
    execFile('bash', ['.ci/run'], { cwd: root }, (error, stdout) => {
      const lastLine = stdout.trimEnd().split('\n').at(-1);
      resolve({ code: Number(error?.code ?? 0), lastLine });
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

test.run();
