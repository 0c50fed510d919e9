// Whatever an agent writes, in whatever pieces: reading never throws, never depends on the pieces, and is bounded.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AgentAdapter, AgentReader } from '../../../../services/workers/adapters/adapter.ts';
import { ADAPTERS } from '../../../../services/workers/adapters/registry.ts';
import { NOW_MS, transcriptNames, transcriptOf } from './replay.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_123);
const FINE = { code: 0, signal: null };
const AGENTS = [ADAPTERS.claude, ADAPTERS.codex];

function readerOf(adapter: AgentAdapter): AgentReader {
  return adapter.reader({ nowMs: () => NOW_MS, prices: null, timeZone: 'UTC' });
}

function adapterOf(name: string): AgentAdapter {
  return name.startsWith('codex') ? ADAPTERS.codex : ADAPTERS.claude;
}

function heard(adapter: AgentAdapter, chunks: readonly Uint8Array[]) {
  const reader = readerOf(adapter);
  const log = chunks.map((chunk) => reader.read(chunk)).join('') + reader.end();
  return { log, progress: reader.progress(), outcome: reader.conclude(FINE) };
}

/** The bytes, cut at the given places. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (a, b) => a - b,
  );
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length));
}

test('how stdout is cut into chunks changes nothing', () => {
  const name = fc.constantFrom(...transcriptNames());
  const places = fc.array(fc.nat(100_000), { maxLength: 40 });
  const property = fc.property(name, places, (transcript, cuts) => {
    const adapter = adapterOf(transcript);
    const bytes = Buffer.from(transcriptOf(transcript).stdout);

    assert.equal(heard(adapter, cutAt(bytes, cuts)), heard(adapter, [bytes]));
  });
  fc.assert(property, { numRuns: 300, seed: SEED });
});

test('bytes of any kind, and JSON of any shape, are read without a word of complaint', () => {
  const json = fc.json().map((text) => Buffer.from(`${text}\n`));
  const type = fc.constantFrom('assistant', 'result', 'system', 'item.completed', 'turn.completed');
  const message = fc
    .tuple(type, fc.dictionary(fc.constantFrom('message', 'usage', 'item', 'error'), fc.anything()))
    .map(([of, fields]) => Buffer.from(`${safeJson({ ...fields, type: of })}\n`));
  const chunk = fc.oneof(fc.uint8Array({ maxLength: 200 }), json, message);
  const property = fc.property(fc.array(chunk, { maxLength: 20 }), (chunks) => {
    const causes = AGENTS.map((adapter) => heard(adapter, chunks).outcome.cause);

    assert.is(causes.length, 2);
  });
  fc.assert(property, { numRuns: 500, seed: SEED });
});

test('nothing but a success is an exit code of 0', () => {
  const failures = transcriptNames().filter((name) => !/success|reconnected|sub-agents/.test(name));

  const mistaken = failures.filter((name) => {
    const { outcome } = heard(adapterOf(name), [Buffer.from(transcriptOf(name).stdout)]);
    return outcome.cause === 'exit-code';
  });

  assert.ok(failures.length > 15);
  assert.equal(mistaken, []);
});

test('a line of 10 MB is left out, said to be, and what follows is read', () => {
  const huge = `{"type":"user","message":{"content":"${'x'.repeat(10_000_000)}"}}\n`;
  const after = transcriptOf('claude-success').stdout;

  const { log, outcome } = heard(ADAPTERS.claude, [Buffer.from(huge), Buffer.from(after)]);

  assert.match(log, `[onceward] a line of ${huge.length - 1} bytes was left out\n`);
  assert.ok(log.length < 10_000);
  assert.is(outcome.cause, 'exit-code');
});

test('a flood without a line end is not kept', () => {
  const reader = readerOf(ADAPTERS.codex);
  const chunk = Buffer.alloc(1_000_000, 'x');
  const before = process.memoryUsage().arrayBuffers;

  for (let sent = 0; sent < 100; sent += 1) reader.read(chunk);

  assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000);
  assert.match(reader.end(), 'a line of 100000000 bytes was left out');
});

test('a truncated last message is text in the log, and no result', () => {
  const { stdout } = transcriptOf('claude-success');

  const { log, outcome } = heard(ADAPTERS.claude, [Buffer.from(stdout.slice(0, -40))]);

  assert.match(log, '"subtype":"success"');
  assert.is(outcome.cause, 'agent-crashed');
});

test('a character that is cut in two arrives whole, and bytes that are none become one sign', () => {
  const text = '{"type":"item.completed","item":{"type":"agent_message","text":"größer"}}\n';
  const bytes = Buffer.from(text);
  const middle = bytes.indexOf(0xc3) + 1;
  const broken = Buffer.from(bytes);
  broken[middle] = 0xff;

  const whole = heard(ADAPTERS.codex, [bytes.subarray(0, middle), bytes.subarray(middle)]);

  assert.is(whole.log, 'größer\n');
  assert.match(heard(ADAPTERS.codex, [broken]).log, '�');
});

test('of stderr the end is kept as evidence', () => {
  const reader = readerOf(ADAPTERS.claude);
  reader.readError(Buffer.from('x'.repeat(1_000_000)));
  reader.readError(Buffer.from('\nfatal: heap out of memory\n'));

  const { summary } = reader.conclude({ code: 134, signal: null });

  assert.is(summary, 'exit code 134, no result: "fatal: heap out of memory"');
});

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return 'null';
  }
}

test.run();
