// The shape of files and of the repository: lengths, opening comments, names, the top level.
// It must never look at what the code does.
import { isSource, type ProjectFile } from './tidy-files.ts';

const MAX_FILE_LINES = 250;
const FORBIDDEN_NAMES = ['utils', 'helpers', 'common', 'manager', 'types', 'index', 'misc'];
const SOURCE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.[a-z]+$/;
const TOP_LEVEL = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'docs',
  'machines',
  'nats.conf',
  'package-lock.json',
  'package.json',
  'services',
  'tests',
  'transport',
  'tsconfig.json',
];

/** Finds source files that are too long to hold one concept. */
export function lengthProblems(files: readonly ProjectFile[]): string[] {
  return files
    .filter((file) => isSource(file) && lineCount(file.text) > MAX_FILE_LINES)
    .map((file) => `${file.path}: ${lineCount(file.text)} lines, at most ${MAX_FILE_LINES}`);
}

/** Finds source files that do not open with what they are for. */
export function openingProblems(files: readonly ProjectFile[]): string[] {
  return files
    .filter((file) => isSource(file) && !/^(#![^\n]*\n)?\s*\/[/*]/.test(file.text))
    .map((file) => `${file.path}:1: opens without a comment on what it is for`);
}

/** Finds source files whose name says nothing, or is not in kebab case. */
export function nameProblems(files: readonly ProjectFile[]): string[] {
  return files.filter(isSource).flatMap((file) => {
    const name = file.path.split('/').at(-1) ?? '';
    if (!SOURCE_NAME.test(name)) return [`${file.path}: the name is not in kebab case`];
    if (!FORBIDDEN_NAMES.includes(name.split('.')[0] ?? '')) return [];
    return [`${file.path}: name the one concept the file holds`];
  });
}

/** Finds what is missing from the top level, and what does not belong there. Dotfiles are free. */
export function topLevelProblems(files: readonly ProjectFile[]): string[] {
  const names = new Set(files.map((file) => file.path.split('/')[0] ?? ''));
  const extra = [...names].filter((name) => !name.startsWith('.') && !TOP_LEVEL.includes(name));
  const missing = TOP_LEVEL.filter((name) => !names.has(name));
  return [
    ...extra.map((name) => `${name}: does not belong at the top level`),
    ...missing.map((name) => `${name}: is missing from the top level`),
  ];
}

/** Lines of a text; the newline at its end begins no further line. */
export function lineCount(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}
