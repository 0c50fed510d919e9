// What a run has used reaches its accounts once and whole, whatever order its reports, losses and ends come in.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Effect } from '../../../machines/effect.ts';
import { totalUsage } from '../../../machines/run/context.ts';
import { addUsage, NO_USAGE, type Usage } from '../../../machines/usage.ts';
import { runSteps } from '../../support/event-sequences.ts';
import {
  ask,
  openActor,
  openRun,
  RUN,
  runOpening,
  type Step,
  type StepMaker,
  type TestActor,
  tell,
} from '../../support/machine-steps.ts';

type Draw = { to: string; usage: Usage };

const isTell = (effect: Effect) => effect.type === 'tell';

function drawsOf(actor: TestActor): Draw[] {
  return actor
    .effects()
    .flatMap((effect) =>
      effect.type === 'tell' && effect.event === 'draw'
        ? [{ to: effect.to, usage: effect.data['usage'] as Usage }]
        : [],
    );
}

/** Everything the accounts of a run are told in its life, by account. */
function drawnBy(actor: TestActor, steps: (Step | StepMaker)[]): Map<string, Usage> {
  const drawn = new Map<string, Usage>();
  for (const step of steps) {
    if (actor.send(step).outcome !== 'applied') continue;
    for (const { to, usage } of drawsOf(actor)) {
      drawn.set(to, addUsage(drawn.get(to) ?? NO_USAGE, usage));
    }
  }
  return drawn;
}

const started = ask('started', { epoch: 1, worker: 'worker-1' });
const used = (usage: Partial<Usage>, epoch = 1): Step => ask('progress', { epoch, usage });
const agent = { adapter: 'claude' } as const;

test('the sum of what each account was told is what the run reports, in any life of it', () => {
  const kinds = fc.constantFrom('agent' as const, 'external' as const);
  const caps = fc.constantFrom({}, { tokens: 20 });

  fc.assert(
    fc.property(kinds, caps, runSteps, (kind, limits, steps) => {
      const stage = kind === 'agent' ? { agent, caps: limits } : { kind, caps: limits };
      const actor = openActor(RUN, runOpening(stage));
      const drawn = drawnBy(actor, steps);
      const total = totalUsage(actor.run());
      for (const account of kind === 'agent' ? BOTH : BOTH.slice(0, 1)) {
        assert.equal(drawn.get(account) ?? NO_USAGE, total);
      }
    }),
    { numRuns: 400 },
  );
});

const BOTH = ['account.project.shop', 'account.provider.claude'];

/** One worker after the other: each reports, in any order of amounts, and is lost. */
const workers = fc.array(fc.array(fc.nat(50), { maxLength: 4 }), { minLength: 1, maxLength: 4 });

test('what each worker has used adds up to the whole, however often one is lost', () => {
  fc.assert(
    fc.property(workers, (reports) => {
      const actor = openRun({ agent });
      const steps = reports.flatMap((amounts, n) => [
        ask('started', { epoch: n + 1, worker: 'worker-1' }),
        ...amounts.map((turns) => used({ turns }, n + 1)),
        ask('worker-lost', { epoch: n + 1, worker: 'worker-1' }),
      ]);
      const drawn = drawnBy(actor, steps);
      const expected = reports.reduce((sum, amounts) => sum + Math.max(0, ...amounts), 0);
      assert.is(totalUsage(actor.run()).turns, expected);
      assert.is(drawn.get('account.provider.claude')?.turns ?? 0, expected);
    }),
  );
});

test('a project is told of everything, a provider of what its own agents used', () => {
  const ofAgent = openRun({ agent });
  const ofCommand = openRun({ kind: 'external' });

  assert.equal([...drawnBy(ofAgent, [started, used({ turns: 1 })]).keys()], BOTH);
  assert.equal([...drawnBy(ofCommand, [started, used({ turns: 1 })]).keys()], BOTH.slice(0, 1));
});

