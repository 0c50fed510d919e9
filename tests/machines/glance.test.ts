// A glance at an encoded record says what decoding it would say, or nothing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { glanceAt } from '../../machines/glance.ts';
import { type ActorRecord, decodeRecord, encodeRecord } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import { openItem, openRun } from '../support/machine-steps.ts';

const present = (kind: 'run' | 'item') => definitionOf(kind)?.version ?? 0;
const run = { machine: 'run', version: present('run') } as const;
const item = { machine: 'item', version: present('item') } as const;

function textIn(state: ActorRecord['state'], change: Partial<ActorRecord> = {}): string {
  return encodeRecord({ ...openRun().stored().record, state, ...change });
}

test('the records of both machines are told at a glance, as decided and as read again', () => {
  const [ofRun, ofItem] = [openRun().stored().record, openItem([{}]).stored().record];
  const decoded = decodeRecord(encodeRecord(ofRun), definitionOf);

  assert.equal(glanceAt(encodeRecord(ofRun), run), {
    state: 'running.queued',
    sinceMs: ofRun.sinceMs,
  });
  assert.equal(glanceAt(encodeRecord(ofItem), item)?.state, 'active.working');
  assert.is(decoded.outcome, 'ok');
  assert.equal(
    decoded.outcome === 'ok' && glanceAt(encodeRecord(decoded.record), run)?.state,
    'running.queued',
  );
});

test('a plain and a nested state are written as people read them', () => {
  assert.is(glanceAt(textIn('graceExpired'), run)?.state, 'graceExpired');
  assert.is(glanceAt(textIn({ running: 'working' }), run)?.state, 'running.working');
});

test('another machine, another version and another depth have to be decoded', () => {
  assert.is(glanceAt(textIn('claimed'), item), null);
  assert.is(glanceAt(textIn('claimed', { machineVersion: run.version + 1 }), run), null);
  assert.is(glanceAt(textIn({ running: { deep: 'er' } }), run), null);
  assert.is(glanceAt(textIn({ running: 'a', other: 'b' }), run), null);
});

test('what is no record, or begins otherwise, says nothing', () => {
  const { v, ...rest } = openRun().stored().record;

  assert.is(glanceAt('', run), null);
  assert.is(glanceAt('{"v":1}', run), null);
  assert.is(glanceAt(JSON.stringify({ ...rest, v }), run), null);
  assert.is(glanceAt(` ${textIn('claimed')}`, run), null);
  assert.is(glanceAt(textIn('claimed').replace('"sinceMs":', '"sinceMs":-'), run), null);
});

test.run();
