// What readers of a stream are told while the server that the events come from is away.
import { Hono } from 'hono';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEventStreams } from '../../../services/web/event-streams.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 10_000;
const LOST = 'event: source-lost\ndata: {}\n\n';
const BACK = 'event: source-back\ndata: {}\n\n';

function setup() {
  let lose = () => {};
  let restore = () => {};
  const back = new Promise<void>((resolve) => {
    restore = resolve;
  });
  const onLost = (callback: () => void) => {
    lose = callback;
    return () => {};
  };
  const connection = { onLost, present: () => back };
  const streams = createEventStreams({ clock: createVirtualClock(), connection });
  const app = new Hono();
  app.get('/', (context) => streams.open(context, async () => () => {}));
  return {
    lose: () => lose(),
    restore: async () => {
      restore();
      await back;
    },
    open: async () => app.request('/'),
    close: streams.close,
  };
}

test(
  'every reader is told when the source is lost and when it is back, also one that comes in between',
  within(LIMIT_MS, async () => {
    const { open, lose, restore, close } = setup();
    const before = await open();
    lose();
    lose();
    const during = await open();
    await restore();
    const after = await open();
    close();
    const told = await Promise.all([before, during, after].map((response) => response.text()));

    assert.equal(
      told.map((text) => text.replace('retry: 1000\n\n', '')),
      [LOST + BACK, LOST + BACK, ''],
    );
  }),
);

test.run();
