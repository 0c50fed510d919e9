// `up --http` and `page`: where the page is, under which token, and what happens to its port.

import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { servedLine } from '../../../services/inspect/page-address.ts';
import { readConnectionNote } from '../../../services/queries/connection-file.ts';
import { freePorts } from '../../support/free-ports.ts';
import { natsServer } from '../../support/nats-server.ts';
import { within } from '../../support/within.ts';
import { makeFolder } from './up-process.ts';
import { createAsking } from './web-fixture.ts';

const LIMIT_MS = 50_000;
const DEFAULT_PORT = 7717;
const ANY_PORT = '127.0.0.1:0';

const portOf = (url: string) => Number(new URL(url).port);
const askAt = (url: string) => createAsking({ address: { host: '127.0.0.1', port: portOf(url) } });

async function taken(port: number): Promise<Server | null> {
  const server = createServer().listen({ port, host: '127.0.0.1' });
  const isOurs = await Promise.race([
    once(server, 'listening').then(() => true),
    new Promise<boolean>((resolve) => void server.once('error', () => resolve(false))),
  ]);
  return isOurs ? server : null;
}

test(
  '`up` serves the page, says where, and `page` prints its address with the token',
  within(LIMIT_MS, async () => {
    const folder = makeFolder();
    const { directory, run } = folder;
    const running = await folder.up(['-o', 'jsonl', '--http', ANY_PORT]);
    const { httpUrl, httpTokenFile } = JSON.parse(running.said);
    const { ask } = askAt(httpUrl);
    const shell = await ask('/');
    const ready = await ask('/readyz');
    const page = await run(['page']);
    const token = readFileSync(httpTokenFile, 'utf8').trim();
    const bearer = { headers: { authorization: `Bearer ${token}` } };
    const visitor = await ask('/api/session', bearer);
    const note = await readConnectionNote(join(directory, '.onceward'));
    const { code, err } = await running.stop();

    assert.match(shell.text, '<title>onceward</title>');
    assert.equal(
      ready.json.checks.map(({ name, isOk }: { name: string; isOk: boolean }) => [name, isOk]),
      [
        ['nats', true],
        ['host', true],
        ['worker', true],
      ],
    );
    assert.equal(page, { code: 0, out: `${httpUrl}#token=${token}\n`, err: '' });
    assert.is(visitor.json.mayWrite, true);
    assert.match(visitor.json.operator, /^operator:/);
    assert.match(note?.natsUrl ?? '', /^nats:/);
    assert.is(code, 0);
    assert.not.match(running.said + err, token);
    assert.not(existsSync(join(directory, '.onceward', 'connection.json')));
    const late = await run(['page']);
    assert.is(late.code, 1);
    assert.match(late.err, '(PAGE_NOT_SERVED)');
  }),
);

test('the token stands in the address only where a person reads along', () => {
  const served = { url: 'http://127.0.0.1:7717/', hasPage: true, token: 't0ken', tokenFile: '/f' };

  assert.is(servedLine({ isTerminal: true }, served), 'page: http://127.0.0.1:7717/#token=t0ken');
  assert.not.match(servedLine({ isTerminal: false }, served), 't0ken');
  assert.not.match(servedLine({ isTerminal: true }, { ...served, hasPage: false }), 't0ken');
});

test(
  'the default port is given way on when it is taken, and that is said',
  within(LIMIT_MS, async () => {
    const holder = await taken(DEFAULT_PORT);
    const folder = makeFolder();
    const running = await folder.up([]);
    const { err } = await running.stop();
    holder?.close();
    const [, url = ''] = /page: (\S+) \(its token is in (\S+)\)/.exec(running.said) ?? [];

    assert.ok(portOf(url) > DEFAULT_PORT, running.said);
    assert.match(err, 'the port of the page is taken');
  }),
);

