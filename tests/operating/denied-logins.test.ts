// Goal: whoever logs in as the wrong role is told so. Method: a real server from nats.conf with its users switched
// on, and logins that ask for what another may.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAsker } from '../../transport/nats/asker.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { apiRequest } from '../../transport/nats/jetstream-api.ts';
import { scan } from '../../transport/nats/scan.ts';
import { createServerClock } from '../../transport/nats/server-clock.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import { rejects } from '../support/rejects.ts';
import { within } from '../support/within.ts';
import { type LoginName, startSecuredServer } from './secured-server.ts';

test(
  'what a login may not do is said at once, and taken neither for an outage nor for an outcome unknown',
  within(30_000, async () => {
    const server = await startSecuredServer({ sections: ['accounts', 'users'] });
    const as = (login: LoginName) => connectNats({ url: server.urlOf(login), name: login });
    const logins = await Promise.all([as('host'), as('worker'), as('publisher'), as('inspector')]);
    const [host, worker, publisher, inspector] = logins;
    await ensureTopology(host, { partitions: 2 });
    const clock = await createServerClock(host);
    const asker = createAsker(inspector, clock, () => 0);
    const pause = { address: 'item.shop.1', type: 'pause', data: {} };
    const all = { stream: 'KV_onceward-items', prefix: '$KV.onceward-items.', filter: '>' };

    const asked = await rejects(asker.ask(pause), 'PERMISSION_DENIED');
    const read = await rejects(scan(worker, { ...all, visit() {} }), 'PERMISSION_DENIED');
    const info = apiRequest(publisher, 'STREAM.INFO.ONCEWARD_EVENTS');
    await rejects(info, 'PERMISSION_DENIED');

    assert.is(asked.message, 'this login may not publish to onceward.ask.0');
    assert.match(read.message, /^this login may not publish to \$JS\.API\.CONSUMER\.CREATE\./);
    clock.stop();
    await Promise.all(logins.map((nc) => nc.close()));
    await server.stop();
  }),
);

test.run();
