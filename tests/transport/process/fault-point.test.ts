// An armed fault kills or stops the process at its place; an unarmed one does nothing.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasCode } from '../../../transport/errors.ts';
import { armFaults, faultPoint } from '../../../transport/process/fault-point.ts';
import { eventually } from '../../support/eventually.ts';
import { within } from '../../support/within.ts';

const MODULE = new URL('../../../transport/process/fault-point.ts', import.meta.url).href;

function argumentsFor(spec: string): string[] {
  const script = [
    `import { armFaults, faultPoint } from ${JSON.stringify(MODULE)};`,
    `armFaults(${JSON.stringify(spec)});`,
    `for (const n of [1, 2, 3]) { process.stdout.write('before ' + n + '\\n'); faultPoint('commit'); }`,
  ].join('\n');
  return ['--import', 'tsx', '--input-type=module', '-e', script];
}

function startWith(spec: string) {
  return spawn(process.execPath, argumentsFor(spec), { stdio: ['ignore', 'pipe', 'inherit'] });
}

function runWith(spec: string) {
  const args = argumentsFor(spec);
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

test(
  'a fault with `stop:` in front stops the process there, at every passage, until it is woken',
  within(20_000, async () => {
    const child = startWith('stop:commit:2');
    const said: string[] = [];
    child.stdout.on('data', (text: Buffer) => said.push(...text.toString().trim().split('\n')));
    const ended = once(child, 'exit');
    const isStopped = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').includes(') T ');

    await eventually(() => said.length === 2 && isStopped(), 20);
    const atFirst = [...said];
    child.kill('SIGCONT');
    await eventually(() => said.length === 3 && isStopped(), 20);
    child.kill('SIGCONT');
    const [code, signal] = await ended;

    assert.equal(atFirst, ['before 1', 'before 2']);
    assert.equal([code, signal], [0, null]);
  }),
);

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
