// The project's own files as the tidy checks see them, and code with its words taken out.
// It must never read what git ignores.
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';

export interface ProjectFile {
  /** Relative to the top of the repository, with forward slashes. */
  path: string;
  text: string;
}

/** A rule of the project: returns what is wrong as `path:line: message`, or nothing. */
export type Check = (files: readonly ProjectFile[]) => string[];

/** Every tracked or new file that git does not ignore. */
export function projectFiles(): ProjectFile[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { encoding: 'utf8' }).split('\0');
  return [...new Set(listed)]
    .filter((path) => path !== '' && lstatSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** True for files with code of ours: TypeScript, or the scripts of a page. */
export function isSource(file: ProjectFile): boolean {
  return /\.(ts|js|mjs)$/.test(file.path);
}

/** True for sources that ship: everything but the tests. */
export function isShipped(file: ProjectFile): boolean {
  return isSource(file) && /^(machines|services|transport)\//.test(file.path);
}

const COMMENT = String.raw`//[^\n]*|/\*[\s\S]*?\*/`;
const QUOTED = String.raw`'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"`;
const TEMPLATE = '`(?:\\\\.|[^`\\\\])*`';
const REGEXP = String.raw`(?<=(?:[(,=:[!&|?{};>]|return)\s*)/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+/`;
const WORDS = new RegExp([COMMENT, QUOTED, TEMPLATE, REGEXP].join('|'), 'g');
const INSERTION = /\$\{[^}]*\}/g;

/** The text with comments and the insides of strings blanked; every line keeps its number. */
export function codeOf(text: string): string {
  return text.replace(WORDS, (words) => {
    if (words.startsWith('`')) return keepInsertions(words);
    return words.startsWith('/') ? blank(words) : `'${blank(words.slice(1, -1))}'`;
  });
}

/** The text without comments; strings stay, so that import paths can be read. */
export function withoutComments(text: string): string {
  return text.replace(WORDS, (words) => (/^\/[/*]/.test(words) ? blank(words) : words));
}

/** One problem for each place where the pattern (flag `g`) occurs in the searched text. */
export function problemsAt(
  file: ProjectFile,
  pattern: RegExp,
  message: string,
  searched = codeOf(file.text),
): string[] {
  return [...searched.matchAll(pattern)].map((match) => {
    const line = searched.slice(0, match.index).split('\n').length;
    return `${file.path}:${line}: ${message}`;
  });
}

function keepInsertions(template: string): string {
  let end = 0;
  const kept = [...template.matchAll(INSERTION)].map((match) => {
    const before = blank(template.slice(end, match.index));
    end = match.index + match[0].length;
    return before + match[0];
  });
  return kept.join('') + blank(template.slice(end));
}

function blank(words: string): string {
  return words.replace(/[^\n]/g, ' ');
}
