// What becomes of an item whose version fails in an environment: what landed stays the same however often it is
// deployed, and what infrastructure did is not its fault.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  advance,
  openItem,
  type StageInput,
  statesAfter,
  verdictOf,
} from '../../support/machine-steps.ts';

const A = 'a'.repeat(40);
const staging: StageInput = {
  name: 'staging',
  kind: 'deploy',
  deploy: {
    environment: 'staging',
    image: { name: 'registry.test/shop' },
    build: { command: 'build' },
    deploy: { command: 'deploy' },
  },
};
const landed = advance('build', 1, verdictOf('pass', { headSha: A, isLanded: true }));
const failed = advance('staging', 1, verdictOf('product_fail', { cause: 'degraded', headSha: A }));

test('a version that failed is not deployed again by itself: a person is asked', () => {
  const item = openItem([{}, staging]);

  const states = statesAfter(item, landed, failed);

  assert.equal(states, ['active.working', 'parked']);
  assert.is(item.item().parking?.reason, 'no-progress');
  assert.match(item.item().parking?.message ?? '', /degraded.* on a{12}: another run/);
});

test('a version that failed sends its item back to work where the stage says so', () => {
  const item = openItem([{}, { ...staging, onFail: 'build' }]);

  statesAfter(item, landed, failed);

  assert.equal(item.item().current, { stage: 'build', attempt: 2 });
});

test.run();
