// Small images, made by umoci as a project's build command would make them.
// It must never need a container engine, nor a registry.
import { execFileSync } from 'node:child_process';
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
