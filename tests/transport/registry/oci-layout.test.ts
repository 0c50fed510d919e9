// An OCI layout is read for what it holds, and what is none of a single image is refused with the reason.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLayout } from '../../../transport/registry/oci-layout.ts';
import { makeLayout } from '../../support/oci-image.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 20_000;

/** Where the manifest of the one image lies. */
function manifestIn(layout: string): string {
  const { manifests } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  return join(layout, 'blobs', 'sha256', manifests[0].digest.slice('sha256:'.length));
}

async function refusalOf(layout: string): Promise<string> {
  const image = await readLayout(layout);
  return 'refused' in image ? image.refused : `taken: ${image.digest}`;
}

test(
  'a layout of one image says its digest and its labels',
  within(LIMIT_MS, async () => {
    const layout = makeLayout('abc');

    const image = await readLayout(layout);

    const digest = execFileSync('skopeo', ['manifest-digest', manifestIn(layout)]).toString();
    const labels = [{ 'org.opencontainers.image.revision': 'abc' }];
    assert.equal(image, { digest: digest.trim(), labels });
  }),
);

test(
  'a folder without an image, or with several, is refused with the reason',
  within(LIMIT_MS, async () => {
    const several = makeLayout('abc');
    execFileSync('umoci', ['new', '--image', `${several}:other`], { stdio: 'ignore' });
    const malformed = temporaryDirectory();
    writeFileSync(join(malformed, 'index.json'), '{"manifests": 7}');

    assert.match(await refusalOf(temporaryDirectory()), 'index.json is missing');
    assert.match(await refusalOf(several), 'holds 2 images');
    assert.match(await refusalOf(malformed), 'no index of an OCI layout');
  }),
);

test(
  'a manifest that was changed since, or is only a link, is not taken for the image',
  within(LIMIT_MS, async () => {
    const changed = makeLayout('abc');
    writeFileSync(manifestIn(changed), '{"config": {"digest": "sha256:other"}}');
    const linked = temporaryDirectory();
    cpSync(makeLayout('abc'), linked, { recursive: true });
    renameSync(manifestIn(linked), join(linked, 'elsewhere'));
    symlinkSync(join(linked, 'elsewhere'), manifestIn(linked));

    assert.match(await refusalOf(changed), 'it has the digest');
    assert.match(await refusalOf(linked), 'it is not there');
  }),
);

test.run();
