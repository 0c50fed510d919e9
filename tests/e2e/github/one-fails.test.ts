// Time limit: 300 s
// One repository that fails, and one issue that does, delay nobody else.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { BROKEN, NOT_NOW, SILENT, startFailingWorld } from './failing-repository.ts';

const LIMIT_MS = 90_000;
/** Of one issue, from its opening to the end of its only stage: seconds, and more on a busy machine. */
const WORK_LIMIT_MS = 20_000;
const RETRY_AFTER_S = 25;

test(
  'while one repository answers with errors, or not at all, the issues of the others are worked on',
  within(LIMIT_MS, async () => {
    const { fail, open, work, worked, asked, until, stop } = await startFailingWorld();
    try {
      fail(BROKEN);
      const number = await open('slow');
      await until(async () => asked.length > 0);
      const amidErrors = await Promise.all([work('shop'), work('desk')]);
      fail(SILENT);
      await until(async () => asked.length > 0);
      const amidSilence = await Promise.all([work('shop'), work('desk')]);
      fail(() => null);
      await worked('slow', number);

      const slowest = Math.max(...[...amidErrors, ...amidSilence].map(({ tookMs }) => tookMs));
      assert.ok(slowest < WORK_LIMIT_MS, `${slowest} ms`);
    } finally {
      await stop();
    }
  }),
);

test(
  'a repository that asks to be left alone is, for as long as it has said, and recovers by itself',
  within(LIMIT_MS, async () => {
    const { fail, open, work, worked, asked, until, stop } = await startFailingWorld({
      isApart: true,
    });
    try {
      fail(NOT_NOW(RETRY_AFTER_S));
      const number = await open('slow');
      const refusedAtMs = await until(async () => asked[0]);
      fail(() => null);
      const { tookMs } = await work('shop');
      await worked('slow', number);

      const restMs = (asked[0] ?? 0) - refusedAtMs;
      assert.ok(tookMs < WORK_LIMIT_MS, `${tookMs} ms`);
      assert.ok(restMs >= RETRY_AFTER_S * 1_000, `${restMs} ms`);
    } finally {
      await stop();
    }
  }),
);

test(
  'one issue whose comments fail, under a title that breaks, holds up no other of its repository',
  within(LIMIT_MS, async () => {
    const { fail, open, work, worked, comments, until, stop } = await startFailingWorld();
    try {
      fail((message) => (message.path.endsWith('/issues/1/comments') ? BROKEN(message) : null));
      const number = await open('slow', `a${'🦊'.repeat(300)}`);

      const other = await work('slow');
      const [comment = ''] = await until(async () => {
        const said = await comments('slow', other.number);
        return said.length > 0 && said;
      });
      await worked('slow', number);

      assert.is(number, 1);
      assert.ok(other.tookMs < WORK_LIMIT_MS, `${other.tookMs} ms`);
      assert.match(comment, '### look, attempt 1: passed');
    } finally {
      await stop();
    }
  }),
);

test.run();
