// What counts as something to show, and when a command that has nothing is ended.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { watchSilence } from '../../../services/workers/silence-watch.ts';
import { createWatermark } from '../../../services/workers/watermark.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const SILENCE_MS = 10_000;
const SECOND_LOOK_MS = 1_000;
const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);

function setup() {
  const clock = createVirtualClock();
  const shown = { head: OLD as string | null, tokens: 0 };
  const looks: number[] = [];
  const readHead = async () => {
    looks.push(clock.monotonicMs());
    if (shown.head === null) throw new Error('no such folder');
    return shown.head;
  };
  const watermark = createWatermark({ clock, readHead, tokens: () => shown.tokens });
  const ends: { atMs: number; evidence: string }[] = [];
  const stop = watchSilence({
    ...{ clock, silenceMs: SILENCE_MS, watermark },
    end: (evidence) => ends.push({ atMs: clock.monotonicMs(), evidence }),
  });
  return { clock, watermark, shown, looks, ends, stop };
}

test(
  'a command with nothing to show is ended at the second look, with what was seen',
  within(5_000, async () => {
    const { clock, watermark, shown, looks, ends } = setup();
    shown.tokens = 70;
    watermark.note(512);
    await watermark.look();

    await clock.advance(2 * SILENCE_MS);

    const evidence = `nothing new for 11 s: 512 bytes of output, head still ${OLD.slice(0, 12)}, 70 tokens`;
    assert.equal(ends, [{ atMs: SILENCE_MS + SECOND_LOOK_MS, evidence }]);
    assert.equal(looks, [0, SILENCE_MS, SILENCE_MS + SECOND_LOOK_MS]);
  }),
);

test(
  'what comes between the two looks saves the command, and its time begins anew',
  within(5_000, async () => {
    const { clock, shown, ends } = setup();

    await clock.advance(SILENCE_MS + SECOND_LOOK_MS / 2);
    shown.tokens = 1;
    await clock.advance(SILENCE_MS);
    assert.equal(ends, []);
    await clock.advance(2 * SECOND_LOOK_MS);

    assert.is(ends[0]?.atMs, 2 * SILENCE_MS + 2 * SECOND_LOOK_MS);
  }),
);

test(
  'a new commit and new tokens are something to show, the first head that is seen is not',
  within(5_000, async () => {
    const { watermark, shown } = setup();

    const first = await watermark.look();
    const again = await watermark.look();
    shown.head = NEW;
    const commit = await watermark.look();
    shown.tokens = 5;
    const tokens = await watermark.look();
    shown.tokens = 4;
    const fewer = await watermark.look();
    shown.tokens = 5;
    const asBefore = await watermark.look();

    assert.equal([first, again, commit, tokens], [false, false, true, true]);
    assert.equal([fewer, asBefore], [false, false]);
  }),
);

test(
  'a head that cannot be read is no new one, and no end of the old',
  within(5_000, async () => {
    const { watermark, shown } = setup();
    await watermark.look();

    shown.head = null;
    const unread = await watermark.look();
    const kept = watermark.headSha();
    shown.head = OLD;
    const readAgain = await watermark.look();

    assert.equal([unread, kept, readAgain], [false, OLD, false]);
  }),
);

test(
  'a command that ends between the two looks is not called silent',
  within(5_000, async () => {
    const { clock, ends, stop } = setup();

    await clock.advance(SILENCE_MS + SECOND_LOOK_MS / 2);
    stop();
    await clock.advance(3 * SILENCE_MS);

    assert.equal([ends, clock.waiting()], [[], 0]);
  }),
);

test.run();
