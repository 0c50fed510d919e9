// Traces as a collector gets them: a real host on a real server, an item published, exported over real HTTP.
import { jetstream } from '@nats-io/jetstream';
import { headers } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { NO_OBSERVER } from '../../../services/actors/observer.ts';
import { startTracing, tracesUrl } from '../../../services/observability/tracing.ts';
import { connectNats } from '../../../transport/nats/connection.ts';
import { localClock } from '../../support/local-clock.ts';
import { natsServer } from '../../support/nats-server.ts';
import { externalPipeline, startTestHost, type TestHost } from '../../support/test-host.ts';
import { within } from '../../support/within.ts';
import { type CollectedSpan, startCollector } from './collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const verdict = { kind: 'pass', cause: 'gates', summary: '', headSha: null, isLanded: false };

async function setup(endpoint: string) {
  const { url } = await natsServer({ syncAlways: false });
  const logged: string[] = [];
  const counted: string[] = [];
  const log = (_: object, message: string) => void logged.push(message);
  const start = async (identity: string) => {
    const tracing = await startTracing({
      ...{
        url: `${endpoint}/v1/traces`,
        serviceName: 'onceward',
        version: '1',
        instance: identity,
      },
      ...{ clock: localClock, log: { info: log, warn: log, error: log } },
      onSpans: (outcome, count) => void counted.push(`${outcome} ${count}`),
    });
    const pipelines = { shop: externalPipeline('build', 'ship') };
    const observer = { ...NO_OBSERVER, ...tracing };
    const host = await startTestHost({ url, identity, pipelines, observer });
    return { host, tracing };
  };
  const publish = async (item: string, traceparent: string | null) => {
    const nc = await connectNats({ url, name: 'publisher' });
    const sent = headers();
    if (traceparent !== null) sent.set('Traceparent', traceparent);
    const body = JSON.stringify({ title: 'x' });
    await jetstream(nc).publish(`onceward.event.item.shop.${item}.open`, body, { headers: sent });
    await nc.close();
  };
  return { start, publish, logged, counted };
}

/** Repeats until the run is there: its item comes through the mailbox. */
async function finish({ asker }: TestHost, address: string): Promise<void> {
  const exited = { address, type: 'exited', data: { code: 0 } };
  let reply = await asker.ask(exited);
  while (reply.outcome === 'refused') reply = await asker.ask(exited);
  await asker.ask({ address, type: 'claim', data: { claimant: 'ci', verdict } });
}

function named(spans: readonly CollectedSpan[], name: string): CollectedSpan {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span is called ${name}`);
  return found;
}

/** Spans whose parent is neither there nor one of these. */
function orphans(spans: readonly CollectedSpan[], ...known: string[]): string[] {
  const ids = new Set([...spans.map(({ spanId }) => spanId), ...known]);
  return spans.filter(({ parentSpanId }) => !ids.has(parentSpanId)).map(({ name }) => name);
}

test(
  'an item of two stages that two hosts have handled is one connected trace, the publisher’s own',
  within(60_000, async () => {
    const collector = await startCollector();
    const { start, publish, counted } = await setup(collector.endpoint);
    const first = await start('host-1');
    await publish('7', `00-${TRACE}-${PARENT}-01`);
    await finish(first.host, 'run.shop.7.build.1');
    await first.host.stop();
    const second = await start('host-2');
    await finish(second.host, 'run.shop.7.ship.1');
    await second.host.stop();
    await Promise.all([first.tracing.stop(), second.tracing.stop()]);

    const { spans, paths } = collector;
    const [item, build, ship] = ['item shop', 'run build', 'run ship'].map((name) =>
      named(spans, name),
    );
    assert.equal(new Set(spans.map(({ traceId }) => traceId)), new Set([TRACE]));
    assert.equal(orphans(spans, PARENT), []);
    assert.is(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);
    assert.equal(spans.map(({ name }) => name).sort(), [
      ...['claimed', 'claimed', 'finalizing', 'finalizing', 'item shop', 'queued', 'queued'],
      ...['run build', 'run ship'],
    ]);
    assert.is(item?.parentSpanId, PARENT);
    assert.equal([build?.parentSpanId, ship?.parentSpanId], [item?.spanId, item?.spanId]);
    assert.ok((item?.startMs ?? 0) <= (build?.startMs ?? 0));
    assert.ok((ship?.endMs ?? 0) <= (item?.endMs ?? 0) + 1_000);
    assert.is(ship?.attributes['onceward.stage'], 'ship');
    assert.is(ship?.status.code, 1);
    assert.equal([...new Set(spans.map(({ service }) => service))], ['onceward']);
    assert.equal([...new Set(paths)], ['POST /v1/traces application/json']);
    assert.equal(counted, ['exported 4', `exported ${spans.length - 4}`].sort());
    await collector.close();
  }),
);

test(
  'an item without a publisher’s trace begins one of its own, and two of the same name are two',
  within(60_000, async () => {
    const collector = await startCollector();
    const { start, publish } = await setup(collector.endpoint);
    const { host, tracing } = await start('host-3');
    await publish('8', null);
    await publish('9', '00-not-a-trace-01');
    await Promise.all(['8', '9'].map((item) => finish(host, `run.shop.${item}.build.1`)));
    await Promise.all(['8', '9'].map((item) => finish(host, `run.shop.${item}.ship.1`)));
    await host.stop();
    await tracing.stop();

    const items = collector.spans.filter(({ name }) => name === 'item shop');
    assert.equal(
      items.map(({ parentSpanId }) => parentSpanId),
      ['', ''],
    );
    assert.is(new Set(items.map(({ traceId }) => traceId)).size, 2);
    assert.equal(orphans(collector.spans, ''), []);
    const opening = {
      address: 'item.shop.8',
      type: 'open',
      id: 'a',
      data: {},
      door: 'ask',
    } as const;
    const [one, two] = [1, 2].map((atMs) => tracing.beginTrace({ ...opening, atMs }));
    assert.is.not(one, two);
    await collector.close();
  }),
);

test(
  'a collector that refuses, or is not there, holds nothing up: it is counted and said once',
  within(60_000, async () => {
    const refusing = await startCollector(400);
    const { start, publish, logged, counted } = await setup(refusing.endpoint);
    const { host, tracing } = await start('host-4');
    await publish('10', null);
    await finish(host, 'run.shop.10.build.1');
    await finish(host, 'run.shop.10.ship.1');
    await host.stop();
    await tracing.stop();

    assert.equal(counted, ['failed 9']);
    assert.equal(logged, ['the collector of traces does not take them; they are dropped']);
    await refusing.close();
  }),
);

test('traces go where the variables of OpenTelemetry say, and nowhere without them', () => {
  const common = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' };
  const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t:4318/in' };

  assert.is(tracesUrl({}), null);
  assert.is(tracesUrl(common), 'http://c:4318/v1/traces');
  assert.is(tracesUrl({ ...common, ...own }), 'http://t:4318/in');
  assert.is(tracesUrl({ ...common, OTEL_SDK_DISABLED: 'true' }), null);
});

test.run();
