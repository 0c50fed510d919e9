// What is made of an agent's words on their way: counts for the record, a session to go on with, an end without secrets.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runEventSchemas } from '../../../machines/run/events.ts';
import { NO_USAGE, unpricedTokensOf, usageSchema } from '../../../machines/usage.ts';
import { claudeAdapter } from '../../../services/workers/adapters/claude.ts';
import { codexAdapter } from '../../../services/workers/adapters/codex.ts';
import { type AgentReadingOptions, readAgent } from '../../../services/workers/agent-reading.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const PRICES = { input: 2, cachedInput: 0.2, output: 10 };
const ENDED = { code: 0, signal: null };

type Message = Readonly<Record<string, unknown>>;

function setup(options: Partial<AgentReadingOptions>) {
  const clock = createVirtualClock();
  const written = { log: '', transcript: '' };
  const into = (name: keyof typeof written) => ({
    append(chunk: Uint8Array) {
      written[name] += Buffer.from(chunk).toString('utf8');
    },
  });
  const output = readAgent({
    ...{ adapter: codexAdapter, machine: 'machine-1', prices: null, resumed: null, clock },
    ...{ log: into('log'), transcript: into('transcript') },
    scrub: (text) => text.replaceAll('hunter2-and-more', '[secret]'),
    ...options,
  });
  const say = (...messages: Message[]) => {
    const lines = messages.map((message) => `${JSON.stringify(message)}\n`);
    output.take(Buffer.from(lines.join('')), 'stdout');
  };
  return { clock, output, say, written };
}

const turnEnded = (input: number, cached: number, output: number): Message[] => [
  { type: 'turn.started' },
  { type: 'item.completed', item: { type: 'agent_message', text: 'Done.' } },
  {
    type: 'turn.completed',
    usage: { input_tokens: input, cached_input_tokens: cached, output_tokens: output },
  },
];
const thread = (id: string): Message => ({ type: 'thread.started', thread_id: id });
const claudeSaid = (usage: Message): Message => ({
  type: 'assistant',
  session_id: 's-1',
  message: { id: 'msg_1', role: 'assistant', content: [{ type: 'text', text: 'Hm.' }], usage },
});
const claudeResult = (more: Message): Message => ({
  ...{ type: 'result', subtype: 'success', session_id: 's-1', result: 'Done.' },
  ...more,
});

test('a run that goes on with a Codex session counts what the session has used since', () => {
  const before = usageSchema.parse({ inputTokens: 60, cachedInputTokens: 40, outputTokens: 10 });
  const resumed = { id: 's-1', machine: 'machine-1', usage: before };
  const { output, say } = setup({ resumed });

  say(thread('s-1'), ...turnEnded(300, 140, 35));

  const { usage, session } = output.report();
  const counts = { turns: 1, inputTokens: 100, cachedInputTokens: 100, outputTokens: 25 };
  assert.equal(usage, { ...NO_USAGE, ...counts });
  assert.equal(session?.usage, {
    ...{ ...NO_USAGE, turns: 1, inputTokens: 160, cachedInputTokens: 140, outputTokens: 35 },
  });
});

test('a session whose usage was never told stays without one: the next run must not count all of it', () => {
  const resumed = { id: 's-1', machine: 'machine-1' };
  const { output, say } = setup({ resumed });

  say(thread('s-1'), ...turnEnded(300, 140, 35));

  assert.is(output.tokens(), 0);
  assert.equal(output.report().session, resumed);
});

test('what a turn used that was cut off is counted by the run that goes on with its session', () => {
  const first = setup({});
  first.say(thread('s-1'), { type: 'turn.started' });
  const cutOff = first.output.report();
  const next = setup({ resumed: cutOff.session ?? null });

  next.say(thread('s-1'), ...turnEnded(300, 140, 35));

  assert.equal([first.output.tokens(), next.output.tokens()], [0, 335]);
});

test('a session is kept with its usage where the agent that goes on with it does not name it', () => {
  const resumed = { id: 's-1', machine: 'machine-1', usage: NO_USAGE };
  const { output, say } = setup({ resumed });

  const silent = output.report();
  say(...turnEnded(20, 0, 5));

  assert.is(silent.session, undefined);
  assert.is(output.report().session?.id, 's-1');
  assert.is(output.report().session?.usage?.outputTokens, 5);
});

