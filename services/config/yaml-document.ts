// Parses YAML and finds what is wrong with its form: syntax, keys that stand twice, dangling aliases.
// It must never read meaning into the document; only its form counts here.
import { type Document, isAlias, isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Finding, Path } from './problems.ts';
import { keyText } from './source-map.ts';

export interface YamlDocument {
  document: Document.Parsed;
  lines: LineCounter;
  findings: Finding[];
  /** False when the text is too broken to be judged any further; `data` is then undefined. */
  isReadable: boolean;
  data: unknown;
}

const MANY_DOCUMENTS = 'expected one document, found another one after "---"';

/** Parses a text. Of keys that stand twice, plain data holds the last. */
export function parseYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  // Our own search for equal keys can say where the first one stands.
  const form = { lineCounter: lines, uniqueKeys: false, prettyErrors: false } as const;
  // The parser would warn on standard error by itself; what is wrong is said in findings alone.
  const options = { ...form, logLevel: 'error' } as const;
  const document = parseDocument(text, options);
  if (document.errors.length > 0) {
    const findings = document.errors.map(({ code, message, pos }) =>
      syntaxFinding(code === 'MULTIPLE_DOCS' ? MANY_DOCUMENTS : message, pos[0]),
    );
    return { document, lines, findings, isReadable: false, data: undefined };
  }
  const findings = formFindings(document, lines);
  try {
    return { document, lines, findings, isReadable: true, data: document.toJS() };
  } catch (error) {
    // Dangling aliases are found already, each with its place; what is left are too many of them.
    if (findings.length === 0) findings.push(syntaxFinding((error as Error).message, 0));
    return { document, lines, findings, isReadable: false, data: undefined };
  }
}

function syntaxFinding(message: string, offset: number): Finding {
  const text = message.split('\n', 1)[0];
  return { path: [], spot: 'value', message: `not valid YAML: ${text}`, offset };
}

function formFindings(document: Document.Parsed, lines: LineCounter): Finding[] {
  const findings: Finding[] = [];
  visitNode(document.contents, [], (node, path) => {
    if (isMap(node)) findings.push(...keyFindings(node.items, path, lines));
    if (isAlias(node) && node.resolve(document) === undefined) {
      const message = `alias *${node.source} has no anchor &${node.source} before it`;
      findings.push({ path, spot: 'value', message, ...offsetOf(node) });
    }
  });
  return findings;
}

function keyFindings(
  pairs: readonly { key: unknown }[],
  path: Path,
  lines: LineCounter,
): Finding[] {
  const first = new Map<string, number>();
  return pairs.flatMap(({ key }) => {
    const name = keyText(key);
    const place = offsetOf(key);
    const finding = { path: [...path, name], spot: 'key' as const, got: name, ...place };
    const line = first.get(name);
    if (line !== undefined) {
      return [{ ...finding, message: `key "${name}" stands twice (first on line ${line})` }];
    }
    first.set(name, lines.linePos(place.offset ?? 0).line);
    // Plain data cannot hold this key without surprises; zod would drop it in silence.
    return name === '__proto__' ? [{ ...finding, message: 'this name is not allowed' }] : [];
  });
}

function visitNode(node: unknown, path: Path, visit: (node: unknown, path: Path) => void): void {
  visit(node, path);
  if (isMap(node)) {
    for (const pair of node.items) visitNode(pair.value, [...path, keyText(pair.key)], visit);
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) visitNode(item, [...path, index], visit);
  }
}

function offsetOf(node: unknown): { offset?: number } {
  const offset = (node as Node | null)?.range?.[0];
  return offset === undefined ? {} : { offset };
}
