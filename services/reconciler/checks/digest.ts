// Recognises by one short word whether anything of a commit's checks has changed.
// It must never depend on the order they are told in, nor on what they say in prose.
import { createHash } from 'node:crypto';
import type { Check, CommitChecks } from '../../../transport/forge/forge.ts';

/** 32 hexadecimal digits over the names, states, ids and starts of all checks. */
export function digestOf(commit: CommitChecks): string {
  const lines = commit.checks.map(lineOf).sort();
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex').slice(0, 32);
}

/** What is recorded with a re-run that is asked for while the checks are so. */
export function rerunDigest(digest: string, reruns: number): string {
  return `${digest}/${reruns}`;
}

/** Whether a record knows of checks like these, and whether a re-run of just these was the last thing. */
export function knownAs(
  known: { digest: string; reruns: number } | null,
  digest: string,
): 'new' | 'seen' | 'asked' {
  if (known?.digest === digest) return 'seen';
  return known?.digest === rerunDigest(digest, known?.reruns ?? 0) ? 'asked' : 'new';
}

// The attempt is none of it: a workflow run counts it up before any of its checks begins anew, and the old
// failure would then look like another one.
function lineOf({ kind, name, id, conclusion, startedAtMs }: Check): string {
  return JSON.stringify([kind, name, id, conclusion, startedAtMs]);
}
