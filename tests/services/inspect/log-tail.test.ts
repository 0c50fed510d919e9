// Following a log file: it goes on while the record is out of reach.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { followLog } from '../../../services/inspect/log-tail.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { createSignal } from '../../../transport/nats/signal.ts';
import { localClock } from '../../support/local-clock.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

function setup(isOver: () => Promise<boolean>) {
  const path = join(temporaryDirectory(), 'a.log');
  writeFileSync(path, 'first\n');
  const stop = new AbortController();
  const hasSecond = createSignal();
  let read = '';
  const ended = followLog({
    ...{ path, clock: localClock, tail: { isOver, stop: stop.signal } },
    onChunk(bytes) {
      read += Buffer.from(bytes).toString();
      if (read.includes('second')) hasSecond.give();
    },
  });
  return { append: (text: string) => appendFileSync(path, text), ended, hasSecond, stop };
}

test(
  'what is written is read while nobody says whether the run has ended',
  within(10_000, async () => {
    const { append, ended, hasSecond, stop } = setup(() => new Promise(() => {}));
    append('second\n');
    await hasSecond.given;
    stop.abort();
    assert.is(await ended, true);
  }),
);

test(
  'an answer that the server owes is asked for again',
  within(10_000, async () => {
    const restarting = new OncewardError('OUTCOME_UNKNOWN', 'restarting');
    const answers = [() => Promise.reject(restarting), () => Promise.resolve(true)];
    const { ended } = setup(async () => answers.shift()?.() ?? false);
    assert.is(await ended, true);
    assert.is(answers.length, 0);
  }),
);

test(
  'a record that is gone ends it',
  within(10_000, async () => {
    const gone = new OncewardError('ACTOR_NOT_FOUND', 'gone');
    await rejects(setup(() => Promise.reject(gone)).ended, 'ACTOR_NOT_FOUND');
  }),
);

test.run();
