// The janitor sweeps again and again, survives what goes wrong, and ends when it is told to.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startJanitor } from '../../../services/sweeps/janitor.ts';
import { createRepositories } from '../../../transport/git/repository.ts';
import { createMemoryBucket } from '../../support/memory-bucket.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { testGit } from '../../transport/git/remote-fixture.ts';

const SETTINGS = { janitorMs: 60_000, logMaxAgeDays: 30, diskBudgetMb: 0 };

function setup() {
  const stateDir = join(temporaryDirectory(), 'state');
  mkdirSync(stateDir);
  const clock = createVirtualClock();
  const said: (() => void)[] = [];
  const tell = () => {
    for (const resolve of said.splice(0)) resolve();
  };
  const janitor = startJanitor({
    ...{ clock, stateDir, identity: 'worker-1', settings: SETTINGS, onSwept: tell },
    repositories: createRepositories({ git: testGit, stateDir }),
    records: {
      items: createMemoryBucket({ name: 'onceward-items' }),
      archive: createMemoryBucket({ name: 'onceward-archive' }),
    },
    alarm: () => {},
    log: { info: () => {}, error: () => {}, warn: tell },
  });
  /** Resolves once a sweep has ended, well or not. */
  const swept = () => new Promise<void>((resolve) => void said.push(resolve));
  const condemned = join(stateDir, 'condemned', 'left');
  return { stateDir, clock, janitor, swept, condemned };
}

test(
  'the first sweep comes soon, the next after the period, and one that fails does not end them',
  within(20_000, async () => {
    const { stateDir, clock, janitor, swept, condemned } = setup();

    const first = swept();
    await clock.advance(37_500);
    await first;
    rmSync(stateDir, { recursive: true });
    writeFileSync(stateDir, 'no folder\n');
    const failing = swept();
    await clock.advance(75_000);
    await failing;
    rmSync(stateDir);
    mkdirSync(condemned, { recursive: true });
    const third = swept();
    await clock.advance(75_000);
    await third;
    await janitor.stop();

    assert.not.ok(existsSync(condemned));
    assert.is(clock.waiting(), 0);
  }),
);

test(
  'a janitor that was stopped sweeps no more',
  within(20_000, async () => {
    const { clock, janitor, condemned } = setup();
    mkdirSync(condemned, { recursive: true });

    await janitor.stop();
    janitor.apply({ ...SETTINGS, janitorMs: 1_000 });
    await clock.advance(600_000);

    assert.ok(existsSync(condemned));
    assert.is(clock.waiting(), 0);
  }),
);

test.run();
