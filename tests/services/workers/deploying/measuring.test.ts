// Time limit: 240 s
// Goal: a round measures every probe that is due, and a value is compared with the one of before the deploy.
// Method: the real machine in memory, real workers, commands, HTTP servers and a registry.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Measurement } from '../../../../machines/deployment/events.ts';
import { within } from '../../../support/within.ts';
import { deployFixture } from './deploy-fixture.ts';
import { startWebServer } from './web-server.ts';

const LIMIT_MS = 60_000;
const ONCE = { initialDelayMs: 0, count: 1, timeoutMs: 20_000 };

/** Its versions are watched by these probes; `%` is the folder of the test. */
async function setupWatch(probes: Record<string, unknown>[], deploy = 'true') {
  const fixture = await deployFixture();
  const { lab } = fixture;
  const rules = { deploy: { command: deploy }, watch: { probes }, retries: { infra: 0 } };
  const filled = JSON.parse(JSON.stringify(rules).replaceAll('%', lab));
  /** Deploys another version, and measures it once. */
  const watched = async (file: string) => {
    const sha = await fixture.remote.commit('main', file, 'new\n');
    await fixture.request('staging', sha, { rules: filled, item: file });
    const deployed = await fixture.carry('staging', { until: 'deployed' });
    const told = (type: string, { requests } = deployed) =>
      requests.find((request) => request.type === type)?.data;
    await fixture.send('staging', 'measure-due', {}, 'tell');
    const measured = await fixture.carry('staging', { until: 'measured' });
    const results = told('measured', measured)?.['results'] as Measurement[] | undefined;
    const baselines = told('promoted')?.['baselines'];
    const { state, context } = await fixture.deployment('staging');
    return { sha, results: results ?? [], baselines, state, context };
  };
  const write = (name: string, text: string) => writeFileSync(join(lab, name), text);
  return { ...fixture, watched, write };
}

test(
  'a command says by its exit code how the version is, and by the number on its last line how much',
  within(LIMIT_MS, async () => {
    const commands = ['echo 7.5', 'exit 75', 'exit 76', 'echo no number; exit 1'];
    const probes = commands.map((command, at) => ({
      ...{ kind: 'command', name: `probe-${at}`, command, shadow: at > 0, ...ONCE },
    }));
    const { watched } = await setupWatch(probes);

    const { results, state } = await watched('one');
    assert.equal(
      results.map(({ outcome, value }) => [outcome, value]),
      [
        ['good', 7.5],
        ['error', null],
        ['inconclusive', null],
        ['bad', null],
      ],
    );
    assert.is(state, 'healthy');
  }),
);

test(
  'a command runs in a checkout of the version that is watched, and one that takes too long measures nothing',
  within(LIMIT_MS, async () => {
    const told = 'test "$(git rev-parse HEAD)" = "$ONCEWARD_SHA" && test -n "$ONCEWARD_DIGEST"';
    const probes = [
      { kind: 'command', name: 'place', command: told, ...ONCE },
      { kind: 'command', name: 'slow', command: 'sleep 60', shadow: true, ...ONCE, timeoutMs: 300 },
    ];
    const { watched } = await setupWatch(probes);

    const { results } = await watched('one');
    assert.equal(
      results.map(({ outcome }) => outcome),
      ['good', 'error'],
    );
  }),
);

test(
  'every kind of probe is asked in one round, and a bad answer makes the version degraded',
  within(LIMIT_MS, async () => {
    const shop = await startWebServer((_, response) => response.writeHead(500).end());
    const numbers = await startWebServer((_, response) =>
      response.end('{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}'),
    );
    const { watched } = await setupWatch([
      { kind: 'http', name: 'alive', url: shop.url, failureLimit: 0, ...ONCE },
      { kind: 'prometheus', name: 'rate', address: numbers.url, query: 'x', good: {}, ...ONCE },
      { kind: 'command', name: 'well', command: 'true', ...ONCE },
    ]);

    const { results, context } = await watched('one');
    await Promise.all([shop.stop(), numbers.stop()]);
    assert.equal(
      results.map(({ probe, outcome }) => `${probe} ${outcome}`),
      ['alive bad', 'rate good', 'well good'],
    );
    assert.equal(
      context.decided.map(({ kind, cause }) => [kind, cause]),
      [['product_fail', 'degraded']],
    );
  }),
);

test(
  'a value is compared with the median of before the deploy, of which there is none for the first version',
  within(LIMIT_MS, async () => {
    const baseline = { maxRatio: 2, samples: 3 };
    const command = 'cat %/value';
    const probes = [{ kind: 'command', name: 'rate', command, baseline, failureLimit: 0, ...ONCE }];
    const { watched, write } = await setupWatch(probes, 'cp %/next %/value');
    write('next', '10');
    const first = await watched('one');
    write('next', '20');
    const second = await watched('two');
    write('next', '41');
    const third = await watched('three');

    assert.equal([first.baselines, first.state], [[], 'healthy']);
    assert.equal([second.baselines, second.state], [[{ probe: 'rate', value: 10 }], 'healthy']);
    assert.equal(third.baselines, [{ probe: 'rate', value: 20 }]);
    const [result] = third.results;
    assert.equal([result?.outcome, result?.value], ['bad', 41]);
    assert.match(result?.detail ?? '', '2.05 times the 20 of before');
    assert.is(third.state, 'rollingBack');
  }),
);

test(
  'what cannot be measured before a deploy has no baseline, and keeps nothing from being deployed',
  within(LIMIT_MS, async () => {
    const probe = { kind: 'command', name: 'rate', command: 'cat %/value || exit 75', ...ONCE };
    const { watched, write } = await setupWatch(
      [{ ...probe, baseline: { samples: 1 } }],
      'if test -e %/next; then cp %/next %/value; else echo 1 > %/value; fi',
    );
    const first = await watched('one');
    write('value', 'no number');
    write('next', '900');
    const second = await watched('two');

    assert.is(first.state, 'healthy');
    assert.equal([second.baselines, second.state], [[], 'healthy']);
  }),
);

test.run();
