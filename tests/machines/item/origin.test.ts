// The issue an item was opened for: kept as it was, whatever becomes of the item, and absent where there is none.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeRecord } from '../../../machines/record.ts';
import { definitionOf } from '../../../machines/registry.ts';
import {
  advance,
  ITEM,
  itemOpening,
  openActor,
  openItem,
  type Step,
} from '../../support/machine-steps.ts';

const ORIGIN = {
  ...{
    tracker: 'github',
    source: 'github:acme/shop',
    ref: '7',
    url: 'https://example.test/shop/issues/7',
  },
  ...{ author: 'ada', priority: 1 },
};
const NEW_IN_VERSION_3 = [
  ...['pause', 'origin', 'pullRequest', 'replacedPullRequest', 'closing', 'heard', 'reviewed'],
];

function openedFor(origin: unknown): Step {
  const opening = itemOpening([{}]);
  return { ...opening, data: { ...opening.data, origin } };
}

test('an item knows the issue it was opened for, from its opening to its end', () => {
  const item = openActor(ITEM, openedFor(ORIGIN));
  const opened = item.item().origin;

  item.send(advance('build', 1));

  assert.equal(opened, ORIGIN);
  assert.equal([item.state(), item.item().origin], ['done', ORIGIN]);
});

test('an item that somebody submitted by hand has no origin', () => {
  assert.is(openItem([{}]).item().origin, null);
});

test('only the tracker and the reference have to be known', () => {
  const item = openActor(ITEM, openedFor({ tracker: 'folder', ref: 'fix-login' }));

  assert.equal(item.item().origin, {
    ...{ tracker: 'folder', source: '', ref: 'fix-login', url: null, author: '', priority: null },
  });
});

test('a tracker that nobody knows, and an issue without a name, open no item', () => {
  const open = (origin: unknown) => () => openActor(ITEM, openedFor(origin));

  assert.throws(open({ tracker: 'post-it', ref: '7' }), /schema/);
  assert.throws(open({ tracker: 'github', ref: '' }), /schema/);
});

test('the record of before there were trackers is one without an issue', () => {
  const { record } = openItem([{}]).stored();
  const before = Object.entries(record.context).filter(([key]) => !NEW_IN_VERSION_3.includes(key));
  const text = JSON.stringify({
    ...{ ...record, machineVersion: 2 },
    context: Object.fromEntries(before),
  });

  const decoded = decodeRecord(text, definitionOf);

  assert.is(decoded.outcome === 'ok' && decoded.record.machineVersion, 3);
  assert.equal(decoded.outcome === 'ok' && decoded.record.context, record.context);
});

test.run();
