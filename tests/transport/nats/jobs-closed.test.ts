// The queue of jobs where the connection gives nothing: it is closed, or may not listen for hints.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectNats } from '../../../transport/nats/connection.ts';
import { createJobSource } from '../../../transport/nats/jobs.ts';
import { startSecuredServer } from '../../operating/secured-server.ts';
import { openNats } from '../../support/nats-fixture.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

const ACK_WAIT_MS = 30_000;
const LINE = { pool: 'default', project: 'shop' };

function timerCount(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

test(
  'on a connection that is closed nothing can be taken, and no timer is left to wait for an answer',
  within(10_000, async () => {
    const { close, connect } = await openNats();
    const nc = await connect('closing');
    const source = createJobSource(nc, { ackWaitMs: ACK_WAIT_MS });
    await source.open({ ...LINE, maxConcurrentRuns: 4 });
    await nc.close();
    const timersBefore = timerCount();

    const taking = source.take({ ...LINE, lane: 'work' }, 4);

    await rejects(taking, 'BROKER_UNAVAILABLE');
    assert.is(timerCount(), timersBefore);
    await close();
  }),
);

test(
  'a login that may not hear of jobs gets no hints, and keeps its connection',
  within(20_000, async () => {
    const server = await startSecuredServer({ sections: ['accounts', 'users'] });
    const nc = await connectNats({ url: server.urlOf('publisher'), name: 'test' });
    const source = createJobSource(nc, { ackWaitMs: ACK_WAIT_MS });
    const hints: string[] = [];

    const stop = source.onHint({ pool: 'default', lane: 'tend' }, (name) => hints.push(name));
    // The refusal stands before the answer to this.
    await nc.flush();
    await nc.flush();
    stop();

    assert.not(nc.isClosed());
    assert.equal(hints, []);
    await nc.close();
    await server.stop();
  }),
);

test.after(() => stopNatsServer());
test.run();
