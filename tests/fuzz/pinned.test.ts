// What fuzzing has found, as the smallest input that shows it. Each stays here, so that it stays mended.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decide } from '../../machines/decide.ts';
import type { ActorEvent } from '../../machines/event.ts';
import { decodeRecord, skimRecord } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import { readConfigurationText } from '../../services/config/load.ts';
import { formatProblem } from '../../services/config/problems.ts';
import { auditLine } from '../../services/inspect/audit-line.ts';
import { parseAuditMessage } from '../../services/queries/audit-entries.ts';
import { parseDuration } from '../../services/queries/duration.ts';
import { assertState } from '../../services/queries/state-names.ts';
import { parseUserAddress } from '../../services/queries/user-address.ts';
import type { GateSubject } from '../../services/workers/gates/finding.ts';
import { verdictGate } from '../../services/workers/gates/verdict-file.ts';
import { openRun, RUN } from '../support/machine-steps.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';

const UNPRINTABLE = /[\p{Cc}\u2028\u2029]/u;
const DEEP = 20_000;
const LONG = 'x'.repeat(70_000);

/** What a queued run answers to an event from outside. */
function refusal(type: string, data: Record<string, unknown>): string {
  const event: ActorEvent = { address: RUN, type, id: 'ask-1', atMs: 1, data, door: 'ask' };
  const decision = decide(openRun().stored(), event);
  return decision.outcome === 'refused' ? `${decision.reason}: ${decision.message}` : 'applied';
}

function isShortLine(text: string): boolean {
  return text.length > 0 && text.length < 1_000 && !UNPRINTABLE.test(text);
}

test('an expected revision that cannot be made into text is refused, not thrown at', () => {
  const ifRevision = { toString: 1, valueOf: 1 };

  assert.is(refusal('started', { epoch: 1, ifRevision }), 'revision: expected no number, found 3');
});

test('an expected revision of any length is refused in one short line', () => {
  assert.ok(isShortLine(refusal('started', { epoch: 1, ifRevision: LONG })));
});

test('the name of an unknown event does not reach a terminal with its control codes', () => {
  assert.is(refusal('\u001b[2J\n', {}), 'unknown-type: no event is called  [2J ');
});

test('a record whose state is nested without end is corrupt, and overflows nothing', () => {
  const state = `${'{"a":'.repeat(DEEP)}"b"${'}'.repeat(DEEP)}`;
  const text = JSON.stringify({ ...openRun().stored().record, state: 0 });

  const decoded = decodeRecord(text.replace('"state":0', `"state":${state}`), definitionOf);

  assert.is(decoded.outcome, 'corrupt');
});

test('a record whose machine is no name is corrupt, also when it is only skimmed', () => {
  const record = { ...openRun().stored().record, machine: { toString: 1, valueOf: 1 } };

  assert.is(skimRecord(JSON.stringify(record), definitionOf).outcome, 'corrupt');
});

test('a record with very many problems is corrupt in one short line', () => {
  const record = { ...openRun().stored().record, outbox: Array(10_000).fill(0), by: 7 };

  const decoded = decodeRecord(JSON.stringify(record), definitionOf);

  assert.ok(decoded.outcome === 'corrupt' && isShortLine(decoded.message));
});

test(
  'the keys of a malformed verdict file do not break the line they are told on',
  within(10_000, async () => {
    const runFolder = temporaryDirectory();
    mkdirSync(runFolder, { recursive: true });
    writeFileSync(
      join(runFolder, 'v.json'),
      JSON.stringify({ 'line\nline': 1, [LONG.slice(9_000)]: 2 }),
    );
    const job = { item: '7', project: 'shop', stage: { name: 'build' }, attempt: 1 };
    const subject = { job, headSha: null, paths: { runFolder } } as unknown as GateSubject;

    const { kind, summary } = await verdictGate({ path: 'v.json' }, subject);

    assert.is(kind, 'unobserved');
    assert.ok(isShortLine(summary), summary.slice(0, 200));
  }),
);

test('a problem of a configuration is one short line, whatever its keys and values are', () => {
  const texts = ['a\u2028b', '"\\u0080": 1', `${LONG}: 1`, `version: 1\npools: {? [a, b] : 1}`];

  const lines = texts.map((text) => {
    const reading = readConfigurationText(text, { file: 'onceward.yaml' });
    return reading.outcome === 'invalid' ? reading.problems.map(formatProblem) : [];
  });

  assert.equal(
    lines.flat().filter((line) => !isShortLine(line)),
    [],
  );
  assert.ok(lines.every((of) => of.length > 0));
});

test('what was typed is shown shortened where it is refused', () => {
  const readers = [parseDuration, parseUserAddress, (text: string) => assertState('run', text)];

  const messages = readers.map((read) => messageOf(() => read(LONG)));

  assert.equal(
    messages.filter((message) => !isShortLine(message)),
    [],
  );
});

test('a state in the audit does not reach a terminal with its control codes', () => {
  const entry = {
    atMs: 1,
    address: RUN,
    type: 'exited',
    outcome: 'applied',
    from: '\u001b[2J',
    to: 'a\nb',
  };
  const [read] = parseAuditMessage(JSON.stringify({ v: 1, entries: [entry] }));

  const line = read && auditLine(read, { style: (_, text) => text });

  assert.ok(line !== undefined && isShortLine(line), line);
});

test.run();

function messageOf(read: () => unknown): string {
  try {
    read();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
