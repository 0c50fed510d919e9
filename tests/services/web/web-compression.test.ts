// Answers in a compressed form: for whoever takes it, the same in every other respect, and never a stream of events.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { readEvents, startWebFixture } from './web-fixture.ts';

const LIMIT_MS = 30_000;
const GZIP = { 'accept-encoding': 'gzip' };
const SCRIPT = '/page/main.js';
const fixture = await startWebFixture();
const { ask, open, stream, stateDirectory } = fixture;

/** What was sent, compressed as it was. */
async function sent(path: string): Promise<{ encoding: string | undefined; text: string }> {
  const response = await stream(path, GZIP);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const encoding = response.headers['content-encoding'];
  return { encoding, text: gunzipSync(Buffer.concat(chunks)).toString('utf8') };
}

function log(item: string, content: string): void {
  const folder = join(stateDirectory, 'logs', 'shop', item);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'build.1.1.log'), content);
}

test(
  'who takes gzip gets it, and who does not gets the same uncompressed',
  within(LIMIT_MS, async () => {
    const compressed = await sent(SCRIPT);
    const answers = await Promise.all(
      [{}, { 'accept-encoding': 'br' }, { 'accept-encoding': 'gzip;q=0' }].map((headers) =>
        ask(SCRIPT, { headers }),
      ),
    );

    assert.is(compressed.encoding, 'gzip');
    assert.equal(
      answers.map(({ text, headers }) => [text, headers['content-encoding'], headers.vary]),
      Array(3).fill([compressed.text, undefined, 'Accept-Encoding']),
    );
  }),
);

test(
  'a file that came compressed is sent again only when it has changed',
  within(LIMIT_MS, async () => {
    const first = await stream(SCRIPT, GZIP);
    first.resume();
    const etag = String(first.headers.etag);
    const known = await ask(SCRIPT, { headers: { ...GZIP, 'if-none-match': etag } });
    const { status, text, headers } = known;

    assert.match(etag, /^W\/"/);
    assert.equal([status, text, headers.etag, headers.vary], [304, '', etag, 'Accept-Encoding']);
    assert.is(headers['content-encoding'], undefined);
  }),
);

test(
  'a stream of events is never compressed: each event leaves at once',
  within(LIMIT_MS, async () => {
    await open('flow');
    const response = await stream('/api/follow/shop/flow', GZIP);
    const reader = readEvents(response);
    const { data } = await reader.next(({ event }) => event === 'record');
    reader.close();

    assert.is(response.headers['content-encoding'], undefined);
    assert.is(data.address.split('/')[0], 'shop');
  }),
);

test(
  'a part of a log is counted in bytes of the file, compressed or not',
  within(LIMIT_MS, async () => {
    await open('long');
    log('long', 'a line of a log\n'.repeat(20_000));
    const path = '/api/logs/shop/long/build/1?from=16';
    const compressed = await stream(path, GZIP);
    compressed.resume();
    const plain = await ask(path);
    const placesIn = ({ headers }: Pick<typeof plain, 'headers'>) =>
      ['x-offset', 'x-next-offset', 'x-log-size'].map((name) => headers[name]);

    assert.is(compressed.headers['content-encoding'], 'gzip');
    assert.equal(placesIn(compressed), ['16', '262160', '320000']);
    assert.equal(placesIn(plain), placesIn(compressed));
    assert.is((await sent(path)).text, plain.text);
  }),
);

test(
  'a HEAD says what is there and sends nothing of it, and a picture stays as it is',
  within(LIMIT_MS, async () => {
    const head = await ask(SCRIPT, { method: 'HEAD', headers: GZIP });
    const picture = await stream('/charts/item.png', GZIP);
    picture.resume();

    assert.equal([head.status, head.text, head.headers['content-encoding']], [200, '', undefined]);
    assert.is(picture.headers['content-encoding'], undefined);
    assert.ok(Number(picture.headers['content-length']) > 1_000);
  }),
);

test(
  'errors are told in a compressed form as in any other',
  within(LIMIT_MS, async () => {
    const { encoding, text } = await sent('/api/items/shop/none');

    assert.is(encoding, 'gzip');
    assert.is(JSON.parse(text).error.code, 'ACTOR_NOT_FOUND');
  }),
);

test(
  'whoever leaves in the middle of a compressed answer takes nobody else with them',
  within(LIMIT_MS, async () => {
    await open('left');
    log('left', 'x'.repeat(300_000));
    const path = '/api/logs/shop/left/build/1';
    const begun = await Promise.all(Array.from({ length: 20 }, () => stream(path, GZIP)));
    for (const response of begun) response.destroy();

    assert.is((await ask(path)).status, 200);
    assert.not.match(fixture.log(), 'a request failed');
  }),
);

test.after(fixture.close);
test.run();
