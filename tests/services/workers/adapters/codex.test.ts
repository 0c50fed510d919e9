// The ends of Codex are told apart by what its documented events say.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codexAdapter } from '../../../../services/workers/adapters/codex.ts';
import { NOW_MS, replay, SESSION, transcriptOf } from './replay.ts';

const PRICES = { input: 1, cachedInput: 0.1, output: 10 };

function outcomeOf(name: string) {
  return replay(codexAdapter, transcriptOf(name)).outcome;
}

test('each documented ending has its own cause', () => {
  const expected = {
    success: 'exit-code',
    reconnected: 'exit-code',
    'sub-agents': 'exit-code',
    'no-turn': 'agent-crashed',
    idle: 'agent-crashed',
    refused: 'refused',
    'usage-limit-at': 'usage-limit',
    'usage-limit-in': 'usage-limit',
    'stream-disconnected': 'provider-outage',
    'server-error': 'provider-outage',
    'not-signed-in': 'provider-outage',
    'resume-failed': 'resume-failed',
  };
  const names = Object.keys(expected);

  assert.equal(
    Object.fromEntries(names.map((name) => [name, outcomeOf(`codex-${name}`).cause])),
    expected,
  );
});

test('a usage limit says when it resets, as a day or as a duration', () => {
  const resets = ['at', 'in'].map((name) => outcomeOf(`codex-usage-limit-${name}`).resetAtMs);

  assert.equal(resets, [Date.UTC(2026, 11, 3, 17, 4), NOW_MS + (2 * 60 + 13) * 60_000]);
});

test('an error that was overcome is no ending', () => {
  const { outcome, log } = replay(codexAdapter, transcriptOf('codex-reconnected'));

  assert.match(log, 'stream disconnected');
  assert.match(outcome.summary, 'turn completed');
});

test('a fault of the account says so, with the words of the provider', () => {
  assert.match(outcomeOf('codex-not-signed-in').summary, /not signed in.*401 Unauthorized/);
});

test('tokens are reported, USD only where prices are known', () => {
  const transcript = transcriptOf('codex-success');

  const unpriced = replay(codexAdapter, transcript).progress.usage;
  const priced = replay(codexAdapter, transcript, { prices: PRICES }).progress.usage;

  const tokens = { turns: 1, inputTokens: 24_763, cachedInputTokens: 24_448, outputTokens: 122 };
  assert.equal(unpriced, { ...tokens, usd: null });
  // (315 × 1 + 24 448 × 0.1 + 122 × 10) / 1 000 000
  assert.is(priced?.usd?.toFixed(9), '0.003979800');
});

test('with sub-agents, whose tokens are counted nowhere, the cost is unknown', () => {
  const { usage } = replay(codexAdapter, transcriptOf('codex-sub-agents'), {
    prices: PRICES,
  }).progress;

  assert.is(usage?.usd, null);
  assert.is(usage?.inputTokens, 1_000);
});

test('a count of a whole session is not taken for that of the run that resumed it', () => {
  const transcript = transcriptOf('codex-success');
  const usageBefore = {
    ...{ turns: 3, inputTokens: 20_000, cachedInputTokens: 19_900, outputTokens: 100, usd: null },
  };

  const known = replay(codexAdapter, transcript, { resumed: { usageBefore } }).progress.usage;
  const unknown = replay(codexAdapter, transcript, { resumed: { usageBefore: null } }).progress;

  assert.equal(known, {
    ...{ turns: 1, inputTokens: 4_763, cachedInputTokens: 4_548, outputTokens: 22, usd: null },
  });
  assert.is(unknown.usage, null);
});

test('of several turns the last count holds, for each counts what was before', () => {
  const { stdout, ...rest } = transcriptOf('codex-reconnected');
  const second = [
    '{"type":"turn.started"}',
    '{"type":"turn.completed","usage":{"input_tokens":1500,"cached_input_tokens":200,"output_tokens":30}}',
  ].join('\n');

  const { progress } = replay(codexAdapter, { ...rest, stdout: `${stdout}${second}\n` });

  assert.equal(progress.usage, {
    ...{ turns: 2, inputTokens: 1_500, cachedInputTokens: 200, outputTokens: 30, usd: null },
  });
});

test('the log tells text, commands, files and results in words', () => {
  const { log } = replay(codexAdapter, transcriptOf('codex-success'));

  assert.is(
    log,
    [
      `[codex] session ${SESSION}`,
      "[tool] bash -lc 'npm test'",
      '[tool failed, exit code 1] 1 failing: discount of 10 %',
      '[file] update src/discount.js',
      'The discount is rounded once now.',
      '[codex] turn completed: 24763 tokens in, 122 out so far',
      '',
    ].join('\n'),
  );
});

test('the prompt is standard input, and options stand before what they would be refused behind', () => {
  const { argv, input } = codexAdapter.start({
    ...{ executable: '/opt/codex', prompt: '$(reboot)', model: 'gpt-5', maxTurns: 9 },
    ...{ resume: SESSION, args: ['--sandbox', 'workspace-write'] },
  });

  assert.is(input, '$(reboot)');
  assert.equal(argv, [
    ...['/opt/codex', 'exec', '--json', '--model', 'gpt-5', '--sandbox', 'workspace-write'],
    ...['resume', SESSION, '-'],
  ]);
});

test.run();
