// The network of a chaos run does what its faults say: it carries, cuts, swallows and delivers late.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../support/within.ts';
import { type Link, openLink } from './link.ts';

test(
  'what is sent arrives, and the answer comes back',
  within(5_000, async () => {
    const { client, close } = await setup();

    client.write('one');

    assert.is(await next(client), 'echo one');
    await close();
  }),
);

test(
  'a cut resets what is open, and the next connection goes through',
  within(5_000, async () => {
    const { client, link, dial, close } = await setup();
    client.write('one');
    await next(client);
    const closed = closing(client);

    link.cut();
    await closed;
    const second = await dial();
    second.write('two');

    assert.is(await next(second), 'echo two');
    await close();
  }),
);

test(
  'a black hole that is healed by resuming delivers late what it swallowed',
  within(5_000, async () => {
    const { client, link, dial, received, close } = await setup();
    const heal = link.blackHole();
    client.write('late');
    const inside = await dial();
    inside.write('inside');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = received().length;

    heal('resume');

    assert.is(before, 0);
    assert.is(await next(client), 'echo late');
    assert.is(await next(inside), 'echo inside');
    await close();
  }),
);

test(
  'a black hole that is healed by a reset breaks what was open',
  within(5_000, async () => {
    const { client, link, close } = await setup();
    const closed = closing(client);

    link.blackHole()('reset');

    await closed;
    await close();
  }),
);

test.run();

async function setup() {
  const texts: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      texts.push(data.toString());
      socket.write(`echo ${data.toString()}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const link = await openLink([`nats://127.0.0.1:${port}`]);
  const dial = () => dialled(link);
  const close = async () => {
    await link.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client: await dial(), link, dial, received: () => texts, close };
}

async function dialled(link: Link): Promise<Socket> {
  const client = connect({ host: '127.0.0.1', port: Number(new URL(link.url).port) });
  client.on('error', () => {});
  await once(client, 'connect');
  return client;
}

/** Not `once`, which rejects when an error comes first: being reset is one. */
function closing(client: Socket): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

async function next(client: Socket): Promise<string> {
  const [data] = (await once(client, 'data')) as [Buffer];
  return data.toString();
}
