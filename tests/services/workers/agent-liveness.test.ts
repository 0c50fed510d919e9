// What a command has to show for its time, how long it may go unheard, and what ends it for that.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runAgent } from '../../../services/workers/agent.ts';
import { plainOutput } from '../../../services/workers/agent-output.ts';
import { within } from '../../support/within.ts';
import { setup } from './agent-fixture.ts';

test(
  'a silent command that commits is left alone',
  within(10_000, async () => {
    let commits = 0;
    const { options } = setup({
      command: 'sleep 0.8',
      silenceMs: 200,
      readHead: async () => {
        commits += 1;
        return `${commits}`.padStart(40, '0');
      },
    });

    const result = await runAgent(options);

    assert.is(result.cause, 'exit-code');
  }),
);

test(
  'tokens that rise keep a silent command alive',
  within(10_000, async () => {
    let tokens = 0;
    const output = {
      ...plainOutput({ append() {} }),
      tokens: () => {
        tokens += 10;
        return tokens;
      },
    };
    const { options } = setup({ command: 'sleep 0.8', silenceMs: 200, output });

    const result = await runAgent(options);

    assert.is(result.cause, 'exit-code');
  }),
);

test(
  'a silent command is ended on the evidence of two looks, which is said',
  within(10_000, async () => {
    const head = 'abcdef'.padEnd(40, '0');
    const { options } = setup({
      command: 'echo once; sleep 60',
      silenceMs: 300,
      readHead: async () => head,
    });

    const result = await runAgent(options);

    assert.is(result.cause, 'silent');
    assert.match(result.evidence ?? '', /5 bytes of output, head still abcdef000000, 0 tokens/);
  }),
);

test(
  'a command whose worker nobody answers for longer than its lease is ended by that worker',
  within(10_000, async () => {
    const { options, membersLeft } = setup({
      command: 'trap "" TERM; while :; do echo busy; sleep 0.02; done',
      leaseMs: 300,
      onProgress: () => Promise.reject(new Error('no answer')),
    });

    const result = await runAgent(options);

    assert.is(result.cause, 'fenced');
    assert.match(result.evidence ?? '', /no sign of life was answered/);
    assert.equal(await membersLeft(), []);
  }),
);

test(
  'one answer in time keeps the lease, however many signs of life are lost',
  within(10_000, async () => {
    let said = 0;
    const { options } = setup({
      command: 'sleep 0.9',
      leaseMs: 400,
      onProgress: async () => {
        said += 1;
        if (said % 5 !== 0) throw new Error('no answer');
        return 'ours';
      },
    });

    const result = await runAgent(options);

    assert.is(result.cause, 'exit-code');
  }),
);

test(
  'a run that nobody allows more than its cap is ended',
  within(10_000, async () => {
    const { options, membersLeft } = setup({
      command: 'sleep 60',
      onProgress: async () => 'over-cap',
    });

    const result = await runAgent(options);

    assert.is(result.cause, 'cap-reached');
    assert.equal(await membersLeft(), []);
  }),
);

test.run();
