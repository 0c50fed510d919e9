// Small images, made by umoci as a project's build command would make them.
// It must never need a container engine, nor a registry.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './temporary-directory.ts';

/** A line for `sh -c`: an image of the checkout's README in `$ONCEWARD_OCI_LAYOUT`, labelled with a commit. */
export function buildCommand(revision = '$ONCEWARD_SHA'): string {
  return [
    'umoci init --layout "$ONCEWARD_OCI_LAYOUT"',
    'umoci new --image "$ONCEWARD_OCI_LAYOUT:built"',
    'umoci insert --rootless --image "$ONCEWARD_OCI_LAYOUT:built" README.md /README.md',
    `umoci config --image "$ONCEWARD_OCI_LAYOUT:built" --config.label "org.opencontainers.image.revision=${revision}"`,
  ].join(' && ');
}

/** The folder of a layout with one such image. */
export function makeLayout(revision: string): string {
  const folder = temporaryDirectory();
  const layout = join(folder, 'layout');
  const env = { PATH: process.env['PATH'], HOME: folder, ONCEWARD_OCI_LAYOUT: layout };
  execFileSync('sh', ['-c', `echo ${revision} > README.md && ${buildCommand(revision)}`], {
    ...{ cwd: folder, env, stdio: 'ignore' },
  });
  return layout;
}

/** The folder of a layout with one index: an image for each commit, and for a platform of its own. */
export function makeIndexLayout(...revisions: string[]): string {
  const layout = temporaryDirectory();
  const images = revisions.map((revision, index) => {
    const part = makeLayout(revision);
    const path = join(part, 'index.json');
    const [{ mediaType, digest, size }] = JSON.parse(readFileSync(path, 'utf8')).manifests;
    cpSync(part, layout, { recursive: true });
    const architecture = PLATFORMS[index];
    return { mediaType, digest, size, platform: { os: 'linux', architecture } };
  });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const document = JSON.stringify({ schemaVersion: 2, mediaType, manifests: images });
  const sha256 = createHash('sha256').update(document).digest('hex');
  writeFileSync(join(layout, 'blobs', 'sha256', sha256), document);
  const manifests = [{ mediaType, digest: `sha256:${sha256}`, size: document.length }];
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  return layout;
}

const PLATFORMS = ['amd64', 'arm64', 'riscv64'];
