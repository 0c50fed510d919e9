// The decision records keep their form, agree with each other, and stay as they were accepted.
// Each rule is tried on planted records (for the history: in a real repository) and on the project.
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAdrs, renderAdrIndex } from './support/adr-index.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';
import {
  adrFormProblems,
  adrIndexProblems,
  adrNumberProblems,
  adrPairProblems,
} from './support/tidy-adr.ts';
import { adrHistoryProblems, missingHistory } from './support/tidy-adr-history.ts';
import { type ProjectFile, projectFiles } from './support/tidy-files.ts';

const SECTIONS = ['Context', 'Decision', 'Alternatives', 'Consequences', 'Links'];
const project = projectFiles();

interface Fields {
  status?: string;
  date?: string;
  supersedes?: string;
  sections?: string[];
}

function adrText(fields: Fields = {}): string {
  const { status = 'accepted', date = '2026-11-23', sections = SECTIONS } = fields;
  const supersedes = fields.supersedes === undefined ? '' : `Supersedes: ${fields.supersedes}\n`;
  const body = sections.map((name) => `## ${name}\n\nText.\n`).join('\n');
  return `# ADR-0001: A title\n\nDate: ${date}\nStatus: ${status}\n${supersedes}\n${body}`;
}

function adr(name: string, fields: Fields = {}): ProjectFile {
  return { path: `docs/adr/adr-${name}.md`, text: adrText(fields) };
}

const PAIR = [
  adr('0001-old', { status: 'superseded by adr-0002' }),
  adr('0002-new', { supersedes: 'adr-0001' }),
];

test('numbers run from 0001 without gaps or repeats', () => {
  assert.equal(adrNumberProblems(PAIR), []);
  assert.is(adrNumberProblems([adr('0001-a'), adr('0001-b')]).length, 1);
  assert.is(adrNumberProblems([adr('0001-a'), adr('0003-c')]).length, 1);
});

test('name, date, status and sections have their form', () => {
  assert.equal(adrFormProblems(PAIR), []);
  assert.is(adrFormProblems([adr('0001-Old_Title')]).length, 1);
  assert.is(adrFormProblems([adr('0001-a', { date: 'May' })]).length, 1);
  assert.is(adrFormProblems([adr('0001-a', { status: 'rejected' })]).length, 1);
  assert.is(adrFormProblems([adr('0001-a', { sections: SECTIONS.toReversed() })]).length, 1);
  assert.is(adrFormProblems([{ path: 'docs/adr/adr-0001-a.md', text: '' }]).length, 4);
});

test('a superseding record and the superseded one name each other', () => {
  assert.equal(adrPairProblems(PAIR), []);
  assert.is(adrPairProblems([adr('0001-old'), ...PAIR.slice(1)]).length, 1);
  assert.is(adrPairProblems([...PAIR.slice(0, 1), adr('0002-new')]).length, 1);
  assert.is(adrPairProblems(PAIR.slice(1)).length, 1);
});

test('the index lists exactly the records, with title and status', () => {
  const text = renderAdrIndex(readAdrs(PAIR));

  assert.match(text, '| [adr-0001](adr-0001-old.md) | A title | superseded by adr-0002 |');
  assert.equal(adrIndexProblems([...PAIR, { path: 'docs/adr/README.md', text }]), []);
  assert.is(adrIndexProblems(PAIR).length, 1);
  assert.is(adrIndexProblems([...PAIR.slice(1), { path: 'docs/adr/README.md', text }]).length, 1);
});

test("the project's records keep their form and agree with each other", () => {
  assert.equal(adrNumberProblems(project), []);
  assert.equal(adrFormProblems(project), []);
  assert.equal(adrPairProblems(project), []);
});

test("the project's index is current", () => {
  assert.equal(adrIndexProblems(project), []);
});

/** A repository in which `adr-0001-a.md` was proposed, amended and then accepted. */
function setup(): { root: string; path: string; file: string } {
  const root = temporaryDirectory();
  const path = 'docs/adr/adr-0001-a.md';
  const file = join(root, path);
  git(root, 'init', '--quiet');
  mkdirSync(join(root, 'docs/adr'), { recursive: true });
  writeFileSync(file, adrText({ status: 'proposed' }));
  commitAll(root);
  writeFileSync(file, adrText({ status: 'accepted', date: '2026-11-24' }));
  commitAll(root);
  return { root, path, file };
}

function commitAll(root: string): void {
  const author = ['-c', 'user.name=tester', '-c', 'user.email=tester@example.org'];
  git(root, 'add', '--all');
  git(root, ...author, '-c', 'commit.gpgSign=false', 'commit', '--quiet', '-m', 'docs: record');
}

function git(root: string, ...args: string[]): void {
  execFileSync('git', args, { cwd: root });
}

test('an accepted record may change its status, and nothing else', () => {
  const { root, path, file } = setup();

  assert.equal(adrHistoryProblems(root), []);
  writeFileSync(file, adrText({ status: 'superseded by adr-0002', date: '2026-11-24' }));
  assert.equal(adrHistoryProblems(root), []);
  writeFileSync(file, adrText({ status: 'accepted', date: '2026-11-25' }));
  assert.match(adrHistoryProblems(root).join(), `${path}: was accepted in`);
});

test('a committed change to an accepted record is found as well', () => {
  const { root, path, file } = setup();

  writeFileSync(file, adrText({ status: 'accepted', date: '2026-11-25' }));
  commitAll(root);

  assert.match(adrHistoryProblems(root).join(), `${path}: was accepted in`);
});

test('an accepted record does not vanish', () => {
  const { root, path, file } = setup();

  renameSync(file, join(root, 'docs/adr/adr-0001-b.md'));
  commitAll(root);

  assert.match(adrHistoryProblems(root).join(), `${path}: was accepted in`);
});

test('a proposed record may still change', () => {
  const { root } = setup();
  const second = join(root, 'docs/adr/adr-0002-b.md');

  writeFileSync(second, adrText({ status: 'proposed' }));
  commitAll(root);
  writeFileSync(second, adrText({ status: 'proposed', date: '2026-11-29' }));

  assert.equal(adrHistoryProblems(root), []);
});

test('a shallow clone, or none at all, is told apart from a full one', () => {
  const { root } = setup();
  const shallow = join(temporaryDirectory(), 'clone');
  git(root, 'clone', '--quiet', '--depth', '1', `file://${root}`, shallow);

  assert.is(missingHistory(root), null);
  assert.is(missingHistory(shallow), 'the clone is shallow');
  assert.is(missingHistory(temporaryDirectory()), 'there is no git history');
});

const historyTitle = "the project's accepted records are as they were accepted";
const missing = missingHistory('.');
if (missing === null) {
  test(historyTitle, () => assert.equal(adrHistoryProblems('.'), []));
} else {
  process.stdout.write(`skipped: ${historyTitle} (${missing})\n`);
  test.skip(historyTitle, () => {});
}

test.run();
