// The board: every item with its state, its stage, its age and who holds it, live.
// It must never ask for more than what is in view.
import { createBoardFilter } from './board-filter.js';
import { BoardList } from './board-list.js';
import { BoardPages } from './board-pages.js';
import { isFiltered, keepQuery, queryOfAddress, queryText } from './board-query.js';
import { after, atMostEvery, every } from './clock.js';
import { onReconnected } from './connection.js';
import { h, patch } from './element.js';
import { setKeys } from './keys.js';
import { openStream } from './stream.js';

/**
 * @typedef {import('./board-pages.js').Board} Board
 * @typedef {import('./request.js').RequestError} RequestError
 */

const TYPING_MS = 150;
const REFRESH_MS = 400;
/** A worker takes a run without any change of the item. */
const HOLDERS_MS = 5_000;

/** @param {import('./routes.js').Place} place @returns {Promise<import('./routes.js').View>} */
export async function openView({ main, scrollY, signal }) {
  let query = queryOfAddress();
  /** @type {Board | null} */
  let board = null;
  let cancelTyping = () => {};
  const summary = h('p', { class: 'summary', role: 'status' });
  const note = h('div');

  const pages = new BoardPages(
    (fresh) => {
      const isFirst = board === null;
      board = fresh;
      list.setTotal(fresh.total);
      list.render();
      show();
      if (isFirst && scrollY > 0) scrollTo(0, scrollY);
    },
    (error) => {
      // That nobody answers is said above everything already: said twice, it would only move the rows.
      const isSaid = board !== null && /** @type {RequestError} */ (error).status === 0;
      if (!isSaid) patch(note, h('p', { class: 'problem', role: 'alert' }, error.message));
    },
  );
  const list = new BoardList(pages);
  const filter = createBoardFilter((change, isTyped) => {
    query = { ...query, ...change };
    cancelTyping();
    filter.render(board, query);
    cancelTyping = after(isTyped ? TYPING_MS : 0, () => {
      keepQuery(query, isTyped);
      list.rest();
      pages.ask(queryText(query));
    });
  });

  const show = () => {
    filter.render(board, query);
    patch(summary, summaryOf(board));
    patch(note, emptyNote(board, isFiltered(query)));
    list.table.hidden = board?.total === 0;
  };

  const title = h('h1', null, 'Board');
  patch(main, h('div', { class: 'headline' }, title, summary), filter.element, note, list.table);
  show();
  pages.ask(queryText(query));

  const refresh = atMostEvery(REFRESH_MS, () => {
    if (!signal.aborted && !document.hidden) pages.refresh();
  });
  const render = () => list.render();
  addEventListener('scroll', render, { passive: true, signal });
  addEventListener('resize', render, { passive: true, signal });
  document.addEventListener('visibilitychange', refresh, { signal });
  const closings = [
    openStream('/api/board/stream', { on: { changed: refresh }, onOpen: refresh }),
    onReconnected(refresh),
    every(HOLDERS_MS, refresh),
    () => pages.close(),
  ];
  setKeys(keysOf(list, filter));
  return {
    title: 'Board',
    close: () => {
      for (const one of closings) one();
    },
  };
}

/** @param {BoardList} list @param {ReturnType<typeof createBoardFilter>} filter */
function keysOf(list, filter) {
  return [
    { keys: ['/'], does: 'filter', act: filter.focus },
    { keys: ['j', 'ArrowDown'], does: 'next item', act: () => list.move(1) },
    { keys: ['k', 'ArrowUp'], does: 'item before', act: () => list.move(-1) },
    { keys: ['Home'], does: 'first item', act: () => list.move(-Number.MAX_SAFE_INTEGER) },
    { keys: ['End'], does: 'last item', act: () => list.move(Number.MAX_SAFE_INTEGER) },
  ];
}

/** @param {Board | null} board */
function summaryOf(board) {
  if (board === null) return 'Loading …';
  const cut = board.isCut ? ', not all of the archive: `onceward ps --all` lists the rest' : '';
  const count = `${board.total.toLocaleString('en')} ${board.total === 1 ? 'item' : 'items'}`;
  const items = count + cut;
  if (board.isComplete) return items;
  return `${items}, still reading the records (${(board.read ?? 0).toLocaleString('en')} so far)`;
}

/** @param {Board | null} board @param {boolean} hasFilter */
function emptyNote(board, hasFilter) {
  if (board === null || board.total > 0 || !board.isComplete) return null;
  if (hasFilter) {
    const nothing = h('h2', null, 'Nothing matches');
    return h(
      'div',
      { class: 'empty' },
      nothing,
      h('p', null, 'Clear the filter to see all items.'),
    );
  }
  return h(
    'div',
    { class: 'empty' },
    h('h2', null, 'No items yet'),
    h('p', null, 'Submit one, and it appears here at once:'),
    h('pre', null, 'onceward submit <project> --title "What is to be done"'),
  );
}