test(
  'an address that was named and is taken is an error before anything else is done',
  within(LIMIT_MS, async () => {
    const [port = 0] = await freePorts(1);
    const holder = await taken(port);
    const { run } = makeFolder();
    const { code, err } = await run(['up', '--http', `127.0.0.1:${port}`]);
    holder?.close();

    assert.is(code, 1);
    assert.match(err, `127.0.0.1:${port}: it is taken (HTTP_ADDRESS_UNAVAILABLE)`);
    assert.match(err, '--http off');
  }),
);

test(
  'an address that is none is a usage error',
  within(LIMIT_MS, async () => {
    const { run } = makeFolder();
    const [flag, variable] = await Promise.all([
      run(['up', '--http', '7717']),
      run(['up'], { ONCEWARD_HTTP: 'somewhere' }),
    ]);

    assert.equal([flag.code, variable.code], [2, 2]);
    assert.match(flag.err, 'expected host:port');
    assert.match(variable.err, 'ONCEWARD_HTTP: expected host:port');
  }),
);

test(
  'a page that is switched off opens no port, and neither does a worker unless it is asked to',
  within(LIMIT_MS, async () => {
    const { url } = await natsServer({ syncAlways: false });
    const [host, worker] = [makeFolder(), makeFolder()];
    const off = await host.up(['-o', 'jsonl', '--role', 'host', '--nats', url], {
      ONCEWARD_HTTP: 'off',
    });
    const silent = await worker.up(['-o', 'jsonl', '--role', 'worker', '--nats', url]);
    await silent.stop();
    const asked = await worker.up([
      ...['-o', 'jsonl', '--role', 'worker', '--nats', url, '--http', ANY_PORT],
    ]);
    const { ask } = askAt(JSON.parse(asked.said).httpUrl);
    const [page, ready] = await Promise.all([ask('/'), ask('/readyz')]);
    const known = await worker.run(['page']);
    await Promise.all([asked.stop(), off.stop()]);

    assert.equal([JSON.parse(off.said).httpUrl, JSON.parse(silent.said).httpUrl], [null, null]);
    assert.equal([page.status, ready.status], [404, 200]);
    assert.is(known.code, 1);
  }),
);

test(
  'a host on the server of somebody else leaves a note of its page, and none of the server',
  within(LIMIT_MS, async () => {
    const { url } = await natsServer({ syncAlways: false });
    const folder = makeFolder();
    const { directory, run } = folder;
    const env = { ONCEWARD_HTTP_TOKEN: 'given-by-the-environment' };
    const running = await folder.up(
      ['-o', 'jsonl', '--role', 'host', '--nats', url, '--http', ANY_PORT],
      env,
    );
    const { httpUrl, httpTokenFile } = JSON.parse(running.said);
    const [informed, uninformed] = await Promise.all([run(['page'], env), run(['page'])]);
    const note = await readConnectionNote(join(directory, '.onceward'));
    await running.stop();

    assert.is(httpTokenFile, null);
    assert.is(note, null);
    assert.is(informed.out, `${httpUrl}#token=given-by-the-environment\n`);
    assert.is(uninformed.out, `${httpUrl}\n`);
    assert.match(uninformed.err, 'ONCEWARD_HTTP_TOKEN');
    assert.not(existsSync(join(directory, '.onceward', 'http-token')));
  }),
);

test(
  'a process with a stream open stops as quickly as one without',
  within(LIMIT_MS, async () => {
    const folder = makeFolder();
    const running = await folder.up(['-o', 'jsonl', '--http', ANY_PORT]);
    const { stream } = askAt(JSON.parse(running.said).httpUrl);
    const open = await stream('/api/board/stream');
    const closed = new Promise((resolve) => void open.resume().once('close', resolve));
    const startedMs = performance.now();
    const { code } = await running.stop();
    await closed;
    const tookMs = performance.now() - startedMs;

    assert.is(code, 0);
    assert.ok(tookMs < 8_000, `${tookMs} ms`);
  }),
);

test.run();
