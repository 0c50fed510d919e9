// Architecture decision records as data, and the index page that lists them.
// It must never guess: a record that cannot be read shows as its file, with empty fields.

const ADR_PATH = /^docs\/adr\/adr-.*\.md$/;

export interface Adr {
  path: string;
  /** `adr-0004-grace-before-claim`, or whatever the file is called. */
  name: string;
  title: string;
  date: string;
  status: string;
  /** Names of the form `adr-0004`. */
  supersedes: string[];
  /** The `##` headings, in order. */
  sections: string[];
}

/** Reads every decision record among the files, in the order of their names. */
export function readAdrs(files: readonly { path: string; text: string }[]): Adr[] {
  return files
    .filter((file) => ADR_PATH.test(file.path))
    .map(readAdr)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The whole text of docs/adr/README.md for these records. */
export function renderAdrIndex(adrs: readonly Adr[]): string {
  return [
    '# Architecture decisions',
    '',
    'Written by `npm run docs`; a new decision starts from [the template](template.md).',
    '',
    '| ADR | Decision | Status | Date |',
    '|---|---|---|---|',
    ...adrs.map(indexLine),
    '',
  ].join('\n');
}

/** `adr-0004` of `adr-0004-grace-before-claim`; empty when the name has no number. */
export function adrId(adr: Adr): string {
  return /^adr-\d{4}(?=-)/.exec(adr.name)?.[0] ?? '';
}

function indexLine(adr: Adr): string {
  return `| [${adrId(adr)}](${adr.name}.md) | ${adr.title} | ${adr.status} | ${adr.date} |`;
}

function readAdr(file: { path: string; text: string }): Adr {
  const header = file.text.split(/^## /m)[0] ?? '';
  const field = (name: string) => new RegExp(`^${name}: *(.*?) *$`, 'm').exec(header)?.[1] ?? '';
  const title = /^# (.*?) *$/m.exec(header)?.[1] ?? '';
  return {
    path: file.path,
    name: file.path.replace(/^.*\//, '').replace(/\.md$/, ''),
    // The number stands in the first column of the index already.
    title: title.replace(/^ADR[- ]?\d+ *[:.–-] */i, ''),
    date: field('Date'),
    status: field('Status'),
    supersedes: field('Supersedes').match(/adr-\d{4}/g) ?? [],
    sections: [...file.text.matchAll(/^## +(.*?) *$/gm)].map((match) => match[1] ?? ''),
  };
}
