// Time limit: 1200 s
// Goal: onceward replaces itself, whoever is killed meanwhile, and each deployment ends once, in the right state.
// Method: whole processes, started and replaced by scripts, with a real server, registry and remote.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { within } from '../../support/within.ts';
import { type SelfFleet, startSelfFleet } from './self-fleet.ts';

const LIMIT_MS = 180_000;
/** Long enough for a process to come up on a busy machine, and to prove itself. */
const PROVE_MS = 30_000;
/** Where none proves itself anyway. */
const SHORT_PROVE_MS = 5_000;

test(
  'a new version comes up, proves itself, and says that it is deployed; there is no other one then',
  withFleet({}, async (fleet) => {
    await fleet.submit('one');

    const { context } = await fleet.reached('healthy');
    assert.equal(endingsOf(context), ['1 release healthy']);
    assert.equal(verdictsOf(context), ['pass']);
    assert.equal(fleet.alive(), [context.live?.digest]);
    assert.equal(fleet.done().slice(1), replacing(context.live?.digest));
  }),
);

test(
  'a version that ends at its start is never proven: the one of before is started again, and says so',
  withFleet({ proveMs: PROVE_MS }, async (fleet) => {
    await fleet.submit('one');
    const first = (await fleet.reached('healthy')).context.live?.digest;
    fleet.setCrashing(true);
    await fleet.submit('two');

    const { context } = await fleet.reached('rolledBack');
    assert.equal(endingsOf(context), [
      ...['1 release healthy', '2 release degraded', '3 rollback rolled-back'],
    ]);
    assert.equal(verdictsOf(context), ['pass', 'product_fail']);
    assert.is(context.live?.digest, first);
    assert.equal(fleet.alive(), [first]);
    assert.is(fleet.done().filter((line) => line.startsWith('undo')).length, 1);
  }),
);

test(
  'killed before the new version is started, the old one is replaced all the same, and once',
  withFleet({}, async (fleet) => {
    fleet.hold('before');
    await fleet.submit('one');
    await fleet.held('before');
    fleet.killService('first');
    fleet.release('before');

    const { context } = await fleet.reached('healthy');
    assert.equal(endingsOf(context), ['1 release healthy']);
    assert.equal(fleet.alive(), [context.live?.digest]);
    assert.equal(fleet.done().slice(1), replacing(context.live?.digest));
  }),
);

test(
  'killed after the new version is started, the old one is missed, and the new one goes on',
  withFleet({}, async (fleet) => {
    fleet.hold('beside');
    await fleet.submit('one');
    await fleet.held('beside');
    fleet.killService('first');
    fleet.release('beside');

    const { context } = await fleet.reached('healthy');
    assert.equal(endingsOf(context), ['1 release healthy']);
    assert.equal(fleet.alive(), [context.live?.digest]);
  }),
);

test(
  'a machine that restarts before the command has done anything has it run again by the old version',
  withFleet({}, async (fleet) => {
    fleet.hold('before');
    await fleet.submit('one');
    await fleet.held('before');
    await fleet.killAll();
    fleet.release('before');
    await fleet.start('first');

    const { context } = await fleet.reached('healthy');
    assert.equal(endingsOf(context), ['1 release healthy']);
    assert.equal(fleet.alive(), [context.live?.digest]);
    assert.is(fleet.done().filter((line) => line.startsWith('replace')).length, 2);
  }),
);

test(
  'a machine that restarts after the command, as the new version, goes on from there by itself',
  withFleet({}, async (fleet) => {
    fleet.setStarting(false);
    await fleet.submit('one');
    await fleet.replaced();
    await fleet.killAll();
    await fleet.start(digestIn(fleet));

    const { context } = await fleet.reached('healthy');
    assert.equal(endingsOf(context), ['1 release healthy']);
    assert.is(fleet.done().filter((line) => line.startsWith('replace')).length, 1);
  }),
);

test(
  'a machine that restarts after the command, as the old version, waits for the proof, and gives the new one up',
  withFleet({ proveMs: SHORT_PROVE_MS }, async (fleet) => {
    fleet.setStarting(false);
    await fleet.submit('one');
    await fleet.replaced();
    await fleet.killAll();
    await fleet.start('first');

    const { context } = await fleet.reached('held');
    assert.equal(endingsOf(context), ['1 release degraded']);
    assert.equal(verdictsOf(context), ['product_fail']);
    assert.equal(fleet.alive(), ['first']);
  }),
);

test(
  'a machine that restarts while the old version is brought back has that done to its end',
  withFleet({ proveMs: SHORT_PROVE_MS }, async (fleet) => {
    fleet.setCrashing(true);
    fleet.hold('undo');
    await fleet.submit('one');
    await fleet.held('undo');
    await fleet.killAll();
    fleet.setCrashing(false);
    fleet.release('undo');
    await fleet.start('first');

    const { context } = await fleet.reached('held');
    assert.equal(endingsOf(context), ['1 release degraded']);
    assert.equal(verdictsOf(context), ['product_fail']);
    assert.equal(fleet.alive(), ['first']);
  }),
);

test.after(() => stopNatsServer());
test.run();

/** A fleet of its own for each test, and its log when it fails. */
function withFleet(
  options: { proveMs?: number },
  body: (fleet: SelfFleet) => Promise<void>,
): () => Promise<void> {
  let fleet: SelfFleet | undefined;
  const limited = within(LIMIT_MS, async () => {
    fleet = await startSelfFleet(options);
    await body(fleet);
  });
  return () =>
    limited()
      .catch((error: unknown) => {
        process.stdout.write(`${fleet?.log() ?? ''}\n${fleet?.done().join('\n') ?? ''}\n`);
        throw error;
      })
      .finally(() => fleet?.stop());
}

function endingsOf({ ended }: DeploymentContext): string[] {
  return ended.map(({ number, kind, outcome }) => `${number} ${kind} ${outcome}`);
}

function verdictsOf({ decided }: DeploymentContext): string[] {
  return decided.map(({ kind }) => kind);
}

function replacing(digest: string | undefined): string[] {
  return [`replace ${digest}`, `start ${digest}`];
}

/** Of the version that the script was asked to start last. */
function digestIn(fleet: SelfFleet): string {
  const line = fleet.done().findLast((one) => one.startsWith('replace '));
  return line?.slice('replace '.length) ?? '';
}
