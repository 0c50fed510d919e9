// When the checks of a run are looked at again, and how often branch protection is asked.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { check, checks, RULES } from './check-facts.ts';
import { run, seenAs, setup } from './watched-world.ts';

const HOUR_MS = 3_600_000;
const CANCELLED = checks('build cancelled, lint cancelled');

test(
  'looks grow rarer while nothing changes, up to two minutes',
  within(5_000, async () => {
    const { watcher, clock, state } = setup({ found: checks('build pending') });
    const after = async (quietMs: number) => {
      const seen = seenAs(state.found, clock.nowMs() - quietMs);
      return (await watcher.look(run({ seen }))).againInMs;
    };

    const waits = [await after(0), await after(10_000), await after(30_000), await after(600_000)];

    assert.equal(waits, [10_000, 20_000, 40_000, 120_000]);
    assert.is((await watcher.look(run())).againInMs, 10_000);
  }),
);

test(
  'a look comes no later than time alone changes the answer',
  within(5_000, async () => {
    const { watcher, clock, state } = setup({ found: checks('build pending') });
    const seen = seenAs(state.found, clock.nowMs() - HOUR_MS + 5_000);

    assert.is((await watcher.look(run({ seen }))).againInMs, 5_000);
  }),
);

test(
  'branch protection is asked once in five minutes, and not where checks are declared',
  within(5_000, async () => {
    const { watcher, acts, clock } = setup({ protection: ['build'] });
    const undeclared = run({ rules: RULES });

    await watcher.look(run());
    await watcher.look(undeclared);
    await watcher.look(undeclared);
    await clock.advance(300_000);
    await watcher.look(undeclared);

    assert.is(acts.filter((act) => act === 'protection of main').length, 2);
  }),
);

test(
  'what branch protection requires is waited for',
  within(5_000, async () => {
    const { watcher } = setup({ found: [check('lint')], protection: ['build'] });

    const look = await watcher.look(run({ rules: RULES }));

    assert.is(look.reason, 'nothing has failed; not there yet: build');
  }),
);

test(
  'no id is longer than an id may be, however long the address is',
  within(5_000, async () => {
    const { watcher, told } = setup({ found: CANCELLED });
    const name = 'n'.repeat(64);
    const address = `run.${name}.${name}.${name}.1000`;

    await watcher.look(run({ address }));
    await watcher.look(run({ address, rules: { ...RULES, required: ['e2e'] } }));

    assert.equal(
      told.seen.map(({ id }) => id.length <= 256),
      [true, true],
    );
  }),
);

test.run();
