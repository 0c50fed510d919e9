// Which merge queue a project's name means, and what is said where there is none. In memory, with real records.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { frozenPipelineSchema } from '../../../machines/item/events.ts';
import { encodeRecord } from '../../../machines/record.ts';
import { meantQueue, queueAbsence } from '../../../services/inspect/queue-choice.ts';
import { encodeProject } from '../../../services/registry/project-record.ts';
import { queueAfter } from '../../support/queue-steps.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { setup } from '../queries/rows-fixture.ts';

function projectText(kind: 'external' | 'merge', baseBranch: string): string {
  const pipeline = frozenPipelineSchema.parse({
    ...{ name: 'standard', digest: 'test', limits: {}, baseBranch },
    stages: [{ name: 'land', kind }],
  });
  const settings = { repository: '/srv/shop.git', pipeline: 'standard', baseBranch };
  return encodeProject({ origin: 'registry', isDraining: false, settings, pipeline });
}

const queueText = () => encodeRecord(queueAfter().record);

test(
  'a project means the queue of its base branch, unless another branch is named',
  within(10_000, async () => {
    const { session, store } = setup();
    await store('onceward-projects', 'shop', projectText('merge', 'release/1'));
    const { address } = await meantQueue(session, { project: 'shop' });
    assert.is(address, 'merge.shop.release=2F1');
    const named = await meantQueue(session, { project: 'shop', branch: 'main' });
    assert.is(named.address, 'merge.shop.main');
  }),
);

test(
  'a project that is registered no more means its only queue, and never one of several',
  within(10_000, async () => {
    const { session, store } = setup();
    await store('onceward-merges', 'shop.release=2F1', queueText());
    assert.is((await meantQueue(session, { project: 'shop' })).branch, 'release/1');
    await store('onceward-merges', 'shop.main', queueText());
    const { message } = await rejects(meantQueue(session, { project: 'shop' }), 'USAGE');
    assert.is(message, 'which queue of shop? --branch names one of main, release/1');
  }),
);

test(
  'of a queue that is not there it is said whether any item could ever open it',
  within(10_000, async () => {
    const { session, store } = setup();
    await store('onceward-projects', 'shop', projectText('external', 'main'));
    await store('onceward-projects', 'yard', projectText('merge', 'main'));
    const told = async (project: string) => {
      const { message } = await queueAbsence(session, await meantQueue(session, { project }));
      return message;
    };
    const none = 'does not exist: no item has come to a stage of kind merge there yet';
    assert.is(await told('yard'), `merge queue merge.yard.main ${none}`);
    const never = 'pipeline standard of shop has no stage of kind merge';
    assert.is(await told('shop'), `merge queue merge.shop.main ${none}; ${never}`);
    const { message } = await rejects(meantQueue(session, { project: 'yrad' }), 'ACTOR_NOT_FOUND');
    assert.match(message, /no project is called "yrad"; did you mean "yard"\?$/);
  }),
);

test.run();
