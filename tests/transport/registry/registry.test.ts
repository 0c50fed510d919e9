// Goal: an image keeps its digest on its way into a registry and from tag to tag, and what goes wrong has a code.
// Method: a real registry behind a front, the real skopeo, and images of umoci.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ErrorCode } from '../../../transport/errors.ts';
import { readLayout } from '../../../transport/registry/oci-layout.ts';
import { openRegistry, type RegistryOptions } from '../../../transport/registry/registry.ts';
import { eventually } from '../../support/eventually.ts';
import { localClock } from '../../support/local-clock.ts';
import { makeIndexLayout, makeLayout } from '../../support/oci-image.ts';
import { testRegistry } from '../../support/registry.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 30_000;
const NOWHERE = `sha256:${'0'.repeat(64)}`;

let repositories = 0;

/** A repository of its own in the registry of this process. */
async function setup(options: Partial<RegistryOptions> = {}) {
  const server = await testRegistry();
  server.setTrouble('none');
  repositories += 1;
  const name = `${server.host}/acme/shop-${repositories}`;
  const environment = { PATH: process.env['PATH'] };
  const given = { name, plain: true, clock: localClock, timeoutMs: 20_000, environment };
  const registry = openRegistry({ ...given, ...options });
  return { server, name, registry };
}

/** With one image under the tag `built`. */
async function setupPushed(revision = 'abc') {
  const { server, name, registry } = await setup();
  const layout = makeLayout(revision);
  const image = await readLayout(layout);
  assert.not('refused' in image);
  await registry.push(layout, 'built');
  return { server, name, registry, digest: 'digest' in image ? image.digest : '' };
}

test(
  'what is pushed stands under its tag with the digest and the labels it was built with',
  within(LIMIT_MS, async () => {
    const { registry, digest } = await setupPushed('c0ffee');

    assert.is(await registry.digestAt('built'), digest);
    assert.is(await registry.has(digest), true);
    assert.equal(await registry.labelsOf(digest), [
      { 'org.opencontainers.image.revision': 'c0ffee' },
    ]);
  }),
);

test(
  'what a registry does not have is absent, and no failure',
  within(LIMIT_MS, async () => {
    const { registry } = await setupPushed();
    const empty = (await setup()).registry;

    assert.is(await registry.digestAt('other'), null);
    assert.is(await registry.has(NOWHERE), false);
    assert.is(await empty.digestAt('built'), null);
  }),
);

test(
  'a tag is moved to a digest without a layer being fetched or sent',
  within(LIMIT_MS, async () => {
    const { server, registry, digest } = await setupPushed();
    const before = server.requests.length;

    await registry.moveTag('production', digest);

    assert.is(await registry.digestAt('production'), digest);
    const asked = server.requests.slice(before);
    assert.match(asked.join('\n'), /PUT .*\/manifests\/production/);
    assert.not.match(asked.join('\n'), /(POST|PUT|PATCH) .*\/blobs\//);
    // Its configuration alone.
    assert.is(asked.filter((one) => /^GET .*\/blobs\//.test(one)).length, 1);
  }),
);

test(
  'an index of several platforms keeps its digest, and says the labels of each image',
  within(LIMIT_MS, async () => {
    const { registry } = await setup();
    const layout = makeIndexLayout('c0ffee', 'main');
    const index = await readLayout(layout);
    const digest = 'digest' in index ? index.digest : index.refused;

    await registry.push(layout, 'built');
    await registry.moveTag('production', digest);

    assert.is(await registry.digestAt('production'), digest);
    const labels = await registry.labelsOf(digest);
    assert.equal(labels, 'labels' in index ? index.labels : []);
    assert.equal(
      labels.map((one) => one['org.opencontainers.image.revision']),
      ['c0ffee', 'main'],
    );
  }),
);

test(
  'a tag is not moved to a digest that is not there',
  within(LIMIT_MS, async () => {
    const { registry, digest } = await setupPushed();
    await registry.moveTag('production', digest);

    await rejects(registry.moveTag('production', NOWHERE), 'REGISTRY_REFUSED');

    assert.is(await registry.digestAt('production'), digest);
  }),
);

test(
  'a registry that fails, does not answer in time or is not there is unavailable; one that forbids refuses',
  within(LIMIT_MS, async () => {
    const { server, registry, name } = await setup({ timeoutMs: 1_000 });
    const gone = (await setup({ name: name.replace(/:\d+/, ':9') })).registry;
    const rejecting = (code: ErrorCode) => rejects(registry.digestAt('built'), code);

    server.setTrouble('fails');
    await rejecting('REGISTRY_UNAVAILABLE');
    server.setTrouble('hangs');
    await rejecting('REGISTRY_UNAVAILABLE');
    server.setTrouble('forbids');
    await rejecting('REGISTRY_REFUSED');
    await rejects(gone.digestAt('built'), 'REGISTRY_UNAVAILABLE');
  }),
);

test(
  'what is asked ends with its signal',
  within(LIMIT_MS, async () => {
    const stopping = new AbortController();
    const { server, registry } = await setup({ signal: stopping.signal });
    server.setTrouble('hangs');
    const before = server.requests.length;
    const asking = registry.digestAt('built').catch((error: unknown) => error);
    await eventually(() => server.requests.length > before, 20);

    stopping.abort(new Error('told to stop'));

    assert.match(String(await asking), 'told to stop');
  }),
);

test(
  'without skopeo it is said what is missing',
  within(LIMIT_MS, async () => {
    const { registry } = await setup({ environment: { PATH: '/nonexistent' } });

    await rejects(registry.digestAt('built'), 'PROCESS_FAILED');
  }),
);

test.run();
