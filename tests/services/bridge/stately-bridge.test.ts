// The bridge to the Stately inspector: what a page is told, who may be told, and what is left out.
import { networkInterfaces } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bridge } from '../../../services/inspect/commands/bridge.ts';
import { EXIT } from '../../../services/inspect/exit-codes.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import {
  bridged,
  fleet,
  page,
  reached,
  SECRET,
  statusOf,
  submitted,
  tell,
} from './bridge-fixture.ts';

const LIMIT_MS = 20_000;

test(
  'a page is told who is there, then each event with the state it led to',
  within(LIMIT_MS, () =>
    bridged(async (url) => {
      await submitted('1');
      const { heard, socket, told } = page(url);
      const run = 'run.shop.1.build.1';
      const actor = await heard(
        ({ type, sessionId }) => type === '@xstate.actor' && sessionId === run,
      );
      await tell(run, 'exited', { code: 0 });
      const snapshot = await heard(
        ({ type, sessionId }) => type === '@xstate.snapshot' && sessionId === run,
      );
      const event = told.find(
        ({ type, sessionId }) => type === '@xstate.event' && sessionId === run,
      );
      const item = told.find(({ sessionId }) => sessionId === 'item.shop.1');

      assert.equal([actor.parentId, actor.rootId], ['item.shop.1', 'item.shop.1']);
      assert.equal(actor.snapshot.value, { running: 'queued' });
      assert.is(JSON.parse(actor.definition).initial, 'running');
      assert.is(event.event.type, 'exited');
      assert.equal([snapshot.snapshot.value, snapshot.snapshot.status], ['finalizing', 'active']);
      assert.is(item.type, '@xstate.actor');
      assert.ok(told.indexOf(item) < told.indexOf(actor));
      assert.ok(told.indexOf(event) < told.indexOf(snapshot));
      socket.close();
    }),
  ),
);

test(
  'a refused event is told with its reason',
  within(LIMIT_MS, () =>
    bridged(async (url) => {
      await submitted('2');
      const { heard, socket } = page(url);
      const run = 'run.shop.2.build.1';
      await heard(({ sessionId }) => sessionId === run);
      await tell(run, 'finalize-step', { step: 'push', key: 'k', result: 'r' });
      const { event } = await heard(({ event }) => event?.isRefused === true);

      assert.equal([event.type, event.reason], ['finalize-step', 'not-now']);
      socket.close();
    }),
  ),
);

test(
  'free text is left out, unless it is asked for',
  within(LIMIT_MS, async () => {
    await submitted('3');
    await bridged(async (url) => {
      const { heard, socket, told } = page(url);
      const item = await heard(({ sessionId }) => sessionId === 'item.shop.3');

      assert.is(item.snapshot.context.title, '(23 characters left out)');
      assert.is(item.snapshot.context.project, 'shop');
      assert.not.match(JSON.stringify(told), SECRET);
      socket.close();
    });
    await bridged(
      async (url) => {
        const { heard, socket } = page(url);
        const item = await heard(({ sessionId }) => sessionId === 'item.shop.3');

        assert.is(item.snapshot.context.title, SECRET);
        socket.close();
      },
      { isRedacted: false },
    );
  }),
);

test(
  'a filter leaves out what is not below it',
  within(LIMIT_MS, async () => {
    await submitted('4');
    await submitted('5');
    await bridged(
      async (url) => {
        const { heard, socket, told } = page(url);
        await heard(({ sessionId }) => sessionId === 'run.shop.4.build.1');

        assert.equal(
          told.map(({ sessionId }) => sessionId),
          ['item.shop.4', 'run.shop.4.build.1'],
        );
        socket.close();
      },
      { filter: 'shop/4' },
    );
  }),
);

test(
  'a foreign page is refused, and so is one that calls this host by another name',
  within(LIMIT_MS, () =>
    bridged(async (url, notices) => {
      const refused = 'Unexpected server response: 403';

      assert.is(await page(url, 'https://evil.example').outcome, refused);
      assert.is(await page(url, 'null').outcome, refused);
      assert.is(await statusOf(url, 'evil.example'), 404);
      assert.match(notices[0] ?? '', '"https://evil.example" is not allowed');
    }),
  ),
);

test(
  'nothing listens on any other address of this machine',
  within(LIMIT_MS, () =>
    bridged(async (url) => {
      const port = Number(new URL(url).port);
      const others = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .filter(({ address }) => address !== '127.0.0.1')
        .map(({ address }) => address);

      assert.is(await reached('127.0.0.1', port), true);
      assert.equal(
        await Promise.all([...others, '127.0.0.2', '::1'].map((host) => reached(host, port))),
        [...others, '127.0.0.2', '::1'].map(() => false),
      );
    }),
  ),
);

test(
  'what a page says changes nothing',
  within(LIMIT_MS, () =>
    bridged(async (url) => {
      await submitted('6');
      const { heard, outcome, socket } = page(url);
      await outcome;
      socket.send('{"type":"@xstate.event","event":{"type":"cancel"}}');
      const item = await heard(({ sessionId }) => sessionId === 'item.shop.6');

      assert.equal(item.snapshot.value, { active: 'working' });
      socket.close();
    }),
  ),
);

test(
  'a page that breaks the protocol loses its connection, and nobody else theirs',
  within(LIMIT_MS, () =>
    bridged(async (url) => {
      const hostile = page(url);
      await hostile.outcome;
      hostile.socket.send('x'.repeat(5_000));
      await new Promise<void>((resolve) => void hostile.socket.once('close', () => resolve()));
      const other = page(url);

      assert.is(await other.outcome, 'open');
      other.socket.close();
    }),
  ),
);

test(
  'the page of the bridge frames the inspector, and may talk to nobody else',
  within(LIMIT_MS, () =>
    bridged(async (url) => {
      const response = await fetch(url);
      const policy = response.headers.get('content-security-policy') ?? '';

      assert.match(await response.text(), 'src="https://stately.ai/inspect"');
      assert.match(policy, "default-src 'none'");
      assert.match(policy, `connect-src ws://${new URL(url).host} ws://localhost:`);
      assert.match(policy, 'frame-src https://stately.ai;');
    }),
  ),
);

test(
  'the command says what leaves the machine, and ends when it is interrupted',
  within(LIMIT_MS, async () => {
    const { context, out, stop, written } = fleet.at();
    const ended = bridge(context, { filter: undefined, port: 0, isRedacted: true });
    await written('What leaves this machine');
    stop();

    assert.is(await ended, EXIT.interrupted);
    assert.match(out(), 'all items and runs in the inspector of https://stately.ai, read only');
    assert.match(out(), 'is left out; --no-redact sends it, too.');
  }),
);

test(
  'a taken port, a strange origin and a strange filter are told',
  within(LIMIT_MS, () =>
    bridged(async (url) => {
      const { context } = fleet.at();
      const run = (input: object) =>
        bridge(context, { filter: undefined, port: 0, isRedacted: true, ...input });
      const taken = await rejects(run({ port: Number(new URL(url).port) }), 'USAGE');

      assert.match(taken.message, 'EADDRINUSE; name another --port');
      await rejects(run({ allowedOrigins: ['*'] }), 'USAGE');
      await rejects(run({ allowedOrigins: ['https://stately.ai/inspect'] }), 'USAGE');
      await rejects(run({ filter: 'shop/>' }), 'USAGE');
    }),
  ),
);

test.after(async () => {
  await fleet.host.stop();
});

test.run();
