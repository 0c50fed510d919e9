// Recognises by one short word whether anything of a commit's checks has changed.
// It must never depend on the order they are told in, nor on what they say in prose.
import { createHash } from 'node:crypto';
import type { Check, CommitChecks } from '../../../transport/forge/forge.ts';

/** 32 hexadecimal digits over the names, states, ids and attempts of all checks. */
export function digestOf(commit: CommitChecks): string {
  const lines = commit.checks.map(lineOf).sort();
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex').slice(0, 32);
}

function lineOf({ kind, name, id, conclusion, startedAtMs, rerun }: Check): string {
  const state = conclusion ?? (startedAtMs === null ? 'waiting' : 'running');
  return JSON.stringify([kind, name, id, state, rerun?.kind, rerun?.id, rerun?.attempt]);
}
