// The doctor proves whose files a container writes, and fails only for what a stage asks for.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Isolation, isolationSchema } from '../../../machines/isolation.ts';
import type { Check } from '../../../services/inspect/check.ts';
import { isolationChecks } from '../../../services/inspect/isolation-checks.ts';
import { createFakeEngine } from '../../support/fake-engine.ts';
import { findRealEngine, TEST_IMAGE } from '../../support/real-engine.ts';
import { within } from '../../support/within.ts';

const real = await findRealEngine();
if (real.reason !== null)
  process.stdout.write(`skipped: for real, no engine here: ${real.reason}\n`);
const testForReal = real.engine === null ? test.skip : test;

const CONTAINER = isolationSchema.parse({ kind: 'container', image: 'agents:1', engine: 'docker' });
const SANDBOX = isolationSchema.parse({ kind: 'process', sandbox: 'bubblewrap' });
const PRIVILEGES = isolationSchema.parse({ kind: 'process', noNewPrivileges: true });
const NOTHING = { PATH: '/nonexistent' };

async function checksOf(
  isolations: Isolation[],
  environment: Record<string, string | undefined>,
  image?: string,
): Promise<Map<string, Check>> {
  const stages = isolations.map((isolation, index) => ({ name: `stage-${index}`, isolation }));
  const checks = await isolationChecks({ stages, image, environment });
  return new Map(checks.map((check) => [check.name, check]));
}

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('onceward-doctor-'));

testForReal(
  'a file that a real container writes belongs to whoever asks, and nothing of the trial is left',
  within(60_000, async () => {
    const checks = await checksOf([], real.environment, TEST_IMAGE);

    const { isOk, detail } = checks.get('container') ?? { isOk: false, detail: '' };
    assert.ok(isOk, detail);
    assert.match(detail, `belongs to ${process.geteuid?.()}:${process.getegid?.()}`);
    assert.equal(leftovers(), []);
  }),
);

test(
  'a machine without an engine is one line, and no failure where no stage asks for containers',
  within(20_000, async () => {
    const checks = await checksOf([], NOTHING);

    assert.equal(checks.get('container'), {
      name: 'container',
      isOk: true,
      detail:
        'no engine: docker is not installed; podman is not installed; no stage asks for containers',
    });
    assert.is(checks.size, 1);
  }),
);

test(
  'it is a failure where a stage asks for containers',
  within(20_000, async () => {
    const checks = await checksOf([CONTAINER], NOTHING);

    assert.is(checks.get('container')?.isOk, false);
    assert.match(checks.get('container')?.detail ?? '', 'docker is not installed');
  }),
);

test(
  'the image of a stage is the one that is tried, and whoever the engine lets write it is compared',
  within(20_000, async () => {
    const { environment, runs } = createFakeEngine();

    const checks = await checksOf([CONTAINER], environment);

    assert.is(checks.get('container')?.isOk, true, checks.get('container')?.detail);
    assert.equal(runs()[0]?.slice(-3), ['agents:1', 'touch', 'written']);
    assert.ok(runs()[0]?.includes(`${process.geteuid?.()}:${process.getegid?.()}`));
    assert.equal(leftovers(), []);
  }),
);

test(
  'an image that is missing is named with its remedy, and fails only where it is needed',
  within(20_000, async () => {
    const { environment } = createFakeEngine();

    const unneeded = await checksOf([], environment);
    const needed = await checksOf([], environment, 'agents:2');

    assert.is(unneeded.get('container')?.isOk, true);
    assert.match(unneeded.get('container')?.detail ?? '', 'no image busybox here');
    assert.is(needed.get('container')?.isOk, false);
    assert.match(needed.get('container')?.detail ?? '', 'docker pull agents:2');
  }),
);

test(
  'the tools of a process are looked at where a stage asks for them',
  within(20_000, async () => {
    const checks = await checksOf([SANDBOX, PRIVILEGES], NOTHING);

    assert.is(checks.get('bubblewrap')?.isOk, false);
    assert.match(checks.get('bubblewrap')?.detail ?? '', 'bwrap is not installed');
    assert.is(checks.get('setpriv')?.isOk, false);
    assert.match(checks.get('setpriv')?.detail ?? '', 'setpriv is not installed');
  }),
);

test.run();
