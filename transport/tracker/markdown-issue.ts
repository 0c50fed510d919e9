// Reads a Markdown file with YAML front matter as an issue, and writes the state in it.
// It must never change anything else of the file: comments, order and line ends are people's.
import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isScalar, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import type { PassedOver } from '../disk/small-file.ts';
import type { Mark, Priority } from './tracker.ts';

export type FileState = 'todo' | 'draft' | Mark;

export interface MarkdownIssue {
  title: string | null;
  body: string;
  state: FileState;
  priority: Priority | null;
  dependsOn: readonly string[];
  labels: readonly string[];
  author: string | null;
}

const STATES = [
  'todo',
  'draft',
  'active',
  'approval',
  'parked',
  'done',
  'failed',
  'cancelled',
] as const satisfies readonly FileState[];
const PRIORITIES = ['urgent', 'high', 'medium', 'low'] as const;
const MAX_TITLE_CHARACTERS = 200;
const MAX_DEPENDENCIES = 50;
const MAX_LABELS = 64;
const MAX_LABEL_CHARACTERS = 100;

const word = z.union([z.string(), z.number()]).transform((value) => String(value).trim());
const lowered = z.string().transform((value) => value.trim().toLowerCase());
const frontMatterSchema = z.looseObject({
  title: word.nullish(),
  state: lowered.pipe(z.enum(STATES)).nullish(),
  priority: lowered.pipe(z.enum(PRIORITIES)).nullish(),
  dependsOn: z
    .union([word.transform((name) => [name]), z.array(word).max(MAX_DEPENDENCIES)])
    .nullish(),
  labels: z
    .union([word.transform((name) => [name]), z.array(word).max(MAX_LABELS)])
    .transform((names) => names.map((name) => name.slice(0, MAX_LABEL_CHARACTERS)).filter(Boolean))
    .nullish(),
  author: word.nullish(),
});

/** What a file says, or why it cannot be read. A file without a state asks for work. */
export function readMarkdownIssue(text: string): MarkdownIssue | PassedOver {
  const parts = partsOf(text);
  if ('refused' in parts) return parts;
  const parsed = frontMatterSchema.safeParse(parts.document?.toJS() ?? {});
  if (!parsed.success) return { refused: `front matter: ${problemOf(parsed.error)}` };
  const { title, state, priority, dependsOn, labels, author } = parsed.data;
  const body = text.slice(parts.bodyStart).replace(/^(?:[ \t]*\r?\n)+/, '');
  const heading = /^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*\r?$/m.exec(body)?.[1];
  return {
    title: (title || heading || '').slice(0, MAX_TITLE_CHARACTERS) || null,
    body,
    state: state ?? 'todo',
    priority: priority == null ? null : (PRIORITIES.indexOf(priority) as Priority),
    dependsOn: dependsOn ?? [],
    labels: labels ?? [],
    author: author || null,
  };
}

/** A file that asks for work. */
export function writtenIssue({
  title,
  author,
  body,
}: Pick<MarkdownIssue, 'author' | 'body'> & { title: string }): string {
  return `---\n${stringify({ title, author, state: 'todo' })}---\n\n${body}\n`;
}

/** The same file with another state, or why it cannot be written there. */
export function withState(text: string, state: FileState): { text: string } | PassedOver {
  const parts = partsOf(text);
  if ('refused' in parts) return parts;
  const written = edited(text, parts, state);
  // Front matter can be written in ways an edit in place would break: what comes out is read again.
  const after = partsOf(written);
  const before = parts.document?.toJS() ?? {};
  const isSound =
    !('refused' in after) && isDeepStrictEqual(after.document?.toJS(), { ...before, state });
  return isSound
    ? { text: written }
    : { refused: 'front matter: write `state` on a line of its own' };
}

interface Parts {
  /** Null when there is no front matter. */
  document: Document.Parsed | null;
  /** Where the YAML begins and ends, and where the body begins. */
  yamlStart: number;
  yamlEnd: number;
  bodyStart: number;
}

function partsOf(text: string): Parts | PassedOver {
  const yamlStart = /^\uFEFF?---[ \t]*\r?\n/.exec(text)?.[0].length;
  const textStart = text.startsWith('\uFEFF') ? 1 : 0;
  if (yamlStart === undefined) {
    return { document: null, yamlStart: textStart, yamlEnd: textStart, bodyStart: textStart };
  }
  const closing = /^(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/m.exec(text.slice(yamlStart));
  if (closing === null) return { refused: 'front matter: it does not end with a line ---' };
  const yamlEnd = yamlStart + closing.index;
  const document = parseDocument(text.slice(yamlStart, yamlEnd));
  const problem = document.errors[0]?.message.split('\n')[0];
  if (problem !== undefined) return { refused: `front matter: ${problem.replace(/:$/, '')}` };
  if (document.contents !== null && !isMap(document.contents)) {
    return { refused: 'front matter: expected lines of `key: value`' };
  }
  return { document, yamlStart, yamlEnd, bodyStart: yamlEnd + closing[0].length };
}

function edited(text: string, { document, yamlStart, yamlEnd }: Parts, state: FileState): string {
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n';
  const inserted = (at: number, end: number, what: string) =>
    `${text.slice(0, at)}${what}${text.slice(end)}`;
  if (document === null) {
    const block = ['---', `state: ${state}`, '---', '', ''].join(lineEnd);
    return inserted(yamlStart, yamlStart, block);
  }
  const value = document.get('state', true);
  if (!isScalar(value) || !value.range) {
    return inserted(yamlEnd, yamlEnd, `state: ${state}${lineEnd}`);
  }
  const [from, to] = value.range;
  return inserted(yamlStart + from, yamlStart + to, from === to ? ` ${state}` : state);
}

function problemOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it cannot be read'}`;
}
