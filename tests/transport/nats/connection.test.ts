// Connecting: errors on one line without secrets, and connections that come back.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectNats } from '../../../transport/nats/connection.ts';
import { natsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

test(
  'an unreachable server is an error on one line without the password',
  within(10_000, async () => {
    const url = 'nats://someone:secret@127.0.0.1:1';
    const error = await rejects(connectNats({ url, name: 'test' }), 'BROKER_UNAVAILABLE');
    assert.match(error.message, /^cannot connect to NATS at nats:\/\/127\.0\.0\.1:1: [^\n]+$/);
    assert.not.match(JSON.stringify(error.details), 'secret');
  }),
);

test(
  'what is no address is an error that does not repeat it',
  within(10_000, async () => {
    const connecting = connectNats({ url: 'nats://user:secret@', name: 'test' });
    const error = await rejects(connecting, 'CONFIG_INVALID');
    assert.not.match(error.message, 'secret');
  }),
);

test(
  'a login whose percent sign stands for nothing is said to be one, and not repeated',
  within(10_000, async () => {
    const connecting = connectNats({ url: 'nats://user:secret%zz@127.0.0.1:1', name: 'test' });
    const error = await rejects(connecting, 'CONFIG_INVALID');

    assert.match(error.message, '%25');
    assert.not.match(error.message, 'secret');
  }),
);

test(
  'the first reachable of several addresses is used',
  within(10_000, async () => {
    const server = await natsServer({ syncAlways: false });
    const nc = await connectNats({ url: `127.0.0.1:1, ${server.url}`, name: 'test' });
    assert.ok(server.url.endsWith(nc.getServer()));
    await nc.close();
  }),
);

test(
  'a connection comes back when the server was killed and started again',
  within(20_000, async () => {
    const server = await natsServer({ syncAlways: false });
    const nc = await connectNats({ url: server.url, name: 'test' });
    const isBack = (async () => {
      for await (const status of nc.status()) if (status.type === 'reconnect') return;
    })();
    await server.restart({ kill9: true });
    await isBack;
    await nc.flush();
    await nc.close();
  }),
);

test.run();
