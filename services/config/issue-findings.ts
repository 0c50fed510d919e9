// Turns what zod found into findings: what was got, what is expected, which name was meant.
// It must never print a value unmasked; a repository may have been written with credentials.
import type { z } from 'zod';
import { configurationJsonSchema, type SchemaNode } from './json-schema.ts';
import { nearestName } from './nearest-name.ts';
import { valueAt } from './plain-data.ts';
import { type Finding, listed, type Path, suggestion } from './problems.ts';
import { maskCredentials } from './repository.ts';
import { expectation, kindsOf, knownKeys, schemaNodeAt } from './schema-node.ts';

const MAX_SHOWN_LENGTH = 60;

/** One finding for each mistake; a missing key that was only misspelt is reported once. */
export function issueFindings(issues: readonly z.core.$ZodIssue[], document: unknown): Finding[] {
  const root = configurationJsonSchema();
  const findings = issues.flatMap((issue) => findingsOf(issue, root, document));
  return findings.filter((finding) => !isEcho(finding, findings));
}

/** A value in a sentence: short, on one line, without credentials. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  const text = maskCredentials(value);
  const cut = text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
  return JSON.stringify(cut);
}

function findingsOf(issue: z.core.$ZodIssue, root: SchemaNode, document: unknown): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  const node = schemaNodeAt(root, document, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], key, knownKeys(node)));
  }
  if (issue.code === 'invalid_key') return [invalidKey(path, issue.issues[0]?.message)];
  const parent = schemaNodeAt(root, document, path.slice(0, -1));
  const expected = ownExpectation(issue.message) ?? expectedAt(path, node, parent);
  return [wrongValue(path, valueAt(document, path), { expected, names: namesOf(node, parent) })];
}

function unknownKey(path: Path, key: string, known: readonly string[]): Finding {
  const expected = `one of ${listed(known)}`;
  const nearest = nearestName(key, known);
  const hint = nearest === undefined ? `; expected ${expected}` : suggestion(nearest);
  const message = `unknown key "${key}"${hint}`;
  return { path, spot: 'key', message, got: key, expected, ...(nearest ? { nearest } : {}) };
}

function invalidKey(path: Path, message: string | undefined): Finding {
  const got = shown(path.at(-1));
  const expected =
    ownExpectation(message ?? '') ?? 'letters, digits and _, not starting with a digit';
  return { path, spot: 'key', message: `got the name ${got}, expected ${expected}`, got, expected };
}

function wrongValue(
  path: Path,
  value: unknown,
  { expected, names }: { expected: string; names: string[] },
): Finding {
  if (value === undefined) {
    return { path, spot: 'value', message: `missing; expected ${expected}`, expected };
  }
  const got = isSecretPlace(path) ? 'a text that is not repeated here' : shown(value);
  const nearest = typeof value === 'string' ? nearestName(value, names) : undefined;
  const message = `got ${got}, expected ${expected}${hint(value, expected)}${suggestion(nearest)}`;
  return { path, spot: 'value', message, got, expected, ...(nearest ? { nearest } : {}) };
}

// Who writes the secret where its name belongs must not find it in a log.
function isSecretPlace(path: Path): boolean {
  return String(path.at(-1)).endsWith('Variable');
}

// Two surprises of YAML: 8080 is never text, and 300_000 is never a number.
function hint(value: unknown, expected: string): string {
  const isText = expected.startsWith('text');
  if (isText && ['number', 'boolean'].includes(typeof value)) return ` (quote it: "${value}")`;
  if (typeof value !== 'string' || isText || !/^\d[\d_]*$/.test(value)) return '';
  return ` (write ${value.replaceAll('_', '')}, without quotes or "_")`;
}

// The schemas' own messages that say what is expected are kept; zod's standard ones are not.
function ownExpectation(message: string): string | undefined {
  return message.startsWith('expected ') ? message.slice('expected '.length) : undefined;
}

function expectedAt(path: Path, node: SchemaNode | undefined, parent: SchemaNode | undefined) {
  const kinds = path.at(-1) === 'kind' ? kindsOf(parent) : [];
  return kinds.length > 0 ? `one of ${listed(kinds)}` : expectation(node);
}

function namesOf(node: SchemaNode | undefined, parent: SchemaNode | undefined): string[] {
  return [...(node?.enum ?? []).map(String), ...(node === undefined ? kindsOf(parent) : [])];
}

function isEcho(finding: Finding, findings: readonly Finding[]): boolean {
  if (finding.got !== undefined) return false;
  const misspelt = findings.find(
    (other) =>
      other.spot === 'key' &&
      other.nearest === finding.path.at(-1) &&
      other.path.length === finding.path.length &&
      other.path.slice(0, -1).every((step, index) => step === finding.path[index]),
  );
  return misspelt !== undefined;
}
