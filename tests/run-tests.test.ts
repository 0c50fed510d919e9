// Goal: the test command never reports success for a file that did not prove anything.
// Method: plant one test file for each known trap, run them all once, and read the report.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lingeringMembers } from './support/process-group.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';
import { within } from './support/within.ts';

const RUNNER = resolve('tests/support/run-tests.ts');
/** How long the kernel may take to end a killed process, in milliseconds. */
const KILL_MS = 2_000;
const GOOD = "test('it holds', () => {});\ntest.run();";

const TRAPS = {
  'breaks.test.ts': `test('it breaks', () => { throw new Error('seen'); });\n${GOOD}`,
  'crashes.test.ts': `process.on('exit', () => { process.exitCode = 3; });\n${GOOD}`,
  'empty.test.ts': 'test.run();',
  'good.test.ts': GOOD,
  'hooks.test.ts': `test.before(() => { throw new Error('swallowed'); });\n${GOOD}`,
  'leaks.test.ts': `// Time limit: 8 s\nsetInterval(() => {}, 1_000);\n${GOOD}`,
  'leaves.test.ts': `import { spawn } from 'node:child_process';
    spawn('sleep', ['300'], { stdio: 'inherit' }).unref();
    process.stdout.write('group=' + process.pid + '=');\n${GOOD}`,
  'never-run.test.ts': "test('never run', () => {});",
  'skips.test.ts': `test.skip('later', () => {});\n${GOOD}`,
  'spins.test.ts': `// Time limit: 6 s\nwhile (true) {}\n${GOOD}`,
  'warns.test.ts': `process.emitWarning('careless');\n${GOOD}`,
};

interface Report {
  code: number | null;
  output: string;
  lastLine: string | undefined;
}

function setup(files: Record<string, string>): string {
  const root = temporaryDirectory();
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(root, 'tests/bench'), { recursive: true });
  for (const [name, body] of Object.entries(files)) {
    writeFileSync(join(root, 'tests', name), `import { test } from 'uvu';\n${body}\n`);
  }
  return root;
}

function report(files: Record<string, string>, ...patterns: string[]): Report {
  const env = { ...process.env, ONCEWARD_TEST_LIMIT_S: '30', ONCEWARD_TEST_JOBS: '3' };
  const args = ['--import', 'tsx', RUNNER, ...patterns];
  const run = spawnSync(process.execPath, args, { cwd: setup(files), env, encoding: 'utf8' });
  const output = run.stdout + run.stderr;
  return { code: run.status, output, lastLine: output.trimEnd().split('\n').at(-1) };
}

/** The one run over all the traps; nothing changes it, so the tests may share it. */
const trapped = report(TRAPS);

function lineOf(name: string): string {
  const lines = trapped.output.split('\n');
  return lines.find((line) => line.includes(`tests/${name}.test.ts`)) ?? '';
}

test('a file that passes is counted, with its duration', () => {
  assert.match(lineOf('good'), /^ok {3}tests\/good\.test\.ts \(1 passed, \d+\.\d s\)$/);
});

test('a failing test is counted and its output shown', () => {
  assert.match(lineOf('breaks'), /^FAIL tests\/breaks\.test\.ts \(1 passed, 1 failed, /);
  assert.match(trapped.output, 'seen');
});

test('skipped tests are counted apart', () => {
  assert.match(lineOf('skips'), /^ok .*\(1 passed, 1 skipped, /);
});

test('a file without test.run() fails', () => {
  assert.match(lineOf('never-run'), /^FAIL .*0 passed, 1 failed.*is test\.run\(\) missing\?/);
});

test('a file with no tests fails', () => {
  assert.match(lineOf('empty'), /^FAIL .*0 passed, 1 failed.*ran 0 tests/);
});

test('a hook that throws fails the file, although uvu exits 0', () => {
  assert.match(lineOf('hooks'), /^FAIL .*0 passed, 1 failed.*exit code 0 with failures/);
});

test('a file that crashes after its tests passed fails', () => {
  assert.match(lineOf('crashes'), /^FAIL .*1 passed, 1 failed.*exit code 3 after passing/);
});

test('a file that leaks a handle is ended by the watchdog, which names the handle', () => {
  assert.match(lineOf('leaks'), /^FAIL .*1 passed, 1 failed.*exit code 70/);
  assert.match(trapped.output, /watchdog: .* still holding: .*Timeout/);
});

test('a file that spins is killed at its own stated limit', () => {
  assert.match(lineOf('spins'), /^FAIL .*0 passed, 1 failed.*killed at its limit of 6 s/);
});

test('a process warning fails the file', () => {
  assert.match(lineOf('warns'), /^FAIL .*1 passed, 1 failed/);
  assert.match(trapped.output, 'the process warned: Warning: careless');
});

test(
  'a process left behind is reported and killed',
  within(10_000, async () => {
    const group = Number(/group=(\d+)=/.exec(trapped.output)?.[1]);

    assert.match(lineOf('leaves'), /^FAIL .*1 passed, 1 failed.*left processes behind: sleep 300/);
    assert.equal(await lingeringMembers(group, KILL_MS), []);
  }),
);

test('the last line sums up every file, and the exit code follows it', () => {
  const all = report({ 'a.test.ts': GOOD, 'b.test.ts': GOOD });

  assert.is(trapped.lastLine, '7 passed, 9 failed, 1 skipped');
  assert.is(trapped.code, 1);
  assert.is(all.lastLine, '2 passed, 0 failed');
  assert.is(all.code, 0);
});

test('patterns choose files, and benchmarks run only when named', () => {
  const files = { 'a.test.ts': GOOD, 'b.test.ts': GOOD, 'bench/c.test.ts': GOOD };

  assert.is(report(files, 'tests/').lastLine, '2 passed, 0 failed');
  assert.is(report(files, 'tests/b.test').lastLine, '1 passed, 0 failed');
  assert.is(report(files, 'tests/bench').lastLine, '1 passed, 0 failed');
});

test('a pattern that matches nothing fails', () => {
  const { code, lastLine } = report({ 'a.test.ts': GOOD }, 'absent');

  assert.is(lastLine, '0 passed, 1 failed');
  assert.is(code, 1);
});

test(
  'an interrupted run takes its test processes with it',
  within(20_000, async () => {
    const announce = `import { writeFileSync } from 'node:fs';
      writeFileSync('pid', String(process.pid));`;
    const cwd = setup({ 'a.test.ts': `${announce}\nsetInterval(() => {}, 1_000);\n${GOOD}` });
    const runner = spawn(process.execPath, ['--import', 'tsx', RUNNER], { cwd, stdio: 'ignore' });
    const group = Number(await contentOf(cwd, 'pid'));

    runner.kill('SIGTERM');
    await once(runner, 'exit');

    assert.equal(await lingeringMembers(group, KILL_MS), []);
  }),
);

async function contentOf(folder: string, name: string): Promise<string> {
  for await (const change of watch(folder)) {
    const content = change.filename === name ? readFileSync(join(folder, name), 'utf8') : '';
    if (content !== '') return content;
  }
  throw new Error(`${name} never appeared`);
}

test.run();
