// What the page's server shows: the page's files, items, runs, reasons, the fleet, the board, logs and charts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { startWebFixture } from './web-fixture.ts';

const LIMIT_MS = 30_000;
const FIRST_LOAD_LIMIT_BYTES = 100_000;
const fixture = await startWebFixture();
const { ask, open, host, session, stateDirectory } = fixture;

/** Asks for the board until it has been read whole, as the page does when it is told of a change. */
async function board(query: string) {
  for (;;) {
    const { json } = await ask(`/api/board?${query}`);
    if (json.isComplete) return json;
  }
}

/** Resolves once the item is out of the bucket and in the archive. */
async function ended(id: string): Promise<void> {
  const feed = await session.openRecords('onceward-items', {
    filter: `shop.${id}`,
    isPresentIncluded: true,
  });
  await host.asker.ask({ address: `item.shop.${id}`, type: 'cancel', data: {} });
  for await (const { value } of feed.entries()) if (value === null) break;
  await feed.close();
}

/** Each once. */
function namedIn(shell: string): string[] {
  const names = [...shell.matchAll(/(?:href|src)="(\/page\/[^"]+)"/g)];
  return [...new Set(names.map(([, path = '']) => path))];
}

test(
  'the page is a shell under all its addresses, with all that it loads, which is less than 100 kB',
  within(LIMIT_MS, async () => {
    const paths = [
      '/',
      '/items/shop/1',
      '/runs/shop/1/build/1',
      '/queues',
      '/queues/shop/main',
      '/fleet',
    ];
    const shells = await Promise.all(paths.map((path) => ask(path)));
    const assets = shells.map(({ text }) => namedIn(text));
    const loaded = await Promise.all(
      [...new Set(assets.flat())].map(async (path) => ({ path, ...(await ask(path)) })),
    );
    const sizes = new Map(loaded.map(({ path, text }) => [path, gzipSync(text).length]));
    const bytes = assets.map((paths) =>
      paths.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0),
    );

    assert.is(shells[0]?.headers['content-type'], 'text/html; charset=utf-8');
    assert.ok(loaded.length > 0 && loaded.every(({ status }) => status === 200));
    assert.ok(
      bytes.every((sum) => sum > 0 && sum < FIRST_LOAD_LIMIT_BYTES),
      `${bytes} bytes`,
    );
  }),
);

