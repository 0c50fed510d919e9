// An armed fault kills the process at its place; an unarmed one does nothing.
import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasCode } from '../../../transport/errors.ts';
import { armFaults, faultPoint } from '../../../transport/process/fault-point.ts';

const MODULE = new URL('../../../transport/process/fault-point.ts', import.meta.url).href;

function runWith(spec: string) {
  const script = [
    `import { armFaults, faultPoint } from ${JSON.stringify(MODULE)};`,
    `armFaults(${JSON.stringify(spec)});`,
    `for (const n of [1, 2, 3]) { process.stdout.write('before ' + n + '\\n'); faultPoint('commit'); }`,
  ].join('\n');
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const { signal, status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { signal, status, lines: stdout.trim().split('\n') };
}

test('an armed fault kills the process by SIGKILL at its first passage', () => {
  const { signal, lines } = runWith('commit');

  assert.is(signal, 'SIGKILL');
  assert.equal(lines, ['before 1']);
});

test('a counted fault survives the passages before', () => {
  const { signal, lines } = runWith('commit:3');

  assert.is(signal, 'SIGKILL');
  assert.equal(lines, ['before 1', 'before 2', 'before 3']);
});

test('a fault of another name changes nothing', () => {
  const { status, lines } = runWith('outbox');

  assert.is(status, 0);
  assert.is(lines.length, 3);
});

test('without a specification every fault point does nothing', () => {
  armFaults(undefined);

  assert.not.throws(() => faultPoint('commit'));
});

test('a specification that cannot be read is refused', () => {
  assert.throws(
    () => armFaults('Commit now'),
    (error: unknown) => hasCode(error, 'USAGE'),
  );
});

test.run();
