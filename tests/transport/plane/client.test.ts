// One key on one Plane server: its limits are kept, its errors translated, and the key goes nowhere else.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { planeClient } from '../../../transport/plane/client.ts';
import { startPlaneServer } from '../../support/plane-server.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 10_000;

async function setup(options: Parameters<typeof startPlaneServer>[0] = {}) {
  const server = await startPlaneServer(options);
  const ahead = { ms: 0 };
  const clock = { nowMs: () => Date.now() + ahead.ms };
  const open = (token = server.token, apiUrl = server.url) =>
    planeClient({ apiUrl, token, workspace: server.workspace, clock });
  const asked = { path: ['projects', server.world.project.id], answer: z.unknown() };
  return { server, ahead, open, client: open(), asked };
}

test(
  'when the limit is used up nothing is asked until the server counts anew',
  within(LIMIT_MS, async () => {
    const { server, client, asked, ahead } = await setup({ requestsPerMinute: 2 });
    await client.ask(asked);
    await client.ask(asked);

    const error = await rejects(client.ask(asked), 'RATE_LIMITED');
    const untilMs = Number(error.details['untilMs']);
    ahead.ms = 61_000;
    await rejects(client.ask(asked), 'RATE_LIMITED');

    assert.ok(untilMs > Date.now() && untilMs <= Date.now() + 60_000);
    // The last was asked for once the time had come, and the server had the last word.
    assert.is(server.requests.length, 3);
    await server.close();
  }),
);

test(
  'a refusal without a time is waited for as long as the limit of Plane lasts',
  within(LIMIT_MS, async () => {
    const { server, client, asked } = await setup();
    server.faults.push({ method: 'GET', fault: { status: 429 } });
    const beforeMs = Date.now();

    const error = await rejects(client.ask(asked), 'RATE_LIMITED');

    const waitMs = Number(error.details['untilMs']) - beforeMs;
    assert.ok(waitMs >= 60_000 && waitMs < 70_000);
    await server.close();
  }),
);

test(
  'errors of the server are unavailable, those of the request refused with their status',
  within(LIMIT_MS, async () => {
    const { server, client, asked } = await setup();
    const statuses = [500, 503, 400, 401, 403, 404];
    server.faults.push(...statuses.map((status) => ({ method: 'GET', fault: { status } })));
    server.faults.push({ method: 'GET', fault: 'before' });

    const errors = [
      await rejects(client.ask(asked), 'OUTSIDE_UNAVAILABLE'),
      await rejects(client.ask(asked), 'OUTSIDE_UNAVAILABLE'),
      await rejects(client.ask(asked), 'OUTSIDE_REFUSED'),
      await rejects(client.ask(asked), 'OUTSIDE_REFUSED'),
      await rejects(client.ask(asked), 'OUTSIDE_REFUSED'),
      await rejects(client.ask(asked), 'OUTSIDE_REFUSED'),
      await rejects(client.ask(asked), 'OUTSIDE_UNAVAILABLE'),
    ];

    assert.equal(
      errors.map(({ details }) => details['status']),
      [...statuses, undefined],
    );
    await server.close();
  }),
);

test(
  'a redirection is not followed, so that the key stays where it belongs',
  within(LIMIT_MS, async () => {
    const { server, client, asked } = await setup();
    const elsewhere = await startPlaneServer();
    const headers = { Location: elsewhere.url };
    server.faults.push({ method: 'GET', fault: { status: 307, headers } });

    const error = await rejects(client.ask(asked), 'OUTSIDE_REFUSED');

    assert.match(error.message, 'redirects');
    assert.equal(elsewhere.requests, []);
    await Promise.all([server.close(), elsewhere.close()]);
  }),
);

test(
  'the key stands in no error, even when the server repeats it or it is none',
  within(LIMIT_MS, async () => {
    const echo = createServer((request, response) => {
      response.writeHead(403, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ error: `no: ${request.headers['x-api-key']}` }));
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
    const { server, open, asked } = await setup();

    const errors = [
      await rejects(open('sesame', url).ask(asked), 'OUTSIDE_REFUSED'),
      await rejects(open('sesame\nx').ask(asked), 'OUTSIDE_REFUSED'),
      await rejects(open('').ask(asked), 'OUTSIDE_REFUSED'),
    ];

    const texts = errors.map(({ message, stack, cause }) => `${message} ${stack} ${cause}`);
    assert.not.match(texts.join(), 'sesame');
    echo.close();
    await server.close();
  }),
);

test(
  'an answer that is not what is documented is unavailable, naming the field',
  within(LIMIT_MS, async () => {
    const { server, client, asked } = await setup();
    const answer = z.object({ identifier: z.number() });

    const error = await rejects(client.ask({ ...asked, answer }), 'OUTSIDE_UNAVAILABLE');

    assert.match(error.message, 'identifier');
    await server.close();
  }),
);

test(
  'pages are read up to a limit',
  within(LIMIT_MS, async () => {
    const { server, client, asked } = await setup();
    Array.from({ length: 250 }, (_, at) => server.world.createLabel({ name: String(at) }));
    const list = { path: [...asked.path, 'labels'], entry: z.unknown() };

    assert.is((await client.list({ ...list, maxPages: 2 })).length, 200);
    assert.is((await client.list({ ...list, maxPages: 9 })).length, 250);
    assert.is((await client.list({ ...list, maxPages: 9, isEnough: () => true })).length, 100);
    await server.close();
  }),
);

test.run();
