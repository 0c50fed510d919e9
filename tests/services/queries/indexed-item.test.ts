// Entries of the items and of the archive as rows of the board: also those that nobody can read.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readArchivedItem, readLiveItem } from '../../../services/queries/indexed-item.ts';
import type { Entry } from '../../../transport/ports.ts';
import { archivedEntry, itemEntry } from '../web/feed-fixture.ts';

/** The same entry with other text in it. */
function rewritten(entry: Entry, from: RegExp | string, to: string): Entry {
  return { ...entry, value: (entry.value ?? '').replace(from, to) };
}

test('an item is a row with the stages of its pipeline', () => {
  const item = readLiveItem(itemEntry('shop.7'));
  const archived = readArchivedItem(archivedEntry('shop.8'));

  assert.equal([item?.row.address, item?.row.state], ['shop/7', 'active.working']);
  assert.equal(item?.stages, ['build', 'ship']);
  assert.equal([archived?.row.address, archived?.row.isArchived], ['shop/8', true]);
});

test('what has not the shape it says it has is a corrupt row, and never an error', () => {
  const noPipeline = rewritten(itemEntry('shop.1'), /"pipeline":\{.*?\]\}/, '"pipeline":null');
  const inArchive = rewritten(archivedEntry('shop.2'), /"pipeline":\{.*?\]\}/, '"pipeline":null');
  const noJson = { ...itemEntry('shop.3'), value: 'x' };
  const rows = [readLiveItem(noPipeline), readArchivedItem(inArchive), readLiveItem(noJson)];

  assert.equal(
    rows.map((one) => [one?.row.address, one?.row.state]),
    [
      ['shop/1', 'corrupt'],
      ['shop/2', 'corrupt'],
      ['shop/3', 'corrupt'],
    ],
  );
});

test.run();