test('accounts are opened by the first draw of a run, ahead of it, and by no other', () => {
  const actor = openRun({ kind: 'external' });
  const eventsOf = () =>
    actor
      .effects()
      .filter(isTell)
      .map((effect) => effect.type === 'tell' && effect.event);

  actor.send(started);
  actor.send(used({ turns: 1 }));
  const first = eventsOf();
  actor.send(used({ turns: 2 }));

  assert.equal(first, ['open', 'draw']);
  assert.equal(eventsOf(), ['draw']);
});

test('a run that has used nothing yet opens no account; its first draw does', () => {
  const actor = openRun({ kind: 'external' });
  actor.send(started);
  actor.send(used({}));
  const first = actor.effects();
  actor.send(used({ turns: 1 }));

  assert.equal(first, []);
  assert.equal(
    actor.effects().map((effect) => effect.type === 'tell' && effect.event),
    ['open', 'draw'],
  );
});

test('only what came in addition is drawn', () => {
  const actor = openRun({ kind: 'external' });
  actor.send(started);
  actor.send(used({ outputTokens: 7, usd: 0.1 }));
  actor.send(used({ outputTokens: 9, usd: 0.3 }));

  const [draw] = drawsOf(actor);
  assert.equal([draw?.usage.outputTokens, draw?.usage.usd], [2, 0.2]);
});

test('a report that says nothing new draws nothing, nor one that says less', () => {
  const actor = openRun({ kind: 'external' });
  actor.send(started);
  actor.send(used({ outputTokens: 7 }));

  actor.send(used({ outputTokens: 7 }));
  const same = actor.effects();
  actor.send(used({ outputTokens: 3 }));

  assert.equal([same, actor.effects()], [[], []]);
});

test('the next worker begins to count at nothing, and what the lost one used stays drawn', () => {
  const actor = openRun({ kind: 'external' });
  const lost = ask('worker-lost', { epoch: 1, worker: 'worker-1' });
  const again = ask('started', { epoch: 2, worker: 'worker-1' });

  const drawn = drawnBy(actor, [started, used({ turns: 5 }), lost, again, used({ turns: 2 }, 2)]);

  assert.is(drawn.get('account.project.shop')?.turns, 7);
});

test('the last report of a cancelled run is drawn, and told to its item', () => {
  const actor = openRun({ agent });
  const gone = ask('gone', { epoch: 1, usage: { turns: 6 } });

  const drawn = drawnBy(actor, [started, used({ turns: 5 }), tell('cancel'), gone]);

  assert.is(actor.state(), 'cancelled');
  assert.is(drawn.get('account.provider.claude')?.turns, 6);
  const told = actor.effects().find((effect) => isTell(effect) && effect.to === 'item.shop.7');
  assert.is(told?.type === 'tell' && (told.data['usage'] as Usage).turns, 6);
});

test('the exit of a publisher that never started is drawn, too', () => {
  const actor = openRun({ kind: 'external' });

  const drawn = drawnBy(actor, [ask('exited', { code: 0, usage: { turns: 3 } })]);

  assert.is(drawn.get('account.project.shop')?.turns, 3);
});

test('a command that is no agent is measured by nobody: nothing is drawn, nothing said', () => {
  const actor = openRun({ kind: 'command' });

  const drawn = drawnBy(actor, [
    started,
    ask('progress', { epoch: 1 }),
    ask('exited', { epoch: 1 }),
  ]);

  assert.is(drawn.size, 0);
});

test('the project is told its caps of a day as the item was opened with them', () => {
  const opening = runOpening({ agent });
  const dailyCaps = { usd: 20 };
  const actor = openActor(RUN, {
    ...opening,
    data: { ...opening.data, dailyCaps, dailyCapsSinceMs: 5 },
  });
  actor.send(started);
  actor.send(used({ turns: 1 }));

  const told = actor.effects().flatMap((effect) => (effect.type === 'tell' ? [effect] : []));
  const capsTold = (to: string) => told.find((one) => one.to === to && one.event === 'draw')?.data;
  assert.equal(capsTold('account.project.shop')?.['caps'], dailyCaps);
  assert.is(capsTold('account.project.shop')?.['capsSinceMs'], 5);
  assert.not('caps' in (capsTold('account.provider.claude') ?? {}));
});

test.run();
