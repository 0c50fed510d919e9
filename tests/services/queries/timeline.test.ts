// Goal: the waterfall shows what happened and nothing else. Method: runs made by real events, with entries beside them
// as a host writes them, or without.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Phase } from '../../../services/queries/item-view.ts';
import { phasesOf } from '../../../services/queries/timeline.ts';
import {
  ask,
  claim,
  deadline,
  OPENED_AT_MS,
  openRun,
  type Step,
  statesAfter,
  tell,
} from '../../support/machine-steps.ts';
import { line, WORKER } from './why-scenarios.ts';

const at = (afterMs: number) => OPENED_AT_MS + afterMs;
const started = ask('started', { epoch: 1, worker: WORKER, machine: 'm1' }, at(10));
const progress = ask('progress', { epoch: 1 }, at(20));
const exited = ask('exited', { epoch: 1, code: 0 }, at(50));

/** `queued 0-10`, in milliseconds since the opening. */
function spans(phases: readonly Phase[]): string[] {
  const since = (ms: number | null) => (ms === null ? '' : String(ms - OPENED_AT_MS));
  return phases.map(({ name, startMs, endMs }) => `${name} ${since(startMs)}-${since(endMs)}`);
}

function entry(type: string, to: string, afterMs: number) {
  return line({ type, to, atMs: at(afterMs) });
}

function recordAfter(...steps: Step[]) {
  const actor = openRun();
  statesAfter(actor, ...steps);
  return actor.stored();
}

test('each stretch ends where the next begins, and the last is open', () => {
  const entries = [
    entry('open', 'running.queued', 0),
    entry('started', 'running.starting', 10),
    entry('progress', 'running.working', 20),
    entry('progress', 'running.working', 30),
  ];
  assert.equal(spans(phasesOf(recordAfter(started, progress), entries)), [
    'queued 0-10',
    'starting 10-20',
    'working 20-',
  ]);
});

test('a run that lost its worker is queued twice', () => {
  const lost = tell('worker-lost', { epoch: 1, worker: WORKER }, at(40));
  const entries = [
    entry('open', 'running.queued', 0),
    entry('started', 'running.starting', 10),
    entry('worker-lost', 'running.queued', 40),
  ];
  assert.equal(spans(phasesOf(recordAfter(started, lost), entries)), [
    'queued 0-10',
    'starting 10-40',
    'queued 40-',
  ]);
});

test('what was refused or repeated is no stretch', () => {
  const entries = [
    entry('open', 'running.queued', 0),
    line({ type: 'claim', to: 'claimed', outcome: 'refused', atMs: at(5) }),
    line({ type: 'open', to: 'finalizing', outcome: 'repeated', atMs: at(6) }),
  ];
  assert.equal(spans(phasesOf(recordAfter(), entries)), ['queued 0-']);
});

test('a run that has ended has no open stretch', () => {
  const actor = openRun();
  const expired = deadline('grace-elapsed', at(400_000));
  statesAfter(actor, started, progress, exited, expired, claim(WORKER), tell('advance-confirmed'));
  const entries = [
    entry('open', 'running.queued', 0),
    entry('exited', 'finalizing', 50),
    entry('grace-elapsed', 'graceExpired', 400_000),
    entry('claim', 'claimed', 400_000),
    entry('advance-confirmed', 'advanced', 400_000),
  ];
  assert.equal(spans(phasesOf(actor.stored(), entries)), [
    'queued 0-50',
    'finalizing 50-400000',
    'grace 400000-400000',
    'claimed 400000-400000',
  ]);
});

test('where the audit does not reach back, the record tells what it remembers', () => {
  const stored = recordAfter(started, progress, exited);
  const remembered = ['queued 0-10', 'working 10-50', 'finalizing 50-'];
  assert.equal(spans(phasesOf(stored, [])), remembered);
  assert.equal(spans(phasesOf(stored, [entry('exited', 'finalizing', 50)])), remembered);
});

test('where the audit is behind, the record tells what it remembers', () => {
  const entries = [entry('open', 'running.queued', 0), entry('started', 'running.starting', 10)];
  assert.equal(spans(phasesOf(recordAfter(started, progress, exited), entries)), [
    'queued 0-10',
    'working 10-50',
    'finalizing 50-',
  ]);
});

test.run();
