// Goal: an answer is good only as the probe describes it, a product that does not answer is bad, and what only the asking
// side has is no measurement. Method: real HTTP servers on the loopback.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { probeSchema } from '../../../../machines/deployment/probes.ts';
import { type HttpProbe, probeHttp } from '../../../../services/workers/deploying/probes/http.ts';
import { localClock } from '../../../support/local-clock.ts';
import { within } from '../../../support/within.ts';
import { startWebServer } from './web-server.ts';

const LIMIT_MS = 20_000;
const version = { sha: 'a'.repeat(40), digest: `sha256:${'1'.repeat(64)}` };

test(
  'the status that is asked for is good, with the latency as its value, and another one is bad',
  within(LIMIT_MS, async () => {
    const { url, stop } = await startWebServer((_, response) => response.writeHead(204).end());
    const [good, bad] = await Promise.all([probed({ url, status: [204] }), probed({ url })]);
    await stop();

    assert.is(good.outcome, 'good');
    assert.type(good.value, 'number');
    assert.equal([bad.outcome, bad.detail], ['bad', 'it answered 204, not 200']);
  }),
);

test(
  'a redirect is an answer of its own, and is not followed',
  within(LIMIT_MS, async () => {
    const { url, asked, stop } = await startWebServer((_, response) =>
      response.writeHead(302, { location: '/elsewhere' }).end(),
    );
    const reading = await probed({ url: `${url}/here` });
    await stop();

    assert.is(reading.outcome, 'bad');
    assert.equal(asked, ['/here']);
  }),
);

test(
  'the body must contain what is asked for, filled in with the version that is watched',
  within(LIMIT_MS, async () => {
    const { url, stop } = await startWebServer((_, response) =>
      response.end(`{"digest":"${version.digest}","sha":"${version.sha}"}`),
    );
    const contains = ['"digest":"{digest}"', '"sha":"{sha}"', '"digest":"sha256:2'];
    const readings = await Promise.all(contains.map((text) => probed({ url, contains: text })));
    await stop();

    assert.equal(
      readings.map(({ outcome }) => outcome),
      ['good', 'good', 'bad'],
    );
  }),
);

test(
  'an answer that takes longer than it may is bad, and its latency is known',
  within(LIMIT_MS, async () => {
    const { url, stop } = await startWebServer((_, response) => {
      localClock.after(60, () => response.end('late'));
    });
    const reading = await probed({ url, maxLatencyMs: 20 });
    await stop();

    assert.is(reading.outcome, 'bad');
    assert.ok((reading.value ?? 0) >= 50);
  }),
);

test(
  'a product that does not answer in time, refuses the connection or breaks it off is bad',
  within(LIMIT_MS, async () => {
    const silent = await startWebServer(() => {});
    const broken = await startWebServer((request) => request.socket.destroy());
    const gone = await startWebServer((_, response) => response.end());
    await gone.stop();
    const readings = await Promise.all([
      probed({ url: silent.url, timeoutMs: 150 }),
      probed({ url: broken.url }),
      probed({ url: gone.url }),
    ]);
    await Promise.all([silent.stop(), broken.stop()]);

    assert.equal(
      readings.map(({ outcome, value }) => [outcome, value]),
      [
        ['bad', null],
        ['bad', null],
        ['bad', null],
      ],
    );
  }),
);

test(
  'an answer that begins in time and never ends is bad',
  within(LIMIT_MS, async () => {
    const { url, stop } = await startWebServer((_, response) => response.write('begun'));
    const reading = await probed({ url, timeoutMs: 150 });
    await stop();

    assert.is(reading.outcome, 'bad');
  }),
);

test(
  'an address that cannot be asked, a name that nobody knows, and a probe nobody waits for measure nothing',
  within(LIMIT_MS, async () => {
    const stopped = AbortSignal.abort();
    const readings = await Promise.all([
      probed({ url: 'not an address' }),
      probed({ url: 'file:///etc/hostname' }),
      probed({ url: 'http://nobody.invalid/' }),
      probed({ url: 'http://127.0.0.1:9/' }, stopped),
    ]);

    assert.equal(
      readings.map(({ outcome }) => outcome),
      ['error', 'error', 'error', 'error'],
    );
  }),
);

test.run();

function probed(more: Record<string, unknown>, signal = new AbortController().signal) {
  const probe = probeSchema.parse({ kind: 'http', name: 'alive', ...more }) as HttpProbe;
  return probeHttp(probe, { version, clock: localClock, signal });
}
