// Goal: whoever looks at a trial sees what follows it, however it ends. Method: what is foretold of records that the
// machine has written is compared with what the machine does next.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mergeContextOf } from '../../../machines/typed-context.ts';
import { outlookOf } from '../../../services/queries/queue-outlook.ts';
import type { Outlook, Prospect } from '../../../services/queries/queue-page-view.ts';
import type { Step, StepMaker, TestActor } from '../../support/machine-steps.ts';
import {
  enqueue,
  green,
  landed,
  openQueue,
  prepared,
  red,
  take,
  verified,
} from '../../support/queue-steps.ts';

type Steps = readonly (Step | StepMaker)[];
const landing: Steps = [green, landed, verified];
const four: Steps = ['1', '2', '3', '4'].map((item) => enqueue(item, { batchSize: 4 }));
/** The first lands by itself; the other three are tried together then. */
const batch: Steps = [...four, take, prepared, ...landing, take, prepared];

function queueAfter(steps: Steps): TestActor {
  const queue = openQueue();
  for (const step of steps) assert.is(queue.send(step).outcome, 'applied');
  return queue;
}

function contextAfter(steps: Steps) {
  return mergeContextOf(queueAfter(steps).stored().record);
}

function outlookAfter(steps: Steps): Outlook {
  const outlook = outlookOf(queueAfter(steps).stored());
  if (outlook === null) throw new Error('nothing is tried');
  return outlook;
}

/** Who is tried by then, as it is foretold. */
function happening(steps: Steps): Pick<Prospect, 'members' | 'isControl'> {
  const { trial } = contextAfter(steps);
  const members = trial?.members.map((item) => `shop/${item}`) ?? [];
  return { members, isControl: trial?.kind === 'control' };
}

function foretold({ members, isControl }: Prospect): Pick<Prospect, 'members' | 'isControl'> {
  return { members, isControl };
}

test('while nothing is tried nothing is foretold', () => {
  assert.is(outlookOf(queueAfter([]).stored()), null);
});

test('after a landing those are tried together that were foretold', () => {
  const steps = [...four, take, prepared];
  const { green: ifGreen } = outlookAfter(steps);

  assert.equal(foretold(ifGreen), happening([...steps, ...landing]));
  assert.equal(ifGreen.members, ['shop/2', 'shop/3', 'shop/4']);
});

test('after a red batch that half of it is tried that was foretold', () => {
  const { red: ifRed } = outlookAfter(batch);

  assert.equal(foretold(ifRed), happening([...batch, red]));
  assert.equal(ifRed.members, ['shop/2', 'shop/3']);
});

test('after one half of the suspects has landed, the other is tried', () => {
  const steps = [...batch, red, take, prepared];
  const { green: ifGreen } = outlookAfter(steps);

  assert.equal(foretold(ifGreen), happening([...steps, ...landing]));
  assert.equal(ifGreen.members, ['shop/4']);
});

test('one that is red for the first time is tried once more, and sent back for the second', () => {
  const first = [enqueue('1'), take, prepared, ...landing, enqueue('2'), take, prepared];
  const second = [...first, red, take, prepared];
  const again = outlookAfter(first).red;
  const asked = outlookAfter(second).red;

  assert.equal(again, {
    ...{ sentBack: null, members: ['shop/2'], isControl: false, isFrozen: false },
  });
  assert.equal(foretold(again), happening([...first, red]));
  assert.equal(foretold(asked), happening([...second, red]));
});

test('a red trial of the base alone freezes the queue and sends nobody back', () => {
  const steps = [enqueue('1'), take, prepared, red, take, prepared];
  const { green: ifGreen, red: ifRed } = outlookAfter(steps);

  assert.equal(ifRed, { sentBack: null, members: [], isControl: false, isFrozen: true });
  assert.equal([ifGreen.sentBack, ifGreen.members], [null, ['shop/1']]);
  assert.is(queueAfter([...steps, red]).state(), 'frozen');
  assert.equal(foretold(ifGreen), happening([...steps, green]));
});

test.run();
