// A pool on a connection that is closed: nothing it says is heard, and nothing breaks.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Job, JobSource } from '../../../transport/ports.ts';
import { within } from '../../support/within.ts';
import { ACK_WAIT_MS, setup } from './job-lines.ts';

/** One job, about which nothing can be told to anybody. */
function closedSource(): JobSource {
  const closed = (what: string) => () => {
    throw new Error(`${what}: the connection is closed`);
  };
  const job: Job = {
    ...{ body: 'job', deliveries: 1 },
    ...{ working: closed('working'), done: closed('done'), retry: closed('retry') },
  };
  const jobs = [job];
  return {
    async open() {},
    async take() {
      return jobs.splice(0, 1);
    },
    onHint: () => () => {},
  };
}

function setupClosed() {
  const thrown: unknown[] = [];
  const note = (error: unknown) => void thrown.push(error);
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  const ended = () => {
    process.off('uncaughtException', note);
    process.off('unhandledRejection', note);
    return thrown;
  };
  return { ended, ...setup({ source: closedSource() }) };
}

test(
  'a sign of life that cannot be given is reported, and the job goes on',
  within(5_000, async () => {
    const { clock, end, ended, errors, pool } = setupClosed();

    await clock.advance(ACK_WAIT_MS);
    const during = pool.busySlots();
    await end('job');

    assert.is(during, 1);
    assert.is(pool.busySlots(), 0);
    assert.equal(errors.map(String), [
      ...Array(3).fill('Error: working: the connection is closed'),
      'Error: done: the connection is closed',
    ]);
    assert.equal(ended(), []);
  }),
);

test(
  'a failed job that cannot be given back is reported, and the pool can be stopped',
  within(5_000, async () => {
    const { clock, ended, errors, fail, pool } = setupClosed();
    await clock.advance(0);

    await fail('job');
    await pool.stop();

    assert.equal(errors.map(String), [
      'Error: job failed',
      'Error: retry: the connection is closed',
    ]);
    assert.equal(ended(), []);
    assert.is(clock.waiting(), 0);
  }),
);

test.run();
