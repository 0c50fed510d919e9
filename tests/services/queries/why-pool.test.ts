// A run that waits in a pool says whether anybody alive serves it, and nothing that presence does not tell.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Presence } from '../../../transport/ports.ts';
import type { StageInput } from '../../support/machine-steps.ts';
import { presenceOf, runScenario } from './why-scenarios.ts';

test('a queued run that no living worker can take names its labels and who is alive', () => {
  const worker = (identity: string, labels: string[], pools = ['default']) => ({
    ...presenceOf('worker', identity),
    ...{ labels, pools },
  });
  const gpu: StageInput = { pool: 'gpu-big', labels: ['gpu', 'big'] };
  const whyWith = (...presences: Presence[]) =>
    runScenario('labels', { state: 'running.queued', stage: gpu, presences }).why;
  const [mac, bare, old] = [worker('w-a', ['mac']), worker('w-b', []), presenceOf('worker', 'w-c')];

  const unserved = whyWith(mac, bare);
  assert.match(
    unserved.waitsFor,
    '; no living worker serves pool gpu-big, which asks for labels gpu, big; alive: w-a (mac), w-b (no labels)',
  );
  assert.is(unserved.owner.isAlive, false);
  assert.ok(
    unserved.actions.some(
      ({ command }) => command === 'onceward up --role worker --labels gpu,big',
    ),
  );
  assert.equal(
    [whyWith(mac, old), whyWith(mac, worker('w-d', ['gpu', 'big'], ['gpu-big']))].map(
      ({ owner, waitsFor }) => [owner.isAlive, owner.detail, waitsFor.includes('no living')],
    ),
    [
      [null, '1 worker alive, but no pools are announced', false],
      [true, '1 worker alive to serve it', false],
    ],
  );
});

test.run();
