// What a board shows of its rows: the window, and the counts beside it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ItemRow } from '../../../services/queries/rows.ts';
import {
  type BoardQuery,
  type BoardRows,
  matchBoard,
  pageOf,
} from '../../../services/web/board-query.ts';

const ALL: BoardQuery = {
  ...{ project: null, state: null, stage: null, text: null },
  isArchiveIncluded: false,
  offset: 0,
  limit: 100,
};

function row(address: string, state: string, stage: string | null, title = ''): ItemRow {
  const [project = '', item = ''] = address.split('/');
  return {
    ...{ address, project, item, title, state, stage, isArchived: false, revision: 1 },
    ...{ sinceMs: 0, attempt: 1, endedRuns: 0, openedAtMs: 0, endedAtMs: null },
    ...{ parking: null, holder: null, usage: null },
  };
}

const ROWS = [
  row('shop/4', 'active.working', 'ship', 'Fix the C++ build'),
  row('shop/3', 'parked', 'build', 'Über (everything)'),
  row('site/2', 'active.backingOff', 'build', 'a.b'),
  row('site/1', 'done', null, 'axb'),
];
const BOARD = {
  rows: ROWS,
  positions: new Map([
    ['build', 0],
    ['ship', 1],
  ]),
};

/** All turns, one after the other. */
function queryBoard(board: BoardRows, { offset, limit, ...filter }: BoardQuery) {
  const matching = matchBoard(board, filter);
  for (;;) {
    const turn = matching.next();
    if (turn.done) return pageOf(turn.value, { offset, limit });
  }
}

const shownOf = (query: Partial<BoardQuery>) =>
  queryBoard(BOARD, { ...ALL, ...query }).rows.map(({ address }) => address);

test('without a filter all are shown in the order they come in', () => {
  const { total, projects } = queryBoard(BOARD, ALL);

  assert.equal(shownOf({}), ['shop/4', 'shop/3', 'site/2', 'site/1']);
  assert.equal([total, projects], [4, ['shop', 'site']]);
});

test('filters narrow together, and a state covers those within it', () => {
  assert.equal(shownOf({ state: 'active' }), ['shop/4', 'site/2']);
  assert.equal(shownOf({ state: 'active', project: 'site' }), ['site/2']);
  assert.equal(shownOf({ stage: 'build' }), ['shop/3', 'site/2']);
  assert.equal(shownOf({ state: 'act' }), []);
});

test('a text is looked for as it stands, in title and address, whatever the case', () => {
  assert.equal(shownOf({ text: 'c++' }), ['shop/4']);
  assert.equal(shownOf({ text: 'über (' }), ['shop/3']);
  assert.equal(shownOf({ text: 'a.b' }), ['site/2']);
  assert.equal(shownOf({ text: 'SITE/' }), ['site/2', 'site/1']);
});

test('a window shows its part, the total counts the whole', () => {
  const { rows, total, offset } = queryBoard(BOARD, { ...ALL, offset: 1, limit: 2 });

  assert.equal(
    rows.map(({ address }) => address),
    ['shop/3', 'site/2'],
  );
  assert.equal([total, offset], [4, 1]);
});

test('each count leaves out its own filter and keeps the others', () => {
  const { stages, states } = queryBoard(BOARD, { ...ALL, stage: 'build', state: 'parked' });

  assert.equal(stages, [{ stage: 'build', count: 1 }]);
  assert.equal(states, [
    { state: 'active.backingOff', count: 1 },
    { state: 'parked', count: 1 },
  ]);
});

test('stages stand in the order of their pipelines', () => {
  const { stages } = queryBoard(BOARD, ALL);

  assert.equal(
    stages.map(({ stage }) => stage),
    ['build', 'ship'],
  );
});

test('no turn looks at more rows than a host in the same thread can wait for', () => {
  const rows = Array.from({ length: 30_000 }, (_, n) => row(`shop/${n}`, 'parked', 'build'));
  const turns = [...matchBoard({ ...BOARD, rows }, ALL)];

  assert.ok(turns.length >= 5, `${turns.length} pauses`);
});

test.run();
