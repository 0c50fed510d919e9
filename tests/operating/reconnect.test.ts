// A server that is away for a while: the connection tries again, with growing waits, until it is back, and never
// gives up by itself.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectNats } from '../../transport/nats/connection.ts';
import { startEmbeddedServer } from '../../transport/nats/embedded-server.ts';
import { natsServerBinary } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';

const TRIES = 4;

test(
  'a connection tries again with growing waits for as long as its server is away, and is back at once after',
  within(40_000, async () => {
    const { binary } = await natsServerBinary();
    const fixed = { binary, stateDir: temporaryDirectory(), syncAlways: false, report: () => {} };
    const first = await startEmbeddedServer(fixed);
    const nc = await connectNats({ url: first.url, name: 'test' });
    const triedAtMs: number[] = [];
    const changes = nc.status()[Symbol.asyncIterator]();
    const next = async (type: string): Promise<void> => {
      for (;;) {
        const { value } = await changes.next();
        if (value?.type === 'reconnecting') triedAtMs.push(performance.now());
        if (value?.type === type) return;
      }
    };

    process.kill(first.pid, 'SIGKILL');
    for (let n = 0; n < TRIES; n += 1) await next('reconnecting');
    await first.stop();
    const second = await startEmbeddedServer({ ...fixed, port: Number(new URL(first.url).port) });
    await next('reconnect');
    await nc.flush();

    const waits = triedAtMs
      .slice(1, TRIES)
      .map((atMs, n) => Math.round(atMs - (triedAtMs[n] ?? 0)));
    assert.ok(
      waits.every((waitMs) => waitMs >= 250),
      waits.join(),
    );
    assert.ok((waits.at(-1) ?? 0) >= 1_900, waits.join());
    assert.ok(new Set(waits).size === waits.length, waits.join());
    await nc.close();
    await second.stop();
  }),
);

test.run();
