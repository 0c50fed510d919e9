// When an item is shown in its tracker: soon after it has changed, and again until that succeeds.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { WriteBack } from '../../../../services/reconciler/write-back/write-back.ts';
import { startWriteBackLoop } from '../../../../services/reconciler/write-back/write-back-loop.ts';
import { OncewardError } from '../../../../transport/errors.ts';
import { within } from '../../../support/within.ts';
import { createOutsideStandIns } from '../outside-stand-ins.ts';

const LIMIT_MS = 10_000;

function setup(sync: (item: string) => Promise<number | null> = async () => null) {
  const { clock, project, onTrouble, troubles } = createOutsideStandIns();
  const shown: string[] = [];
  const writeBack: WriteBack = {
    forgetMark: () => {},
    async sync(_, item) {
      shown.push(`${item} ${clock.monotonicMs()}`);
      return { againInMs: await sync(item), hasWritten: false };
    },
  };
  const loop = startWriteBackLoop({ project, writeBack, clock, onTrouble });
  return { clock, loop, shown, troubles };
}

test(
  'changes that come together are one write, and the next change is another',
  within(LIMIT_MS, async () => {
    const { clock, loop, shown } = setup();
    loop.note('7');
    await clock.advance(1_000);
    loop.note('7');
    await clock.advance(5_000);
    loop.note('7');
    await clock.advance(5_000);

    assert.equal(shown, ['7 2000', '7 8000']);
    assert.is(loop.size(), 0);
  }),
);

test(
  'what changes while it is written is written again',
  within(LIMIT_MS, async () => {
    const { clock, loop, shown } = setup(async (item) => {
      if (shown.length === 1) loop.note(item);
      return null;
    });
    loop.note('7');

    await clock.advance(10_000);

    assert.equal(shown, ['7 2000', '7 4000']);
  }),
);

test(
  'an item that cannot be shown waits longer each time, and keeps nobody waiting',
  within(LIMIT_MS, async () => {
    const { clock, loop, shown, troubles } = setup(async (item) => {
      if (item === 'bad') throw new OncewardError('OUTSIDE_UNAVAILABLE', '502');
      return null;
    });
    loop.note('bad');
    loop.note('7');
    await clock.advance(10_000);
    loop.note('bad');
    await clock.advance(6_000);

    assert.equal(shown, ['bad 2000', '7 2000', 'bad 4000', 'bad 8000', 'bad 16000']);
    assert.is(troubles.length, 4);
  }),
);

test(
  'an item whose issue refuses it is given up after a while, and tried again when it changes',
  within(LIMIT_MS, async () => {
    const { clock, loop, shown } = setup(async () => {
      throw new OncewardError('OUTSIDE_REFUSED', '404');
    });
    loop.note('7');
    await clock.advance(86_400_000);
    const [tries, left] = [shown.length, loop.size()];

    loop.note('7');
    await clock.advance(2_000);

    assert.equal([tries, left, shown.length], [20, 0, 21]);
  }),
);

test(
  'a used up rate limit makes every item wait for its end, but not for ever',
  within(LIMIT_MS, async () => {
    const untilMs = 9_999_999_999_999;
    const { clock, loop, shown } = setup(async (item) => {
      if (item === '7' && shown.length === 1) {
        throw new OncewardError('RATE_LIMITED', 'later', { details: { untilMs } });
      }
      return null;
    });
    loop.note('7');
    loop.note('8');

    await clock.advance(3_601_000);
    const before = shown.length;
    await clock.advance(2_000);

    assert.equal([before, shown.slice(1)], [1, ['8 3602000', '7 3602000']]);
  }),
);

test(
  'a stop waits for the write under way, and begins nothing more',
  within(LIMIT_MS, async () => {
    let letGo = () => {};
    const { clock, loop, shown } = setup(
      () =>
        new Promise((resolve) => {
          letGo = () => resolve(null);
        }),
    );
    loop.note('7');
    loop.note('8');
    await clock.advance(2_000);

    const stopped = loop.stop();
    letGo();
    await stopped;
    loop.note('9');

    assert.equal([shown, clock.waiting()], [['7 2000'], 0]);
  }),
);

test.run();
