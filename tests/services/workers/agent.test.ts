// A command ends by itself, by a limit, or because somebody says so; its group always ends with it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runAgent } from '../../../services/workers/agent.ts';
import { within } from '../../support/within.ts';
import { FAR_MS, setup } from './agent-fixture.ts';

test(
  'a command that ends by itself is reported with its code and its output',
  within(10_000, async () => {
    const { options, output } = setup({ command: 'echo hello; exit 4' });

    const result = await runAgent(options);

    assert.equal(result, { code: 4, signal: null, cause: 'exit-code', outputBytes: 6 });
    assert.is(output(), 'hello\n');
  }),
);

test(
  'the first sign of life goes out at once and names the process group',
  within(10_000, async () => {
    const { options, signs } = setup({ command: 'echo $$', progressMs: FAR_MS });

    await runAgent(options);

    assert.is(signs.length, 1);
    assert.ok((signs[0]?.processGroup.pid ?? 0) > 0);
    assert.type(signs[0]?.processGroup.startTicks, 'number');
  }),
);

test(
  'a command over its wall clock is ended, however much it says and ignores',
  within(10_000, async () => {
    const command = 'trap "" TERM; while :; do echo busy; sleep 0.02; done';
    const { options, membersLeft } = setup({ command, wallClockMs: 200 });

    const result = await runAgent(options);

    assert.is(result.cause, 'timed-out');
    assert.is(result.signal, 'SIGKILL');
    assert.equal(await membersLeft(), []);
  }),
);

test(
  'a command that falls silent is ended with its children',
  within(10_000, async () => {
    const command = 'echo once; sleep 60 & sleep 61';
    const { options, membersLeft } = setup({ command, silenceMs: 200 });

    const result = await runAgent(options);

    assert.is(result.cause, 'silent');
    assert.is(result.outputBytes, 5);
    assert.equal(await membersLeft(), []);
  }),
);

test(
  'output keeps a command from counting as silent',
  within(10_000, async () => {
    const command = 'for i in 1 2 3 4 5 6; do echo $i; sleep 0.1; done';
    const { options } = setup({ command, silenceMs: 400 });

    const result = await runAgent(options);

    assert.is(result.cause, 'exit-code');
    assert.is(result.code, 0);
  }),
);

test(
  'a command of a lost run is ended at once',
  within(10_000, async () => {
    const { options, membersLeft } = setup({
      command: 'sleep 60',
      onProgress: async () => 'lost',
    });

    const result = await runAgent(options);

    assert.is(result.cause, 'lost');
    assert.equal(await membersLeft(), []);
  }),
);

test(
  'a cancelled command is ended and proven gone',
  within(10_000, async () => {
    const controller = new AbortController();
    const { options, membersLeft } = setup({
      command: 'trap "" TERM; sleep 60 & wait',
      cancelSignal: controller.signal,
      onProgress: async () => {
        controller.abort();
        return 'ours';
      },
    });

    const result = await runAgent(options);

    assert.is(result.cause, 'cancelled');
    assert.equal(await membersLeft(), []);
  }),
);

test(
  'a sign of life that cannot be sent is reported and changes nothing',
  within(10_000, async () => {
    const troubles: unknown[] = [];
    const { options } = setup({
      command: 'exit 0',
      progressMs: FAR_MS,
      onProgress: () => Promise.reject(new Error('no answer')),
      onTrouble: (error) => troubles.push(error),
    });

    const result = await runAgent(options);

    assert.is(result.cause, 'exit-code');
    assert.is(troubles.length, 1);
  }),
);

test(
  'a command that cannot be started is spawn-failed',
  within(10_000, async () => {
    const { options, signs } = setup({ command: 'true', cwd: '/nonexistent' });

    const result = await runAgent(options);

    assert.is(result.cause, 'spawn-failed');
    assert.match(result.evidence ?? '', /cannot start sh in \/nonexistent: ENOENT/);
    assert.equal(signs, []);
  }),
);

test.run();
