// The one rule of the decision records that needs git: what was accepted stays as it was.
// It must never judge by a history that is cut off: a shallow clone proves nothing.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'docs/adr';
const ACCEPTED = /^Status: *(accepted|superseded by)/m;
const STATUS_LINE = /^Status:.*$/m;

/** Why the history cannot be used, or null when it can. */
export function missingHistory(root: string): string | null {
  try {
    const isShallow = git(root, 'rev-parse', '--is-shallow-repository').trim() === 'true';
    if (isShallow) return 'the clone is shallow';
    git(root, 'rev-parse', '--verify', '--quiet', 'HEAD');
    return null;
  } catch {
    return 'there is no git history';
  }
}

/** Finds records that differ, in more than their status, from the commit that accepted them. */
export function adrHistoryProblems(root: string): string[] {
  const everNamed = git(root, 'log', '--format=', '--name-only', '--', FOLDER).split('\n');
  return [...new Set(everNamed)]
    .filter((path) => /\/adr-\d{4}-[^/]*\.md$/.test(path))
    .sort()
    .flatMap((path) => {
      const accepted = firstAccepted(root, path);
      if (accepted === undefined || isUnchanged(root, path, accepted.text)) return [];
      return [`${path}: was accepted in ${accepted.commit}; supersede it instead of changing it`];
    });
}

function firstAccepted(root: string, path: string): { commit: string; text: string } | undefined {
  const commits = git(root, 'log', '--reverse', '--format=%h', '--', path);
  for (const commit of commits.split('\n').filter(Boolean)) {
    const text = textAt(root, commit, path);
    if (ACCEPTED.test(text)) return { commit, text };
  }
  return undefined;
}

function textAt(root: string, commit: string, path: string): string {
  try {
    return git(root, 'show', `${commit}:${path}`);
  } catch {
    // The commit removed the record.
    return '';
  }
}

function isUnchanged(root: string, path: string, accepted: string): boolean {
  const file = join(root, path);
  if (!existsSync(file)) return false;
  return withoutStatus(readFileSync(file, 'utf8')) === withoutStatus(accepted);
}

function withoutStatus(text: string): string {
  return text.replace(STATUS_LINE, 'Status:');
}

function git(root: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
