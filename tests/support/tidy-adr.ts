// The rules of the decision records that can be seen in the files as they are now.
// It must never judge a decision, only its form. History is checked beside this, in tidy-adr-history.ts.
import { type Adr, adrId, readAdrs, renderAdrIndex } from './adr-index.ts';
import type { ProjectFile } from './tidy-files.ts';

const SECTIONS = ['Context', 'Decision', 'Alternatives', 'Consequences', 'Links'];
const NAME = /^adr-\d{4}(-[a-z0-9]+)+$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const STATUS = /^(proposed|accepted|superseded by adr-\d{4})$/;
const INDEX = 'docs/adr/README.md';

/** Finds numbers that are taken twice or left out: they run from 0001 without gaps. */
export function adrNumberProblems(files: readonly ProjectFile[]): string[] {
  return readAdrs(files).flatMap((adr, index) => {
    const expected = `adr-${String(index + 1).padStart(4, '0')}`;
    return adrId(adr) === expected ? [] : [`${adr.path}: expected the number ${expected}`];
  });
}

/** Finds records whose name, header or sections are not as the template has them. */
export function adrFormProblems(files: readonly ProjectFile[]): string[] {
  return readAdrs(files).flatMap((adr) => {
    const wrong = [
      NAME.test(adr.name) ? '' : 'the file is not called adr-NNNN-kebab-title.md',
      adr.title === '' ? 'the title (# …) is missing' : '',
      DATE.test(adr.date) ? '' : `"Date: ${adr.date}" is not YYYY-MM-DD`,
      STATUS.test(adr.status)
        ? ''
        : `"Status: ${adr.status}" is not proposed, accepted or superseded by adr-NNNN`,
      adr.sections.join() === SECTIONS.join() ? '' : `sections must be ${SECTIONS.join(', ')}`,
    ];
    return wrong.filter((text) => text !== '').map((text) => `${adr.path}: ${text}`);
  });
}

/** Finds a `Supersedes:` without its `superseded by`, and the other way round. */
export function adrPairProblems(files: readonly ProjectFile[]): string[] {
  const adrs = readAdrs(files);
  const byId = new Map(adrs.map((adr) => [adrId(adr), adr]));
  return adrs.flatMap((adr) => [
    ...adr.supersedes
      .filter((id) => supersederOf(byId.get(id)) !== adrId(adr))
      .map((id) => `${adr.path}: supersedes ${id}, whose status does not say so`),
    ...[supersederOf(adr)]
      .filter((id) => id !== undefined && !byId.get(id)?.supersedes.includes(adrId(adr)))
      .map((id) => `${adr.path}: superseded by ${id}, which does not say so`),
  ]);
}

/** Finds an index that does not list exactly the records, with their titles and statuses. */
export function adrIndexProblems(files: readonly ProjectFile[]): string[] {
  const adrs = readAdrs(files);
  const index = files.find((file) => file.path === INDEX)?.text;
  if (adrs.length === 0 && index === undefined) return [];
  return index === renderAdrIndex(adrs) ? [] : [`${INDEX}: is stale; run npm run docs`];
}

function supersederOf(adr: Adr | undefined): string | undefined {
  return /^superseded by (adr-\d{4})$/.exec(adr?.status ?? '')?.[1];
}
