// What the documents must be: one title each, links that lead somewhere, complete where they list things.
// It must never demand a generated page's wording; the generator's own test does that.
import { posix } from 'node:path';
import { ERROR_CODES } from '../../transport/errors.ts';
import { isShipped, type ProjectFile, withoutComments } from './tidy-files.ts';
import { lineCount } from './tidy-shape.ts';

const MAX_ARCHITECTURE_LINES = 200;
const LINK = /\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)/g;
const FENCE = /^(```|~~~).*?^\1/gms;
const VARIABLE = /\b(?:ONCEWARD_[A-Z0-9_]+|NATS_URL)\b/g;
/** Names of the same form that are no variable an operator sets. */
const OTHER_NAMES = ['EVENTS', 'JOBS', 'AUDIT', 'DELIVERIES'].map((name) => `ONCEWARD_${name}`);
/** What an agent is given is the contract of its stage, not a setting. */
const GIVEN_TO_AGENTS = /^services\/workers\//;
/** So is what the command is given that is told of alarms, and what the commands of a deploy leave something in. */
const GIVEN_TO_COMMANDS = /^ONCEWARD_(?:ALARM_|(?:OCI_LAYOUT|VERDICT_FILE)$)/;

/** Finds Markdown files without exactly one `# Title`. */
export function titleProblems(files: readonly ProjectFile[]): string[] {
  return files.filter(isMarkdown).flatMap((file) => {
    const titles = proseOf(file).match(/^# \S/gm)?.length ?? 0;
    return titles === 1 ? [] : [`${file.path}: ${titles} titles (# …), expected 1`];
  });
}

/** Finds relative links to files or headings that are not there. */
export function linkProblems(files: readonly ProjectFile[]): string[] {
  return files.filter(isMarkdown).flatMap((file) =>
    [...proseOf(file).matchAll(LINK)]
      .map((match) => match[1] ?? '')
      .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target) && !resolves(file, target, files))
      .map((target) => `${file.path}: the link to "${target}" leads nowhere`),
  );
}

/** Finds an architecture page that has grown beyond one sitting. */
export function architectureProblems(files: readonly ProjectFile[]): string[] {
  const lines = lineCount(textOf(files, 'docs/architecture.md') ?? '');
  if (lines < MAX_ARCHITECTURE_LINES) return [];
  return [`docs/architecture.md: ${lines} lines, must stay under ${MAX_ARCHITECTURE_LINES}`];
}

/** Finds error codes that docs/errors.md, when present, does not explain. */
export function errorCodeProblems(files: readonly ProjectFile[]): string[] {
  const page = textOf(files, 'docs/errors.md');
  if (page === undefined) return [];
  return Object.keys(ERROR_CODES)
    .filter((code) => !new RegExp(`\\b${code}\\b`).test(page))
    .map((code) => `docs/errors.md: does not explain ${code}`);
}

/** Finds environment variables that .env.example does not list. */
export function variableProblems(files: readonly ProjectFile[]): string[] {
  const listed: string[] = textOf(files, '.env.example')?.match(VARIABLE) ?? [];
  const used = files
    .filter((file) => isShipped(file) && !GIVEN_TO_AGENTS.test(file.path))
    .flatMap((file) => withoutComments(file.text).match(VARIABLE) ?? []);
  return [...new Set(used)]
    .filter((name) => !OTHER_NAMES.includes(name) && !GIVEN_TO_COMMANDS.test(name))
    .filter((name) => !listed.includes(name))
    .map((name) => `.env.example: does not list ${name}`);
}

function isMarkdown(file: ProjectFile): boolean {
  return file.path.endsWith('.md');
}

function textOf(files: readonly ProjectFile[], path: string): string | undefined {
  return files.find((file) => file.path === path)?.text;
}

function proseOf(file: ProjectFile): string {
  return file.text.replace(FENCE, '').replace(/`[^`\n]*`/g, '');
}

function resolves(from: ProjectFile, target: string, files: readonly ProjectFile[]): boolean {
  const [relative = '', anchor] = decodeURI(target).split('#');
  const path = posix.join(posix.dirname(from.path), relative).replace(/\/$/, '');
  const found = relative === '' ? from : files.find((file) => file.path === path);
  if (found === undefined) return path === '.' || files.some((f) => f.path.startsWith(`${path}/`));
  return anchor === undefined || !isMarkdown(found) || headingAnchors(found).includes(anchor);
}

function headingAnchors(file: ProjectFile): string[] {
  const headings = file.text.replace(FENCE, '').match(/^#{1,6} .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
