// `send --dry-run`: what an event would do, decided on the record of a real host, and nothing of it done.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { send } from '../../../services/inspect/commands/send.ts';
import { show } from '../../../services/inspect/commands/show.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { startFleet } from './command-fixture.ts';

const fleet = await startFleet();
const timeoutMs = 10_000;
const LIMIT_MS = 20_000;
const verdict = { kind: 'pass', cause: 'test' };

/** An item with its first run waiting for its publisher. */
async function setup(id: string): Promise<string> {
  await submit(fleet.at().context, { project: 'shop', title: 'a defect', id, timeoutMs });
  return `shop/${id}/build/1`;
}

async function exit(id: string): Promise<void> {
  const address = `run.shop.${id}.build.1`;
  await fleet.host.asker.ask({ address, type: 'exited', data: { code: 0 } });
}

interface Trial {
  address: string;
  type: string;
  data?: object;
  ifRevision?: number;
  id?: string;
}

async function tried({ data = {}, ...trial }: Trial, output: 'table' | 'json' = 'json') {
  const test = fleet.at({ output });
  const input = { ...trial, data: JSON.stringify(data), isDryRun: true, timeoutMs };
  const exitCode = await send(test.context, input);
  return { exitCode, ...test };
}

async function recordOf(address: string) {
  const { context, documents } = fleet.at({ output: 'json' });
  await show(context, { address });
  return documents()[0];
}

test(
  'an event that would be applied is shown with where it leads and what it does, and is not sent',
  within(LIMIT_MS, async () => {
    const address = await setup('1');
    const before = await recordOf(address);
    const { exitCode, documents } = await tried({ address, type: 'exited', data: { code: 3 } });

    const [foreseen] = documents();
    assert.is(exitCode, 0);
    assert.equal(
      [foreseen.v, foreseen.outcome, foreseen.from, foreseen.to, foreseen.revision],
      [1, 'would-apply', 'running.queued', 'finalizing', before.revision],
    );
    assert.is(
      foreseen.changes.find(({ path }: { path: string }) => path === 'context.exit').after.code,
      3,
    );
    assert.equal(foreseen.candidates[0].holds, true);
    assert.equal(await recordOf(address), before);
  }),
);

test(
  'what is foreseen is what then happens',
  within(LIMIT_MS, async () => {
    const address = await setup('2');
    await exit('2');
    const { revision } = await recordOf(address);
    const data = { claimant: 'publisher-1', verdict };
    const trial = { address, type: 'claim', data, ifRevision: revision };
    const [foreseen] = (await tried(trial)).documents();
    const real = fleet.at({ output: 'json' });
    await send(real.context, { ...trial, data: JSON.stringify(data), timeoutMs });

    assert.is(foreseen.to, 'claimed');
    assert.equal(foreseen.effects, ['tells shop/2: advance']);
    assert.is(real.documents()[0].state, foreseen.to);
  }),
);

test(
  'an event that would be refused ends with 6, and names each guard with what it asks',
  within(LIMIT_MS, async () => {
    const address = await setup('3');
    const data = { claimant: 'publisher-1', verdict };
    const { exitCode, documents } = await tried({ address, type: 'claim', data });

    const [{ outcome, reason, message, candidates }] = documents();
    assert.is(exitCode, 6);
    assert.equal([outcome, reason], ['would-refuse', 'not-now']);
    assert.is(message, 'claim is not accepted in running.queued');
    assert.equal(
      candidates.map(({ guard, holds }: { guard: string; holds: boolean }) => [guard, holds]),
      [
        ['isDecision', false],
        ['isVerdictOnChecks', false],
      ],
    );
    assert.match(candidates[0].asks, /the stage is an approval/);
  }),
);

test(
  'a revision that has moved ends with 5',
  within(LIMIT_MS, async () => {
    const address = await setup('4');
    const { exitCode, documents } = await tried({ address, type: 'exited', ifRevision: 1 });

    assert.is(exitCode, 5);
    assert.is(documents()[0].reason, 'revision');
  }),
);

test(
  'people read the outcome on the first line, then effects, changes and the ways out',
  within(LIMIT_MS, async () => {
    const address = await setup('5');
    const accepted = await tried({ address, type: 'exited' }, 'table');
    const refused = await tried(
      { address, type: 'claim', data: { claimant: 'x', verdict } },
      'table',
    );

    assert.match(
      accepted.out(),
      /^shop\/5\/build\/1 at revision \d+ would accept exited: running\.queued → finalizing$/m,
    );
    assert.match(
      accepted.out(),
      /^Changes\n {2}PATH +BEFORE +AFTER\n {2}state +"running\.queued" +"finalizing"$/m,
    );
    assert.match(
      accepted.out(),
      /^What answers to exited in running\.queued\n.*\n.*finalizing +yes +the stage is external.* \[isExternalStage\]$/m,
    );
    assert.match(
      refused.out(),
      /^shop\/5\/build\/1 at revision \d+ would refuse claim \(not-now\): claim is not accepted/,
    );
    assert.match(refused.out(), /claimed +no +the stage is an approval/);
  }),
);

test(
  'data of the wrong shape, an unknown event and one for other actors only are refused as a host would',
  within(LIMIT_MS, async () => {
    const address = await setup('6');
    const reasonOf = async (trial: Omit<Trial, 'address'>) =>
      (await tried({ address, ...trial })).documents()[0].reason;

    assert.is(await reasonOf({ type: 'exited', data: { code: 'zero' } }), 'schema');
    assert.is(await reasonOf({ type: 'explode' }), 'unknown-type');
    assert.is(await reasonOf({ type: 'cancel' }), 'not-now');
    assert.is(await reasonOf({ type: 'exited', id: 'run.shop.6.build.1:1:x' }), 'schema');
    assert.is(await reasonOf({ type: 'exited', data: { epoch: 9 } }), 'stale-epoch');
  }),
);

test(
  'an item that is open already would refuse to be opened, although its pipeline is left out',
  within(LIMIT_MS, async () => {
    await setup('7');
    const { documents } = await tried({
      address: 'shop/7',
      type: 'open',
      data: { title: 'again' },
    });

    assert.is(documents()[0].reason, 'not-now');
  }),
);

test(
  'an event under an id that was applied before would change nothing',
  within(LIMIT_MS, async () => {
    const address = await setup('8');
    const run = 'run.shop.8.build.1';
    await fleet.host.asker.ask({ address: run, type: 'exited', data: {}, id: 'first' });
    const { exitCode, documents } = await tried({ address, type: 'exited', id: 'first' });

    assert.equal([exitCode, documents()[0].isRepeat, documents()[0].changes], [0, true, []]);
  }),
);

test(
  'what does not exist cannot be tried',
  within(LIMIT_MS, async () => {
    await rejects(tried({ address: 'shop/absent', type: 'pause' }), 'ACTOR_NOT_FOUND');
    await rejects(tried({ address: 'shop', type: 'pause' }), 'USAGE');
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
