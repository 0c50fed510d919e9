// Keeps the settings of a clone to those that onceward makes: an agent may write into them, and git obeys them.
// It must never run anything that the settings name.
import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';

/** What `git init` finds out about the disk, and what is set when a clone is made. All else is dropped. */
const KEPT =
  /^(core\.(repositoryformatversion|filemode|bare|ignorecase|precomposeunicode|symlinks)|extensions\.(objectformat|refstorage)|remote\.origin\.(fetch|url)|gc\.auto|maintenance\.auto)$/;

const FALLBACK: Entry[] = [
  ['core.repositoryformatversion', '0'],
  ['core.bare', 'true'],
  ['remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
];

type Entry = readonly [key: string, value: string];

/**
 * Drops filters, helpers, redirections and whatever else an agent has written into the settings of a clone.
 * @throws GIT_FAILED when git cannot be run, and errors of the file system
 */
export async function mendSettings({ git, gitDir }: { git: Git; gitDir: string }): Promise<void> {
  const path = join(gitDir, 'config');
  // Attributes that are no part of any commit: they would choose how files are merged.
  await rm(join(gitDir, 'info', 'attributes'), { recursive: true, force: true });
  const args = ['config', '--file', path, '--no-includes', '--list', '-z'];
  const { exitCode, stdout } = await git(args, { cwd: '/', acceptedCodes: [0, 1, 128] });
  const entries = stdout.split('\0').filter((text) => text !== '');
  const kept = entries.map(entryOf).filter(([key]) => KEPT.test(key));
  if (exitCode === 0 && kept.length === entries.length) return;
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(aside, textOf(exitCode === 0 ? kept : FALLBACK));
  await rename(aside, path);
}

/** Keys end at the first line break; one without a value has none, and means true. */
function entryOf(text: string): Entry {
  const at = text.indexOf('\n');
  return at < 0 ? [text, 'true'] : [text.slice(0, at), text.slice(at + 1)];
}

function textOf(entries: readonly Entry[]): string {
  return entries
    .map(([key, value]) => {
      const [section = '', ...rest] = key.split('.');
      const name = rest.pop() ?? '';
      const header = rest.length === 0 ? `[${section}]` : `[${section} "${rest.join('.')}"]`;
      const escaped = value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
      return `${header}\n\t${name} = "${escaped}"\n`;
    })
    .join('');
}
