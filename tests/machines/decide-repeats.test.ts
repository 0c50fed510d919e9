// How a repeat is recognised, whatever door it comes through and however late.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MAX_RECENT_EVENTS } from '../../machines/record.ts';
import { ask, openRun, tell } from '../support/machine-steps.ts';

const started = ask('started', { epoch: 1, worker: 'worker-1' });
const exited = ask('exited', { epoch: 1, code: 0 });

test('an event with an id the record remembers is answered with the first revision', () => {
  const actor = openRun();
  actor.send({ ...started, id: 'once' });
  const { revision } = actor.stored();
  actor.send(exited);

  const repeated = actor.send({ ...started, id: 'once' });

  assert.equal(repeated, { outcome: 'repeated', revision });
});

test('an event is recognised as a repeat through another door', () => {
  const actor = openRun();
  actor.send({ ...started, id: 'once' });

  const repeated = actor.send({ ...started, id: 'once', door: 'mailbox', sequence: 9 });

  assert.is(repeated.outcome, 'repeated');
});

test('a mailbox sequence that is not above the highest applied one is a repeat', () => {
  const actor = openRun();
  actor.send({ ...started, door: 'mailbox', sequence: 9 });

  const repeated = actor.send({ ...exited, door: 'mailbox', sequence: 9 });

  assert.equal(repeated, { outcome: 'repeated', revision: null });
  assert.is(actor.state(), 'running.starting');
});

test('a refused mailbox event leaves the remembered sequence alone', () => {
  const actor = openRun();

  actor.send({ ...exited, door: 'mailbox', sequence: 9 });

  assert.is(actor.stored().record.mailboxSequence, 0);
});

test('a repeat is still recognised after the actor is finished', () => {
  const actor = openRun();
  actor.send({ ...tell('cancel'), id: 'once' });

  const repeated = actor.send({ ...tell('cancel'), id: 'once' });

  assert.is(actor.state(), 'cancelled');
  assert.is(repeated.outcome, 'repeated');
});

test('the record remembers its last 32 events and no more', () => {
  const actor = openRun();
  actor.send(started);
  const ids = Array.from({ length: 40 }, (_, n) => `progress-${n}`);

  for (const id of ids) actor.send({ ...ask('progress', { epoch: 1 }), id });

  const remembered = actor.stored().record.recent.map(({ id }) => id);
  assert.is(remembered.length, MAX_RECENT_EVENTS);
  assert.equal(remembered, ids.slice(-MAX_RECENT_EVENTS));
});

test.run();
