// The ends of Claude Code are told apart by what its documented messages say.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { claudeAdapter } from '../../../../services/workers/adapters/claude.ts';
import { NOW_MS, replay, SESSION, type Transcript, transcriptOf } from './replay.ts';

const REQUEST = {
  ...{ executable: null, prompt: 'Mend it; rm -rf "$HOME"', model: null, maxTurns: null },
  ...{ resume: null, args: [] },
};

function outcomeOf(name: string) {
  return replay(claudeAdapter, transcriptOf(name)).outcome;
}

function causesOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, outcomeOf(`claude-${name}`).cause]));
}

function withExit(name: string, exit: Transcript['exit']): Transcript {
  return { ...transcriptOf(name), exit };
}

test('each documented ending has its own cause', () => {
  const expected = {
    success: 'exit-code',
    'no-result': 'agent-crashed',
    'execution-error': 'agent-crashed',
    refusal: 'refused',
    'turn-limit': 'turn-limit',
    'usage-limit-epoch': 'usage-limit',
    'usage-limit-event': 'usage-limit',
    'usage-limit-text': 'usage-limit',
    overloaded: 'provider-outage',
    'server-error': 'provider-outage',
    throttled: 'provider-outage',
    unreachable: 'provider-outage',
    'not-signed-in': 'provider-outage',
    'resume-failed': 'resume-failed',
  };

  assert.equal(causesOf(Object.keys(expected)), expected);
});

test('a usage limit says when it resets, in every form it comes in', () => {
  const resets = ['epoch', 'event', 'text'].map((name) => outcomeOf(`claude-usage-limit-${name}`));

  assert.equal(
    resets.map(({ resetAtMs }) => resetAtMs),
    // 3am in Berlin is 2am in UTC, in winter.
    [NOW_MS + 5_400_000, NOW_MS + 7_200_000, Date.UTC(2026, 11, 1, 2)],
  );
});

test('a fault of the account says so, with the words of the provider', () => {
  const { summary } = outcomeOf('claude-not-signed-in');

  assert.match(summary, /not signed in/);
  assert.match(summary, /Please run \/login/);
});

test('an exit code of 0 is no success without a result', () => {
  const { cause, summary } = outcomeOf('claude-no-result');

  assert.is(cause, 'agent-crashed');
  assert.match(summary, 'exit code 0, no result');
});

test('a result with which nothing was said or done is no success', () => {
  const stdout = '{"type":"result","subtype":"success","is_error":false,"result":""}\n';

  const { outcome } = replay(claudeAdapter, {
    stdout,
    stderr: '',
    exit: { code: 0, signal: null },
  });

  assert.is(outcome.cause, 'agent-crashed');
});

test('an exit code after a success is passed on to be judged, a signal is a crash', () => {
  const failed = replay(claudeAdapter, withExit('claude-success', { code: 3, signal: null }));
  const killed = replay(
    claudeAdapter,
    withExit('claude-success', { code: null, signal: 'SIGKILL' }),
  );

  assert.equal([failed.outcome.cause, killed.outcome.cause], ['exit-code', 'agent-crashed']);
  assert.match(failed.outcome.summary, 'exit code 3');
  assert.match(killed.outcome.summary, 'SIGKILL');
});

test('a limit that the model has answered after is none', () => {
  const { stdout, ...rest } = transcriptOf('claude-success');
  const event =
    '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1900000000}}\n';

  const cut = stdout.split('\n').slice(0, 4).join('\n');
  const overcome = replay(claudeAdapter, { ...rest, stdout: event + cut });
  const standing = replay(claudeAdapter, { ...rest, stdout: `${cut}\n${event}` });

  assert.equal([overcome.outcome.cause, standing.outcome.cause], ['agent-crashed', 'usage-limit']);
});

test('what the model writes of outages is no evidence of one', () => {
  const { outcome, log } = replay(claudeAdapter, transcriptOf('claude-no-result'));

  assert.match(log, '529 overloaded_error');
  assert.is(outcome.cause, 'agent-crashed');
});

test('a message that comes in several blocks is counted once, with its largest count', () => {
  const { stdout, ...rest } = transcriptOf('claude-success');
  const beforeResult = stdout.split('\n').slice(0, -2).join('\n');

  const { progress } = replay(claudeAdapter, { ...rest, stdout: beforeResult });

  assert.equal(progress.usage, {
    ...{ turns: 2, inputTokens: 4_142, cachedInputTokens: 2_000, outputTokens: 80, usd: null },
  });
});

test('a run that is killed before its result reports the tokens so far, and USD by the prices', () => {
  const prices = { input: 3, cachedInput: 0.3, output: 15 };

  const { progress } = replay(claudeAdapter, transcriptOf('claude-no-result'), { prices });

  // (1 000 × 3 + 400 × 0.3 + 60 × 15) / 1 000 000
  assert.equal(progress.usage, {
    ...{ turns: 1, inputTokens: 1_400, cachedInputTokens: 400, outputTokens: 60, usd: 0.00402 },
  });
});

test('totals include sub-agents, before the result and in it', () => {
  const whole = transcriptOf('claude-sub-agents');
  const beforeResult = whole.stdout.split('\n').slice(0, -2).join('\n');

  const after = replay(claudeAdapter, whole).progress.usage;
  const before = replay(claudeAdapter, { ...whole, stdout: beforeResult }).progress.usage;

  const tokens = { turns: 3, inputTokens: 500, cachedInputTokens: 50, outputTokens: 45 };
  assert.equal(after, { ...tokens, usd: 0.01 });
  assert.equal(before, { ...tokens, usd: null });
});

test('nothing that was counted is null, not zero', () => {
  const { progress } = replay(claudeAdapter, transcriptOf('claude-resume-failed'));

  assert.equal(progress, { usage: null, session: null });
});

test('the session is known from the first message, and is never an option', () => {
  const { stdout, ...rest } = transcriptOf('claude-success');
  const first = `${stdout.split('\n')[0]}\n`;

  const known = replay(claudeAdapter, { ...rest, stdout: first });
  const forged = replay(claudeAdapter, { ...rest, stdout: first.replace(SESSION, '--evil') });

  assert.equal([known.progress.session, forged.progress.session], [SESSION, null]);
});

test('the log tells text, tools and results in words, and sub-agents apart', () => {
  const { log } = replay(claudeAdapter, transcriptOf('claude-sub-agents'));

  assert.is(
    log,
    [
      `[claude] session ${SESSION}, model claude-sonnet-4-5`,
      '[tool] Task {"description":"find the callers","subagent_type":"Explore"}',
      '  I read the sources.',
      '  Two callers.',
      '[result] Two callers.',
      'Both callers are safe.',
      '[claude] success: 2 turns, $0.0100',
      '',
    ].join('\n'),
  );
});

test('the prompt is standard input, and the options are those of the documentation', () => {
  const { argv, input } = claudeAdapter.start({
    ...REQUEST,
    ...{ model: 'opus', maxTurns: 30, resume: SESSION, args: ['--allowedTools', 'Bash(git *)'] },
  });

  assert.is(input, REQUEST.prompt);
  assert.equal(argv, [
    ...['claude', '-p', '--output-format', 'stream-json', '--verbose', '--model', 'opus'],
    ...['--max-turns', '30', `--resume=${SESSION}`, '--allowedTools', 'Bash(git *)'],
  ]);
});

test('what is no session id is not resumed', () => {
  const { argv } = claudeAdapter.start({ ...REQUEST, resume: '--dangerously-skip-permissions' });

  assert.equal(argv, ['claude', '-p', '--output-format', 'stream-json', '--verbose']);
});

test.run();