test(
  'a file of the page is sent again only when it has changed',
  within(LIMIT_MS, async () => {
    const first = await ask('/page/main.js');
    const etag = String(first.headers.etag);
    const known = await ask('/page/main.js', { headers: { 'if-none-match': etag } });
    const other = await ask('/page/main.js', { headers: { 'if-none-match': '"other"' } });

    assert.is(first.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.is(first.headers['cache-control'], 'no-cache');
    assert.equal([known.status, known.text, known.headers.etag], [304, '', etag]);
    assert.equal([other.status, other.text], [200, first.text]);
  }),
);

test(
  'a visitor of the loopback may read without a token, and write with it',
  within(LIMIT_MS, async () => {
    const { json } = await ask('/api/session');
    const { v, mayRead, mayWrite, operator } = json;

    assert.equal([v, mayRead, mayWrite, operator], [1, true, false, 'operator:tester']);
    assert.type(json.nowMs, 'number');
  }),
);

test(
  'items, runs, reasons and the fleet are each one document',
  within(LIMIT_MS, async () => {
    await open('views');
    const paths = [
      ...['/api/items/shop/views', '/api/runs/shop/views/build/1', '/api/why/shop/views'],
      ...['/api/why/shop/views/build/1', '/api/fleet'],
    ];
    const answers = await Promise.all(paths.map((path) => ask(path)));
    const [item, run, why, runWhy, fleet] = answers.map(({ json }) => json);

    assert.equal(
      answers.map(({ status, json }) => [status, json.v, typeof json.nowMs]),
      Array(5).fill([200, 1, 'number']),
    );
    assert.equal([item.address, item.title], ['shop/views', 'Title of views']);
    assert.equal([run.address, run.state], ['shop/views/build/1', 'running.queued']);
    assert.equal([why.kind, runWhy.kind], ['item', 'run']);
    assert.ok(Array.isArray(fleet.partitions));
  }),
);

test(
  'what does not exist is told with a code and a hint',
  within(LIMIT_MS, async () => {
    const { status, json } = await ask('/api/items/shop/none');
    const path = await ask('/api/nothing');

    assert.equal([status, json.v, json.error.code], [404, 1, 'ACTOR_NOT_FOUND']);
    assert.ok(json.error.message && json.error.hint);
    assert.equal([path.status, path.json.error.code], [404, 'REQUEST_INVALID']);
  }),
);

test(
  'the board shows a window of the items with who holds each',
  within(LIMIT_MS, async () => {
    await open('held');
    await host.asker.ask({
      address: 'run.shop.held.build.1',
      type: 'started',
      data: { worker: 'worker-9' },
    });
    await open('free');
    const { rows, total, stages, states, projects } = await board('q=shop/&limit=2');

    assert.equal(
      rows.map(({ address, holder }: { address: string; holder: string }) => [address, holder]),
      [
        ['shop/free', null],
        ['shop/held', 'worker-9'],
      ],
    );
    assert.ok(total > 2);
    assert.equal(stages, [{ stage: 'build', count: total }]);
    assert.equal(states, [{ state: 'active.working', count: total }]);
    assert.equal(projects, ['shop']);
  }),
);

test(
  'an item that has ended leaves the board, and is there when the archive is asked for',
  within(LIMIT_MS, async () => {
    await open('ended');
    const before = await board('q=shop/ended');
    await ended('ended');
    const live = await board('q=shop/ended');
    const all = await board('q=shop/ended&archived=true');

    assert.equal([before.total, live.total, all.total], [1, 0, 1]);
    assert.equal([all.rows[0].state, all.rows[0].isArchived], ['cancelled', true]);
  }),
);

test(
  'a filter that is none, or a window too large, is refused by name',
  within(LIMIT_MS, async () => {
    const answers = await Promise.all(
      ['limit=201', 'limit=0', 'offset=-1', 'offset=x', 'archived=maybe'].map((query) =>
        ask(`/api/board?${query}`),
      ),
    );

    assert.equal(
      answers.map(({ status, json }) => [status, json.error.code]),
      Array(5).fill([400, 'REQUEST_INVALID']),
    );
    assert.match(answers[0]?.json.error.message, 'limit');
  }),
);

test(
  'a log is read part by part, as text; one that is not on this machine is no error',
  within(LIMIT_MS, async () => {
    await open('log');
    const folder = join(stateDirectory, 'logs', 'shop', 'log');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'build.1.1.log'), '<script>alert(1)</script>\nend\n');
    const path = '/api/logs/shop/log/build/1';
    const [whole, rest, epoch] = await Promise.all([
      ask(path),
      ask(`${path}?from=26`),
      ask(`${path}?epoch=2`),
    ]);
    const odd = await ask(`${path}?from=x`);

    assert.equal(
      [whole.status, whole.text.length, whole.headers['x-next-offset']],
      [200, 30, '30'],
    );
    assert.is(whole.headers['content-type'], 'text/plain; charset=utf-8');
    assert.equal([rest.text, rest.headers['x-next-offset']], ['end\n', '30']);
    assert.equal([epoch.status, epoch.text, epoch.headers['x-epoch']], [204, '', '2']);
    assert.is(odd.status, 400);
  }),
);

test(
  'charts are drawn as pictures, text and data, and only of what there is',
  within(LIMIT_MS, async () => {
    await open('chart');
    const paths = ['run.svg', 'item.mmd', 'run.json', 'items/shop/chart.svg', 'run.png'];
    const drawn = await Promise.all(paths.map((path) => ask(`/charts/${path}`)));
    const lit = await ask('/charts/run.svg?state=running.working');
    const missing = ['none.svg', 'run.exe', 'run', 'pipelines/none.svg', 'items/shop/none.svg'];
    const absent = await Promise.all(missing.map((path) => ask(`/charts/${path}`)));
    const unknown = await ask('/charts/run.svg?state=nowhere');

    assert.equal(
      drawn.map(({ status, headers }) => [status, headers['content-type']?.split(';')[0]]),
      [
        [200, 'image/svg+xml'],
        [200, 'text/plain'],
        [200, 'application/json'],
        [200, 'image/svg+xml'],
        [200, 'image/png'],
      ],
    );
    assert.match(drawn[0]?.text ?? '', 'data-state="running.working"');
    assert.is.not(lit.text, drawn[0]?.text);
    assert.equal(
      absent.map(({ status }) => status),
      Array(5).fill(404),
    );
    assert.is(unknown.status, 400);
  }),
);

test.after(fixture.close);
test.run();
