// The stored envelope: what goes in comes out, newer and broken records are reported, older ones migrated.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PendingEffect } from '../../machines/effect.ts';
import {
  type ActorRecord,
  decodeRecord,
  ENVELOPE_VERSION,
  encodeRecord,
  type MachineVersions,
  settle,
  stateName,
} from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import { openItem, openRun } from '../support/machine-steps.ts';

function setup(more: Partial<ActorRecord> = {}): ActorRecord {
  return { ...openRun().stored().record, ...more };
}

function versions(version: number, migrations: MachineVersions['migrations'] = {}) {
  return () => ({ version, migrations });
}

const alarm = (n: number, revision: number | null): PendingEffect => ({
  n,
  revision,
  effect: { type: 'alarm', reason: 'test', message: '' },
});

test('encoding what was decoded gives the same text', () => {
  const texts = [openRun(), openItem([{}, { name: 'release', kind: 'approval' }])].map((actor) =>
    encodeRecord(actor.stored().record),
  );

  const again = texts.map((text) => {
    const decoded = decodeRecord(text, definitionOf);
    return decoded.outcome === 'ok' ? encodeRecord(decoded.record) : decoded.message;
  });

  assert.equal(again, texts);
});

test('an envelope of a newer version is reported as newer', () => {
  const text = JSON.stringify({ v: ENVELOPE_VERSION + 1, shape: 'unknown' });

  assert.is(decodeRecord(text, definitionOf).outcome, 'newer');
});

test('a record of a newer machine version is reported as newer', () => {
  const text = encodeRecord(setup({ machineVersion: 2 }));

  assert.is(decodeRecord(text, versions(1)).outcome, 'newer');
});

test('a record of a machine this version does not have is reported as newer', () => {
  const text = encodeRecord(setup({ machine: 'merge' }));

  assert.is(decodeRecord(text, definitionOf).outcome, 'newer');
});

test('what is not a record is reported as corrupt', () => {
  const texts = ['', 'null', '7', '[]', '{}', '{"v":1}', '{"v":"1"}', '{"v":0}', '{"v":1,'];

  assert.equal(
    texts.map((text) => decodeRecord(text, definitionOf).outcome),
    texts.map(() => 'corrupt'),
  );
});

test('a record without a field of its envelope is reported as corrupt', () => {
  const record = setup();
  const fields = Object.keys(record);

  const outcomes = fields.map((field) => {
    const { [field as keyof ActorRecord]: _, ...rest } = record;
    return decodeRecord(JSON.stringify(rest), definitionOf).outcome;
  });

  assert.equal(
    outcomes,
    fields.map(() => 'corrupt'),
  );
});

test('migrations run in order, from the version of the record to the present one', () => {
  const note = (text: string) => (record: ActorRecord) => ({
    ...record,
    context: { ...record.context, notes: `${record.context['notes'] ?? ''}${text}` },
  });
  const steps = { 1: note('one,'), 2: note('two,'), 3: note('three,') };

  const decoded = decodeRecord(encodeRecord(setup({ machineVersion: 2 })), versions(4, steps));

  assert.is(decoded.outcome === 'ok' && decoded.record.context['notes'], 'two,three,');
  assert.is(decoded.outcome === 'ok' && decoded.record.machineVersion, 4);
});

test('a record of the present version is not migrated', () => {
  const fail = () => {
    throw new Error('must not run');
  };
  const record = setup({ machineVersion: 2 });

  const decoded = decodeRecord(encodeRecord(record), versions(2, { 1: fail, 2: fail }));

  assert.equal(decoded, { outcome: 'ok', record });
});

test('a missing migration is reported as corrupt', () => {
  const record = setup({ machineVersion: 1 });

  const decoded = decodeRecord(encodeRecord(record), versions(3, { 1: (lifted) => lifted }));

  assert.equal(decoded, { outcome: 'corrupt', message: 'no migration from version 2' });
});

test('settling fills in the revision that the newest event and its effects got', () => {
  const recent = [
    { id: 'old', revision: 4 },
    { id: 'new', revision: null },
  ];
  const record = setup({ recent, outbox: [alarm(0, 4), alarm(0, null), alarm(1, null)] });

  const settled = settle({ record, revision: 9 }, () => false);

  assert.equal(settled.recent, [
    { id: 'old', revision: 4 },
    { id: 'new', revision: 9 },
  ]);
  assert.equal(settled.outbox, [alarm(0, 4), alarm(0, 9), alarm(1, 9)]);
});

test('settling drops the effects that have been performed, and no others', () => {
  const record = setup({ outbox: [alarm(0, 4), alarm(1, 4), alarm(0, null)] });

  const settled = settle({ record, revision: 9 }, ({ revision, n }) => revision === 4 && n === 1);

  assert.equal(settled.outbox, [alarm(0, 4), alarm(0, 9)]);
});

test('settling twice changes nothing more', () => {
  const record = setup({ outbox: [alarm(0, null)], recent: [{ id: 'new', revision: null }] });
  const once = settle({ record, revision: 9 }, () => false);

  assert.equal(
    settle({ record: once, revision: 12 }, () => false),
    once,
  );
});

test('a state is written with dots', () => {
  assert.is(stateName('claimed'), 'claimed');
  assert.is(stateName({ running: 'working' }), 'running.working');
  assert.is(stateName({ a: { b: 'c' } }), 'a.b.c');
});

test.run();
