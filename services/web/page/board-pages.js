// The rows of the board, fetched in pages as they come into view.
// It must never hold all of them: what is far from view is dropped, and fetched again when it is wanted.
import { getJson } from './request.js';

/**
 * @typedef {import('../../queries/rows.ts').ItemRow} ItemRow
 * @typedef {object} Board
 * @property {number} total
 * @property {boolean} isComplete
 * @property {boolean} isCut the archive holds more
 * @property {number} [read] while it is not complete
 * @property {ItemRow[]} rows
 * @property {{ stage: string, count: number }[]} stages
 * @property {{ state: string, count: number }[]} states
 * @property {string[]} projects
 *
 * @typedef {{ first: number, last: number }} Range
 */

const PAGE_ROWS = 50;
const FIRST_PAGE = { first: 0, last: PAGE_ROWS - 1 };
/** Pages kept beside those in view. */
const NEAR = 2;

export class BoardPages {
  /** @type {Map<number, ItemRow[]>} */
  #pages = new Map();
  /** To be fetched again, although there are rows to show. @type {Set<number>} */
  #stale = new Set();
  /** @type {Map<number, AbortController>} */
  #underWay = new Map();
  /** @type {Range} */
  #inView = FIRST_PAGE;
  #query = '';
  #isOtherQuery = true;
  #onBoard;
  #onError;

  /**
   * @param {(board: Board) => void} onBoard after every page that has come
   * @param {(error: Error) => void} onError
   */
  constructor(onBoard, onError) {
    this.#onBoard = onBoard;
    this.#onError = onError;
  }

  /** Null while it has not come yet. @param {number} index @returns {ItemRow | null} */
  rowAt(index) {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS] ?? null;
  }

  /** Where it stands now, when it is among what is held. @param {string} address @returns {number | null} */
  indexOf(address) {
    for (const [page, rows] of this.#pages) {
      const index = rows.findIndex((row) => row.address === address);
      if (index >= 0) return page * PAGE_ROWS + index;
    }
    return null;
  }

  /** @param {Range} range */
  show(range) {
    this.#inView = range;
    this.#fetchMissing();
  }

  refresh() {
    this.#stale = new Set(this.#pages.keys());
    this.#fetchMissing();
  }

  /** Other rows from now on; the old ones stay until the first new ones are there. @param {string} query */
  ask(query) {
    this.close();
    this.#query = query;
    this.#isOtherQuery = true;
    this.#inView = FIRST_PAGE;
    this.refresh();
  }

  close() {
    for (const leave of this.#underWay.values()) leave.abort();
    this.#underWay.clear();
  }

  #fetchMissing() {
    const wanted = pagesOf(this.#inView);
    for (const [page, leave] of this.#underWay) {
      if (wanted.includes(page)) continue;
      leave.abort();
      this.#underWay.delete(page);
    }
    for (const page of this.#pages.keys()) {
      if (wanted.every((one) => Math.abs(one - page) > NEAR)) this.#pages.delete(page);
    }
    for (const page of wanted) {
      const isFresh = this.#pages.has(page) && !this.#stale.has(page);
      if (!isFresh && !this.#underWay.has(page)) void this.#fetch(page);
    }
  }

  /** @param {number} page */
  async #fetch(page) {
    const leave = new AbortController();
    this.#underWay.set(page, leave);
    this.#stale.delete(page);
    const range = `offset=${page * PAGE_ROWS}&limit=${PAGE_ROWS}`;
    const path = `/api/board?${[this.#query, range].filter(Boolean).join('&')}`;
    try {
      const board = /** @type {Board} */ (await getJson(path, { signal: leave.signal }));
      if (!leave.signal.aborted) this.#keep(page, board);
    } catch (error) {
      if (leave.signal.aborted) return;
      this.#underWay.delete(page);
      this.#onError(/** @type {Error} */ (error));
    }
  }

  /** @param {number} page @param {Board} board */
  #keep(page, board) {
    if (this.#isOtherQuery) this.#pages.clear();
    this.#isOtherQuery = false;
    this.#pages.set(page, board.rows);
    this.#underWay.delete(page);
    this.#onBoard(board);
    // It has changed again while it was fetched.
    if (this.#stale.has(page)) this.#fetchMissing();
  }
}

/** @param {Range} range */
function pagesOf({ first, last }) {
  const from = Math.floor(Math.max(0, first) / PAGE_ROWS);
  const to = Math.floor(Math.max(0, last) / PAGE_ROWS);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
