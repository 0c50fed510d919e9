// What was accepted where the branch began stands, and nothing is asked of it that may not be done.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { adrText, createAdrGate, indexText } from './adr-fixture.ts';

const FIRST = 'adr-0001-first.md';
const SECOND = 'adr-0002-second.md';
const THIRD = 'adr-0003-third.md';
const WAS = 'was accepted where this branch began';
const file = `docs/adr/${FIRST}`;

test(
  'an accepted record changes in its status, and in nothing else',
  within(20_000, async () => {
    const { problems } = await createAdrGate();

    const changed = adrText({ status: 'superseded by adr-0002' });
    assert.equal(await problems({ [FIRST]: changed }), []);
    assert.equal(await problems({ [FIRST]: changed.replace('Text.', 'Another text.') }), [
      `${file}:7: ${WAS} and is changed, expected only its status to change: supersede it`,
    ]);
    assert.equal(await problems({ [FIRST]: `${changed}More.\n` }), [
      `${file}:24: ${WAS} and is changed, expected only its status to change: supersede it`,
    ]);
    assert.equal(await problems({ [FIRST]: adrText({ status: 'proposed' }) }), [
      `${file}:3: ${WAS} and is proposed now, expected superseded or deprecated`,
    ]);
  }),
);

test(
  'an accepted record does not vanish, be it under another name',
  within(20_000, async () => {
    const { problems } = await createAdrGate();

    const renamed = 'adr-0001-renamed.md';
    const found = await problems({
      [FIRST]: null,
      [renamed]: adrText(),
      'README.md': indexText(renamed, SECOND),
    });

    assert.equal(found, [
      `${file}:1: ${WAS} and is gone, expected it back and a new record instead`,
    ]);
  }),
);

test(
  'a proposed record may change, and one the branch itself accepted',
  within(20_000, async () => {
    const { problems } = await createAdrGate();

    assert.equal(await problems({ [SECOND]: adrText({ links: 'Others.' }) }), []);
    assert.equal(await problems({ [SECOND]: adrText({ links: 'Yet others.' }) }), []);
  }),
);

test(
  'a status in a section of its own, or in front matter, is one',
  within(20_000, async () => {
    const section = (status: string) =>
      adrText().replace('Status: accepted', `## Status\n\nAccepted\n${status}`);
    const matter = (status: string) =>
      `---\nstatus: ${status}\n---\n${adrText().replace('Status: accepted', '')}`;
    const { problems } = await createAdrGate({
      [THIRD]: section(''),
      'adr-0004-fourth.md': matter('accepted'),
      'README.md': indexText(FIRST, SECOND, THIRD, 'adr-0004-fourth.md'),
    });

    const superseded = section('\nSuperseded by [2](adr-0002-second.md)\n');
    const changes = { [THIRD]: superseded, 'adr-0004-fourth.md': matter('deprecated') };
    assert.equal(await problems(changes), []);
    assert.equal(await problems({ [THIRD]: superseded.replace('Text.', 'Other.') }), [
      `docs/adr/${THIRD}:12: ${WAS} and is changed, expected only its status to change: supersede it`,
    ]);
  }),
);

test(
  'old faults of accepted records are not this branch’s, but the links it breaks are',
  within(20_000, async () => {
    const links = '[never there](nowhere.md) [there](target.txt)';
    const { problems } = await createAdrGate({
      [FIRST]: adrText({ sections: ['Links', 'Context'], links }),
      'adr-0001-twin.md': adrText(),
      'Adr_Three.md': adrText(),
      'README.md': indexText(FIRST, SECOND, 'adr-0001-twin.md', 'Adr_Three.md'),
      'target.txt': 'x',
    });

    assert.equal(await problems({ 'other.txt': 'x' }), []);
    assert.equal(await problems({ 'target.txt': null }), [
      `${file}:7: the link to "target.txt" leads nowhere, expected docs/adr/target.txt in the commit`,
    ]);
  }),
);

test(
  'a branch without a common history is held against the base itself',
  within(20_000, async () => {
    const { problems, remote, evaluate } = await createAdrGate();
    const tree = await remote.run('rev-parse', 'main^{tree}');
    const identity = ['-c', 'user.name=x', '-c', 'user.email=x@localhost'];
    const orphan = await remote.run(...identity, 'commit-tree', '-m', 'orphan', tree);
    await remote.run('update-ref', 'refs/heads/onceward/7', orphan);

    assert.is((await evaluate()).kind, 'pass');
    assert.match((await problems({ [FIRST]: adrText({ links: 'Other.' }) })).join(), 'is changed');
  }),
);

test(
  'a record that is a link, too long, or no text is a problem like any other',
  within(30_000, async () => {
    const { problems, remote } = await createAdrGate();
    await remote.commitChange('onceward/7', (folder) => {
      symlinkSync('/etc/passwd', join(folder, 'docs/adr/adr-0005-link.md'));
    });
    const found = await problems({
      [THIRD]: '\0\x01\uFFFD'.repeat(100),
      'adr-0004-long.md': 'x'.repeat(65_537),
      'adr-0006-a\nb\u202e.md': adrText(),
      'README.md': indexText(FIRST, SECOND, THIRD),
    });

    const text = found.join('\n');
    assert.match(text, 'docs/adr/adr-0004-long.md: is 65537 bytes long, expected at most 65536');
    assert.match(text, 'docs/adr/adr-0005-link.md: is a link, expected a regular file');
    assert.match(text, 'docs/adr/adr-0006-a b .md:1: is not called like a record');
    assert.match(text, 'README.md:1: does not list adr-0006-a b .md');
    assert.match(text, `docs/adr/${THIRD}:1: has no status`);
  }),
);

test(
  'thousands of records are refused as a whole, hundreds are read',
  within(60_000, async () => {
    const { problems } = await createAdrGate();
    const named = (count: number) =>
      Array.from({ length: count }, (_, at) => `adr-${at + 1_000}-x.md`);
    const records = (count: number) =>
      Object.fromEntries(named(count).map((name) => [name, adrText()]));

    const index = indexText(FIRST, SECOND, ...named(600));
    assert.equal(await problems({ ...records(600), 'README.md': index }), []);
    assert.equal(await problems(records(2_000)), [
      'docs/adr: holds too many files, expected at most 1000 records',
    ]);
  }),
);

test.run();
