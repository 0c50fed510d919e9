// Goal: one number of Prometheus is judged by its ranges, and whatever is not one number measures nothing.
// Method: a server that answers with the documented shapes of instant queries.
// See https://prometheus.io/docs/prometheus/latest/querying/api/
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { probeSchema } from '../../../../machines/deployment/probes.ts';
import {
  type PrometheusProbe,
  probePrometheus,
} from '../../../../services/workers/deploying/probes/prometheus.ts';
import { within } from '../../../support/within.ts';
import { startWebServer } from './web-server.ts';

const LIMIT_MS = 20_000;
const ERRORS = { good: { max: 0.01 }, bad: { min: 0.05 } };

test(
  'the value of one series, or a scalar, is judged by both ranges, and between them says neither',
  within(LIMIT_MS, async () => {
    const [good, scalar, bad, neither] = await Promise.all([
      probed(vector('0.01'), ERRORS),
      probed({ resultType: 'scalar', result: [1, '0'] }, ERRORS),
      probed(vector('0.05'), ERRORS),
      probed(vector('0.03'), ERRORS),
    ]);

    assert.equal([good?.outcome, good?.value], ['good', 0.01]);
    assert.equal([scalar?.outcome, scalar?.value], ['good', 0]);
    assert.equal([bad?.outcome, bad?.value], ['bad', 0.05]);
    assert.is(neither?.outcome, 'inconclusive');
  }),
);

test(
  'without a range for bad everything that is not good is bad, infinity included',
  within(LIMIT_MS, async () => {
    const readings = await Promise.all(
      ['0.5', '+Inf', '-Inf'].map((value) => probed(vector(value), { good: { min: 0, max: 0.1 } })),
    );

    assert.equal(
      readings.map(({ outcome, value }) => [outcome, value]),
      [
        ['bad', 0.5],
        ['bad', null],
        ['bad', null],
      ],
    );
  }),
);

test(
  'no data, NaN, several series and another kind of result measure nothing',
  within(LIMIT_MS, async () => {
    const several = { resultType: 'vector', result: [sample('1'), sample('2')] };
    const readings = await Promise.all([
      probed({ resultType: 'vector', result: [] }, ERRORS),
      probed(vector('NaN'), ERRORS),
      probed(several, ERRORS),
      probed({ resultType: 'matrix', result: [] }, ERRORS),
      probed({ resultType: 'string', result: [1, '0'] }, ERRORS),
    ]);

    assert.equal(new Set(readings.map(({ outcome }) => outcome)), new Set(['error']));
  }),
);

test(
  'a server that refuses, talks nonsense, is silent or is not there measures nothing',
  within(LIMIT_MS, async () => {
    const refusing = await startWebServer((_, response) => response.writeHead(503).end('busy'));
    const talking = await startWebServer((_, response) => response.end('<html>'));
    const silent = await startWebServer(() => {});
    const gone = await startWebServer(() => {});
    await gone.stop();
    const addresses = [refusing.url, talking.url, silent.url, gone.url, 'nowhere'];
    const readings = await Promise.all(addresses.map((address) => asked(address, ERRORS)));
    await Promise.all([refusing.stop(), talking.stop(), silent.stop()]);

    assert.equal(new Set(readings.map(({ outcome }) => outcome)), new Set(['error']));
  }),
);

test(
  'the query is asked for at the path of instant queries, whole',
  within(LIMIT_MS, async () => {
    const server = await startWebServer((_, response) => response.end('{}'));
    await asked(`${server.url}/prometheus/`, { ...ERRORS, query: 'sum(rate(x{a="b"}[5m])) > 1' });
    await server.stop();

    const [path = ''] = server.asked;
    const url = new URL(path, server.url);
    assert.is(url.pathname, '/prometheus/api/v1/query');
    assert.is(url.searchParams.get('query'), 'sum(rate(x{a="b"}[5m])) > 1');
  }),
);

test.run();

function sample(value: string) {
  return { metric: {}, value: [1_435_781_451.781, value] };
}

function vector(value: string) {
  return { resultType: 'vector', result: [sample(value)] };
}

async function probed(data: unknown, more: Record<string, unknown>) {
  const server = await startWebServer((_, response) =>
    response.end(JSON.stringify({ status: 'success', data })),
  );
  return asked(server.url, more).finally(() => server.stop());
}

function asked(address: string, more: Record<string, unknown>) {
  const given = { kind: 'prometheus', name: 'errors', query: 'up', timeoutMs: 300, ...more };
  const probe = probeSchema.parse({ ...given, address }) as PrometheusProbe;
  return probePrometheus(probe, { signal: new AbortController().signal });
}
