// What becomes of spans that come faster than a collector takes them: none is lost without being counted.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startSpanExport } from '../../../services/observability/span-export.ts';
import type { SpanFact } from '../../../services/observability/spans.ts';
import { within } from '../../support/within.ts';
import { startCollector } from './collector.ts';

const COUNT = 5_000;

function spanFact(n: number): SpanFact {
  return {
    name: 'queued',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: String(n).padStart(16, '1'),
    parentSpanId: null,
    isParentRemote: false,
    ...{ startMs: 1, endMs: 2, attributes: {}, status: { kind: 'unset' }, events: [] },
  };
}

test(
  'every span is exported or counted as failed, however many come at once',
  within(30_000, async () => {
    const collector = await startCollector();
    const counted = { exported: 0, failed: 0 };
    const spans = startSpanExport({
      ...{ url: `${collector.endpoint}/v1/traces`, serviceName: 'onceward', version: '1' },
      instance: 'host-1',
      onEnded: (outcome, count) => {
        counted[outcome] += count;
      },
    });
    Array.from({ length: COUNT }, (_, n) => spans.add(spanFact(n)));
    await spans.stop();
    await collector.close();

    assert.ok(counted.exported >= 1_000, JSON.stringify(counted));
    assert.is(counted.exported + counted.failed, COUNT);
    assert.is(collector.spans.length, counted.exported);
  }),
);

test.run();
