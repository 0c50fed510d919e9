// `onceward wait`: what it waits for, and how it ends when that cannot come.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decideItem } from '../../../services/inspect/commands/decide-item.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { wait } from '../../../services/inspect/commands/wait.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet } from './command-fixture.ts';

const fleet = await startFleet();
const timeoutMs = 10_000;

async function setup(id: string): Promise<string> {
  await submit(fleet.at().context, { project: 'shop', title: 'x', id, timeoutMs });
  return `shop/${id}`;
}

function waiting(address: string, state: string, limitMs = timeoutMs) {
  const { context, documents } = fleet.at({ output: 'jsonl' });
  const ended = wait(context, { address, for: state, timeoutMs: limitMs });
  return ended.then((code) => ({ code, ...documents()[0] }));
}

test(
  'a state that holds already ends it at once, and a parent state covers its children',
  within(20_000, async () => {
    const item = await setup('1');
    const { code, v, address, state } = await waiting(item, 'active');
    assert.equal([code, v, address, state], [0, 1, item, 'active.working']);
    assert.is((await waiting(item, 'active.working')).code, 0);
  }),
);

test(
  'it waits for an actor that does not exist yet, and for one that moves',
  within(20_000, async () => {
    const done = waiting('shop/2', 'done');
    const ship = waiting('shop/2/ship', 'running.queued');
    await setup('2');
    await finishRun(fleet.host, 'shop/2/build/1');
    assert.is((await ship).address, 'shop/2/ship/1');
    await finishRun(fleet.host, 'shop/2/ship/1');
    assert.equal([(await done).code, (await done).state], [0, 'done']);
  }),
);

test(
  'a state that lasts for a moment only is not missed',
  within(20_000, async () => {
    await setup('3');
    const claimed = waiting('shop/3/build', 'claimed');
    const never = rejects(waiting('shop/3/build', 'graceExpired'), 'EVENT_REFUSED');
    await waiting('shop/3/build', 'running');
    await finishRun(fleet.host, 'shop/3/build/1');
    assert.is((await claimed).state, 'claimed');
    await never;
  }),
);

test(
  'what has ended otherwise is refused, also when it had ended before',
  within(20_000, async () => {
    const item = await setup('4');
    const done = rejects(waiting(item, 'done'), 'EVENT_REFUSED');
    await decideItem(fleet.at().context, { verb: 'cancel', item, timeoutMs });
    assert.match((await done).message, 'shop/4 has ended as cancelled; it can no longer be done');
    await rejects(waiting(item, 'active'), 'EVENT_REFUSED');
  }),
);

test(
  'when time is up it says what the state is, or that nothing appeared',
  within(20_000, async () => {
    const item = await setup('5');
    const late = await rejects(waiting(item, 'done', 100), 'TIMED_OUT');
    assert.match(late.message, 'shop/5 is active.working, not done, after 100 ms');
    await rejects(waiting('shop/absent', 'done', 100), 'ACTOR_NOT_FOUND');
    await rejects(waiting('shop/absent/build', 'advanced', 100), 'ACTOR_NOT_FOUND');
  }),
);

test(
  'a state that the machine does not have is a usage error, with the nearest one named',
  within(20_000, async () => {
    const error = await rejects(waiting('shop/absent', 'activ'), 'USAGE');
    assert.match(error.message, 'items have no state "activ"; did you mean "active"?');
    await rejects(waiting('shop/absent', 'claimed'), 'USAGE');
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
