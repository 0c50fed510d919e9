// Whom the end of a run is charged to: an agent's own word excuses it of nothing, only what its exit was does.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Verdict } from '../../../machines/verdict.ts';
import {
  ask,
  claim,
  openRun,
  type StageInput,
  statesAfter,
  type TestActor,
  verdictOf,
} from '../../support/machine-steps.ts';

const agent = { adapter: 'claude' } as const;
const session = { id: 's-1', machine: 'm1' };

/** What the item is told of a run that ended for `cause`, and was judged so. */
function advanceOf(
  cause: string,
  verdict: Verdict,
  stage: StageInput = { agent },
): Record<string, unknown> {
  const actor = openRun(stage);
  actor.send(ask('started', { epoch: 1, worker: 'worker-1' }));
  actor.send(ask('exited', { epoch: 1, cause, session }));
  actor.send(claim('worker-1', verdict));
  return dataOf(actor, 'advance');
}

function dataOf(actor: TestActor, event: string): Record<string, unknown> {
  const told = actor.effects().find((effect) => effect.type === 'tell' && effect.event === event);
  return told?.type === 'tell' ? told.data : {};
}

const refused = verdictOf('infra_error', { cause: 'usage-limit' });

test('a limit or an outage of the provider is charged to nobody', () => {
  for (const cause of ['usage-limit', 'provider-outage']) {
    assert.is(advanceOf(cause, verdictOf('infra_error', { cause }))['charge'], null);
  }
});

test('a judge that claims a limit of the provider excuses nothing', () => {
  assert.not('charge' in advanceOf('exit-code', refused));
  assert.not('charge' in advanceOf('agent-crashed', refused));
});

test('an exit for a limit that was judged as something else is charged as what it was judged', () => {
  assert.not('charge' in advanceOf('usage-limit', verdictOf('product_fail')));
});

test('a publisher has no provider: its own stage is charged as usual', () => {
  const actor = openRun({ kind: 'external' });
  actor.send(ask('exited', { cause: 'usage-limit' }));
  actor.send(ask('claim', { claimant: 'ci', verdict: refused }));

  assert.is(actor.state(), 'claimed');
  assert.not('charge' in dataOf(actor, 'advance'));
});

test('a command has no provider either', () => {
  assert.not('charge' in advanceOf('usage-limit', refused, { kind: 'command' }));
});

test('a turn limit is charged to the continuations, a session that is gone to the resumes', () => {
  const limited = verdictOf('inconclusive', { cause: 'turn-limit' });
  const gone = verdictOf('infra_error', { cause: 'resume-failed' });

  assert.is(advanceOf('turn-limit', limited)['charge'], 'continuations');
  assert.is(advanceOf('resume-failed', gone)['charge'], 'resumes');
  assert.not('charge' in advanceOf('exit-code', limited));
});

test('a session is handed on where the exit says that it was broken off, whatever a judge says', () => {
  const crashed = verdictOf('infra_error', { cause: 'agent-crashed' });

  assert.equal(advanceOf('agent-crashed', crashed)['session'], session);
  assert.not('session' in advanceOf('exit-code', verdictOf('product_fail')));
  assert.not(
    'session' in advanceOf('exit-code', verdictOf('product_fail', { cause: 'turn-limit' })),
  );
  assert.not('session' in advanceOf('resume-failed', verdictOf('infra_error')));
});

test('a session that was handed to a run is handed on when its worker never got to it', () => {
  const actor = openRun({ agent });
  const opened = openRun({ agent }).run();
  assert.is(opened.session, null);

  statesAfter(
    actor,
    ask('started', { epoch: 1, worker: 'worker-1' }),
    ask('progress', { epoch: 1, session }),
    ask('worker-lost', { epoch: 1, worker: 'worker-1' }),
  );

  assert.equal(actor.run().session, session);
});

test('a limit of the provider suspends its account, until the time that was named', () => {
  const actor = openRun({ agent: { ...agent, account: 'team' } });
  actor.send(ask('started', { epoch: 1, worker: 'worker-1' }));
  actor.send(
    ask('exited', { epoch: 1, cause: 'usage-limit', resetAtMs: 7, evidence: 'limit hit' }),
  );

  assert.equal(
    actor.effects().map((effect) => effect.type === 'tell' && [effect.to, effect.event]),
    [
      ['account.provider.team', 'open'],
      ['account.provider.team', 'suspend'],
    ],
  );
  const { cause, resetAtMs, evidence } = dataOf(actor, 'suspend');
  assert.equal([cause, resetAtMs, evidence], ['usage-limit', 7, 'limit hit']);
});

test('no other end of an agent suspends an account', () => {
  const actor = openRun({ agent });
  actor.send(ask('started', { epoch: 1, worker: 'worker-1' }));
  actor.send(ask('exited', { epoch: 1, cause: 'agent-crashed' }));

  assert.equal(actor.effects(), []);
});

test.run();
