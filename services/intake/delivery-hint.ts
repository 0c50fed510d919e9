// What a webhook is about: the one subject somebody should look at again. A hint says where to look, never what is there.
// It must never throw, whatever a payload holds, and never pass on a fact: facts are read where they are true.
import { z } from 'zod';
import { gitHubHint } from './github-hints.ts';
import { planeHint } from './plane-hints.ts';
import { WEBHOOK_SOURCES, type WebhookSource } from './webhook-source.ts';

const MAX_TEXT = 256;
const text = z.string().min(1).max(MAX_TEXT);

const subjectSchema = z.discriminatedUnion('kind', [
  /** `ref` is what the tracker calls the issue: `12`, a UUID. */
  z.object({ kind: z.literal('issue'), ref: z.string().min(1).max(64) }),
  z.object({ kind: z.literal('pull-request'), number: z.number().int().positive() }),
  z.object({ kind: z.literal('commit'), sha: text, branch: text.optional() }),
  /** Anything in it: whoever reads this looks at all of it. */
  z.object({ kind: z.literal('repository') }),
]);

export const hintSchema = z.object({
  source: z.enum(WEBHOOK_SOURCES),
  /** `acme/shop`, `acme/*` for all of an account, the UUID of a project of Plane, or `*` where it does not say. */
  repository: text,
  subject: subjectSchema,
});

export type Hint = z.infer<typeof hintSchema>;
export type HintSubject = Hint['subject'];
export type HintReading = Hint | { ignored: string };

/** `event` is the name that stands in the header of the webhook. */
export function deliveryHint(source: WebhookSource, event: string, payload: unknown): HintReading {
  const reading = source === 'github' ? gitHubHint(event, payload) : planeHint(payload);
  if ('ignored' in reading) return reading;
  const checked = hintSchema.safeParse({ source, ...reading });
  return checked.success ? checked.data : { ignored: `${event} names what cannot be looked up` };
}

/** Null for what is no hint, such as one of a newer version. */
export function parseHint(json: string): Hint | null {
  try {
    return hintSchema.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}

/** What it was heard of, as the reconciler calls it: `github:acme/shop`, `github:acme/*`, `plane:*`. */
export function hintName({ source, repository }: Pick<Hint, 'source' | 'repository'>): string {
  return `${source}:${repository}`;
}

/** Whether whoever watches something of this name has to look. Names of GitHub know no case. */
export function isAbout(heard: string, watched: string): boolean {
  const [pattern, name] = [heard.toLowerCase(), watched.toLowerCase()];
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** `pull request 7` */
export function subjectWords(subject: HintSubject): string {
  switch (subject.kind) {
    case 'issue':
      return `issue ${subject.ref}`;
    case 'pull-request':
      return `pull request ${subject.number}`;
    case 'commit': {
      const branch = subject.branch === undefined ? '' : ` on ${subject.branch}`;
      return `commit ${subject.sha.slice(0, 7)}${branch}`;
    }
    default:
      return 'all of it';
  }
}
