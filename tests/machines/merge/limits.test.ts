// A queue has room for so many, and its record stays writable when all of them have much to say.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MAX_ENTRIES } from '../../../machines/merge/conditions.ts';
import { encodeRecord, MAX_RECORD_BYTES } from '../../../machines/record.ts';
import { type MergeDriver, mergeStage, openQueue, shaOf } from '../../support/merge-driver.ts';

const longSha = (text: string) => (shaOf(text) + shaOf(`${text}2`)).slice(0, 64);
const longName = (number: number) => `i${number}-`.padEnd(64, 'x');
const bytesOf = (queue: MergeDriver) => Buffer.byteLength(encodeRecord(queue.stored().record));

/** As large as the stage of a queue may be. */
const stage = {
  ...mergeStage({ batchSize: 32, admission: 'none' }),
  gates: Array.from({ length: 4 }, () => ({ kind: 'command', command: 'x'.repeat(3_800) })),
};

function settingsOf(number: number): Record<string, unknown> {
  const digest = `${number}`.padEnd(128, 'd');
  const where = { repository: 'r'.repeat(2_000), baseBranch: 'b'.repeat(250) };
  return { stage, ...where, digest, sinceMs: number, reminderMs: 86_400_000 };
}

/** Comes up to the limit, each with the longest of everything. */
function fill(queue: MergeDriver, from: number): number {
  let number = from;
  while (queue.context().entries.length < MAX_ENTRIES) {
    const long = { title: 'é'.repeat(200), headSha: longSha(`${number}`) };
    queue.enqueue(longName(number), { ...long, settings: settingsOf(number) });
    number += 1;
  }
  return number;
}

function report(queue: MergeDriver, isConflict: boolean): void {
  queue.take();
  const { trial, entries } = queue.context();
  const members = (trial?.members ?? []).map((item) => ({
    item,
    headSha: entries.find((entry) => entry.item === item)?.headSha,
  }));
  const paths = Array.from({ length: 100 }, (_, n) => `${n}`.padStart(400, 'p'));
  const conflicts = members.map((one) => ({ ...one, with: 'base', paths, count: 100 }));
  const merged = members.map((one) => ({ ...one, landsAs: longSha(one.item) }));
  const candidate = { sha: longSha('c'), treeSha: longSha('t'), members: merged };
  const base = { baseSha: longSha('b'), baseTreeSha: longSha('t') };
  const found = isConflict ? { conflicts } : { candidate };
  queue.send('prepared', { ...queue.lease(), ...base, ...found });
}

function judge(queue: MergeDriver): void {
  const kind = queue.context().trial?.kind === 'control' ? 'pass' : 'product_fail';
  queue.send('validated', { ...queue.lease(), kind, cause: 'tests', summary: 's'.repeat(4_000) });
}

test('the record of a full queue stays under the limit, whatever becomes of its trials', () => {
  const queue = openQueue({ batchSize: 32 });
  let number = 0;
  const sizes: number[] = [];
  for (let round = 0; round < 60; round += 1) {
    number = fill(queue, number);
    sizes.push(bytesOf(queue));
    if (queue.state() === 'paused') queue.send('resume');
    report(queue, round % 2 === 0 && queue.context().trial?.kind === 'batch');
    sizes.push(bytesOf(queue));
    if (queue.state() === 'validating') judge(queue);
    sizes.push(bytesOf(queue));
  }

  assert.ok(queue.context().decided.length >= 40, 'many were sent back');
  assert.ok(Math.max(...sizes) < MAX_RECORD_BYTES * 0.9, `${Math.max(...sizes)} bytes`);
});

test('a full queue takes nobody more, says so, and still knows those it has', () => {
  const queue = openQueue();
  queue.send('freeze');
  for (let n = 0; n < MAX_ENTRIES; n += 1) queue.enqueue(`i${n}`);

  assert.is(queue.enqueue('late'), 'frozen (not-now)');
  assert.is(queue.enqueue('i7', { attempt: 2 }), 'frozen');
  queue.send('eject', { item: 'i8' });
  assert.is(queue.enqueue('late'), 'frozen');
});

test('a stage that is too large for the record of a queue is refused', () => {
  const gates = Array.from({ length: 5 }, () => ({ kind: 'command', command: 'x'.repeat(3_900) }));
  const settings = { ...settingsOf(1), stage: { ...stage, gates } };

  assert.is(openQueue().enqueue('a', { settings }), 'idle (schema)');
});

test.run();
