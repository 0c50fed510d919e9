// The chart of a run before anybody asks for it: when it is laid out, and that it is once.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDrawnAhead } from '../../../services/web/drawn-ahead.ts';
import { createVirtualClock, settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 5_000;

function setup(draw: () => Promise<unknown> = async () => {}) {
  const clock = createVirtualClock();
  const seen = { drawn: 0, warnings: [] as string[] };
  const log = { warn: (_: object, message: string) => void seen.warnings.push(message) };
  const count = () => {
    seen.drawn += 1;
    return draw();
  };
  return { clock, seen, ahead: createDrawnAhead({ clock, log, draw: count }) };
}

test(
  'it is laid out some time after the first page, and once',
  within(LIMIT_MS, async () => {
    const { clock, seen, ahead } = setup();
    ahead.soon();
    ahead.soon();
    await clock.advance(1_000);
    const atFirst = seen.drawn;
    await clock.advance(10_000);
    ahead.soon();
    ahead.now('run');
    await clock.advance(10_000);

    assert.equal([atFirst, seen.drawn], [0, 1]);
  }),
);

test(
  'it is laid out at once for a page that shows it',
  within(LIMIT_MS, async () => {
    const { clock, seen, ahead } = setup();
    ahead.soon();
    ahead.now('run');
    const atOnce = seen.drawn;
    await clock.advance(10_000);

    assert.equal([atOnce, seen.drawn], [1, 1]);
  }),
);

test(
  'each machine is laid out once',
  within(LIMIT_MS, async () => {
    const { clock, seen, ahead } = setup();
    ahead.soon();
    ahead.now('merge');
    ahead.now('merge');
    const atOnce = seen.drawn;
    await clock.advance(10_000);

    assert.equal([atOnce, seen.drawn], [1, 2]);
  }),
);

test(
  'a server that ends lays nothing out, and waits for nothing',
  within(LIMIT_MS, async () => {
    const { clock, seen, ahead } = setup();
    ahead.soon();
    ahead.close();
    const waiting = clock.waiting();
    await clock.advance(10_000);

    assert.equal([waiting, seen.drawn], [0, 0]);
  }),
);

test(
  'what cannot be laid out is logged, and harms nobody',
  within(LIMIT_MS, async () => {
    const { seen, ahead } = setup(async () => {
      throw new Error('no engine');
    });
    ahead.now('run');
    await settled();

    assert.equal(seen.warnings, ['the chart of the run machine could not be laid out']);
  }),
);

test.run();
