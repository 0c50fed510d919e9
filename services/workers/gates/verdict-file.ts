// The verdict gate: a reviewer's judgement, read from a JSON file it has written.
// It must never take silence for consent: a missing, malformed or old file is `unobserved`.
import { join } from 'node:path';
import { z } from 'zod';
import { oneLine } from '../../../machines/one-line.ts';
import { judgedKind, VERDICT_KINDS } from '../../../machines/verdict.ts';
import { fillTemplate } from '../path-template.ts';
import { readRegularFile } from '../regular-file.ts';
import type { Finding, GateSubject } from './finding.ts';

const MAX_VERDICT_BYTES = 65_536;

const verdictFileSchema = z.strictObject({
  verdict: z.enum(VERDICT_KINDS),
  summary: z.string().max(4_000).default(''),
  /** A short word: `missing-tests`. */
  cause: z.string().min(1).max(64).default('verdict-file'),
});

/** Takes the verdict from the run's folder, otherwise from the pushed commit. */
export async function verdictGate(
  { path: template }: { path: string },
  subject: GateSubject,
): Promise<Finding> {
  const path = fillTemplate(template, subject.job);
  const text = await readVerdict(path, subject);
  if (typeof text !== 'string') return unobserved(`${path} ${text.missing}`);
  const parsed = verdictFileSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`,
    );
    // The names in it are the author's: they end in records and on terminals.
    return unobserved(oneLine(`${path} is malformed: ${problems.join('; ')}`));
  }
  const { verdict, summary, cause } = parsed.data;
  // The file's author is part of the product: it cannot excuse itself with a fault it made up.
  const kind = verdict === 'infra_error' ? judgedKind(cause) : verdict;
  return { kind, cause, summary };
}

async function readVerdict(
  path: string,
  { job, headSha, baseSha, repository, paths }: GateSubject,
): Promise<string | { missing: string }> {
  const own = await readRegularFile(join(paths.runFolder, path), MAX_VERDICT_BYTES);
  if (own !== null) return own.content ?? { missing: `is larger than ${MAX_VERDICT_BYTES} bytes` };
  if (headSha === null) return { missing: 'is missing: nothing was pushed' };
  const file = await repository.fileAt(headSha, { path, maxBytes: MAX_VERDICT_BYTES });
  if (file === null) return { missing: `is missing in commit ${headSha}` };
  // The verdict of an earlier attempt still lies in the branch, and a catch-up may bring that of another item.
  const since = job.headSha;
  const isNew =
    since !== headSha && (await repository.hasOwnWork(headSha, { since, baseSha, path }));
  if (!isNew) {
    return { missing: `is unchanged since ${since ?? baseSha}: this attempt gave none` };
  }
  return file.content ?? { missing: `is larger than ${MAX_VERDICT_BYTES} bytes` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unobserved(summary: string): Finding {
  return { kind: 'unobserved', cause: 'no-verdict', summary };
}