test('another session than the one that was to be gone on with begins at nothing', () => {
  const before = usageSchema.parse({ inputTokens: 600, outputTokens: 100 });
  const resumed = { id: 's-0', machine: 'machine-1', usage: before };
  const { output, say } = setup({ adapter: claudeAdapter, resumed });

  say(claudeSaid({ input_tokens: 7, output_tokens: 3 }));

  const { id, usage } = output.report().session ?? {};
  assert.equal([id, usage?.inputTokens, usage?.outputTokens], ['s-1', 7, 3]);
});

test('tokens are priced all or not at all, whatever is said of their kinds', () => {
  const priced = setup({ prices: PRICES });
  const unpriced = setup({});
  const odd = turnEnded(100, 140, 30);

  priced.say(thread('s-1'), ...odd);
  unpriced.say(thread('s-1'), ...odd);

  const [known, unknown] = [priced.output.report().usage, unpriced.output.report().usage];
  assert.is(unpricedTokensOf(known ?? NO_USAGE), 0);
  assert.ok((known?.usd ?? 0) > 0);
  assert.equal([unknown?.usd, unknown?.pricedTokens], [0, 0]);
  assert.is(unpricedTokensOf(unknown ?? NO_USAGE), unpriced.output.tokens());
});

test('no amount falls, though the last report tells less than what was seen', () => {
  const { output, say } = setup({ adapter: claudeAdapter, prices: PRICES });
  say(claudeSaid({ input_tokens: 900, output_tokens: 300 }));
  const seen = output.report().usage ?? NO_USAGE;

  const models = { 'a-model': { inputTokens: 5, outputTokens: 5 } };
  say(claudeResult({ num_turns: 0, total_cost_usd: 0.000_01, modelUsage: models }));

  assert.equal([seen.inputTokens, seen.outputTokens, seen.turns], [900, 300, 1]);
  assert.equal(output.report().usage, seen);
});

test(
  'time counts from the start to the end, also for an agent that tells of no tokens',
  within(5_000, async () => {
    const { clock, output, say } = setup({});
    say(thread('s-1'), { type: 'turn.started' });

    await clock.advance(4_000);
    const early = output.report().usage;
    await clock.advance(3_000);
    output.conclude({ code: null, signal: 'SIGKILL' });
    await clock.advance(60_000);

    assert.equal(early, { ...NO_USAGE, wallClockMs: 4_000 });
    assert.is(output.report().usage?.wallClockMs, 7_000);
  }),
);

test('whatever numbers an agent tells of itself, the record takes them', () => {
  const { clock, output, say } = setup({ adapter: claudeAdapter, prices: PRICES });
  const usage = { input_tokens: 1e300, cache_read_input_tokens: 0.5, output_tokens: 12.7 };
  say(claudeSaid(usage), {
    ...{ type: 'rate_limit_event' },
    rate_limit_info: { status: 'rejected', resetsAt: clock.nowMs() / 1_000 + 60.000_7 },
  });
  say(claudeResult({ is_error: true, num_turns: 2.5, usage, total_cost_usd: 1e308 }));

  const end = output.conclude({ code: 1, signal: null });

  const exited = { ...end, code: 1, ...output.report() };
  const parsed = runEventSchemas.exited.safeParse(exited);
  assert.is(parsed.error, undefined);
  assert.is(end.cause, 'usage-limit');
  assert.equal(parsed.data?.usage, output.report().usage);
});

test('the evidence of an end holds no secret, and never more than a record takes', () => {
  const { output } = setup({ adapter: claudeAdapter, scrub: () => 'x'.repeat(9_000) });
  const scrubbed = setup({ adapter: claudeAdapter });
  scrubbed.output.take(Buffer.from('bad key hunter2-and-more\n'), 'stderr');

  const { evidence } = scrubbed.output.conclude({ code: 1, signal: null });

  assert.match(evidence ?? '', 'bad key [secret]');
  assert.is(output.conclude(ENDED).evidence?.length, 4_000);
});

test('a session that is called by a secret is none', () => {
  const { output, say } = setup({});

  say(thread('hunter2-and-more'));

  assert.is(output.report().session, undefined);
});

test('what comes after the end changes nothing and goes nowhere', () => {
  const { output, say, written } = setup({});
  say(thread('s-1'), ...turnEnded(20, 0, 5));
  const end = output.conclude(ENDED);
  const before = [output.report(), { ...written }];

  say(...turnEnded(999, 0, 999));
  output.take(Buffer.from('late\n'), 'stderr');

  assert.is(end.cause, 'exit-code');
  assert.equal([output.report(), { ...written }], before);
});

test.run();
