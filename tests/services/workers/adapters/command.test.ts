// A command speaks by its exit code alone.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commandAdapter } from '../../../../services/workers/adapters/command.ts';
import { replay } from './replay.ts';

test('output passes through as it is, and means nothing', () => {
  const stdout = '{"type":"result","is_error":true,"result":"usage limit reached|1900000000"}\nño';

  const { log, progress, outcome } = replay(commandAdapter, {
    ...{ stdout, stderr: 'API Error: 529\n', exit: { code: 0, signal: null } },
  });

  assert.is(log, `${stdout}API Error: 529\n`);
  assert.equal(progress, { usage: null, session: null });
  assert.is(outcome.cause, 'exit-code');
});

test('one that a signal ended has crashed', () => {
  const exit = { code: null, signal: 'SIGSEGV' };

  const { outcome } = replay(commandAdapter, { stdout: '', stderr: '', exit });

  assert.equal(outcome, {
    ...{ cause: 'agent-crashed', summary: 'ended by SIGSEGV, no exit code', resetAtMs: null },
  });
});

test('the prompt is its standard input, and its arguments are positional', () => {
  const request = { prompt: '`id`', model: null, maxTurns: null, resume: null, args: ['a b'] };

  const { argv, input } = commandAdapter.start({ ...request, executable: 'wc -c <"$1"' });

  assert.equal(argv, ['/bin/sh', '-c', 'wc -c <"$1"', '--', 'a b']);
  assert.is(input, '`id`');
});

test.run();
