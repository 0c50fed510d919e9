// `onceward init`: writes a commented onceward.yaml for the repository at hand.
// It must never write a credential that stands in the address of a git remote.
import { resolve } from 'node:path';
import { hasCode } from '../../../transport/errors.ts';
import { createGit } from '../../../transport/git/git.ts';
import { initConfiguration } from '../../config/init.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';

export interface InitInput {
  folder: string | undefined;
  repository?: string;
  baseBranch?: string;
  isForced?: boolean;
}

export async function init(context: CommandContext, input: InitInput): Promise<number> {
  const directory = resolve(context.directory, input.folder ?? '.');
  const files = await initConfiguration({
    directory,
    force: input.isForced ?? false,
    repository: input.repository ?? (await originOf(context, directory)),
    baseBranch: input.baseBranch,
  });
  printDocument(context, { files }, () => files.map((file) => `wrote ${file}`));
  return EXIT.done;
}

/** The remote `origin` of the folder; the folder itself where there is none. */
async function originOf({ variables }: CommandContext, cwd: string): Promise<string> {
  const git = createGit(variables);
  try {
    const { stdout, exitCode } = await git(['remote', 'get-url', 'origin'], {
      cwd,
      acceptedCodes: [0, 2, 128],
    });
    return exitCode === 0 && stdout !== '' ? withoutLogin(stdout) : '.';
  } catch (error) {
    if (hasCode(error, 'GIT_FAILED')) return '.';
    throw error;
  }
}

// As the configuration wants it: no password at all, and over HTTP no user either (often a token).
function withoutLogin(address: string): string {
  return address
    .replace(/^(https?:\/\/)[^/\s]*@/i, '$1')
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^:/\s@]*):[^/\s]*@/i, '$1@');
}
