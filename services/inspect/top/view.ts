// Where whoever looks at the board is: what is selected, filtered, open, paused; and what a key does to that. Pure.
// It must never act: what a key asks for beyond the view is returned as an intent.
import type { Key } from './keys.ts';

export interface View {
  /** Address of the selected item; the first while it is null or gone. */
  selected: string | null;
  filter: string;
  /** The filter is being typed. */
  isTyping: boolean;
  isPaused: boolean;
  detail: Detail | null;
}

/** One item, told in full, in place of the list. */
export interface Detail {
  address: string;
  /** Null until it has been read. */
  lines: readonly string[] | null;
  /** How far it is scrolled. */
  offset: number;
}

export type Intent = 'none' | 'quit' | 'interrupt';

export interface Pressed {
  view: View;
  intent: Intent;
}

export interface Surroundings {
  /** Addresses of the items on the board, in their order. */
  addresses: readonly string[];
  /** How many rows of the list are in sight. */
  pageRows: number;
}

export const FIRST_VIEW: View = {
  selected: null,
  filter: '',
  isTyping: false,
  isPaused: false,
  detail: null,
};

export function pressed(view: View, key: Key, around: Surroundings): Pressed {
  if (key.name === 'interrupt') return { view, intent: 'interrupt' };
  if (view.isTyping) return stay(typed(view, key));
  if (view.detail !== null) return inDetail(view, view.detail, key, around);
  return inList(view, key, around);
}

/** Where the selected item stands; the first when it is not there. */
export function selectedIndex(view: View, addresses: readonly string[]): number {
  return view.selected === null ? 0 : Math.max(0, addresses.indexOf(view.selected));
}

function typed(view: View, key: Key): View {
  switch (key.name) {
    case 'character':
      return { ...view, filter: view.filter + key.character };
    case 'backspace':
      return { ...view, filter: [...view.filter].slice(0, -1).join('') };
    case 'enter':
      return { ...view, isTyping: false };
    case 'escape':
      return { ...view, isTyping: false, filter: '' };
    default:
      return view;
  }
}

function inList(view: View, key: Key, { addresses, pageRows }: Surroundings): Pressed {
  const letter = key.name === 'character' ? key.character : key.name;
  if (letter === 'q') return { view, intent: 'quit' };
  if (letter === 'p') return stay({ ...view, isPaused: !view.isPaused });
  if (letter === '/') return stay({ ...view, isTyping: true });
  if (letter === 'escape') return stay({ ...view, filter: '' });
  const at = selectedIndex(view, addresses);
  const address = addresses[at];
  if (letter === 'enter' && address !== undefined) {
    const detail = { address, lines: null, offset: 0 };
    return stay({ ...view, selected: address, detail });
  }
  const to = moved(at, letter, { pageRows, last: addresses.length - 1 });
  return stay({ ...view, selected: addresses[to] ?? null });
}

function inDetail(view: View, detail: Detail, key: Key, { pageRows }: Surroundings): Pressed {
  const letter = key.name === 'character' ? key.character : key.name;
  if (letter === 'p') return stay({ ...view, isPaused: !view.isPaused });
  const isLeft = ['q', 'escape', 'enter', 'backspace'].includes(letter);
  if (isLeft) return stay({ ...view, detail: null });
  const last = Math.max(0, (detail.lines?.length ?? 0) - pageRows);
  const offset = moved(Math.min(detail.offset, last), letter, { pageRows, last });
  return stay({ ...view, detail: { ...detail, offset } });
}

function moved(
  at: number,
  letter: string,
  { pageRows, last }: { pageRows: number; last: number },
): number {
  const page = Math.max(1, pageRows - 1);
  const to: Readonly<Record<string, number>> = {
    ...{ up: at - 1, k: at - 1, down: at + 1, j: at + 1 },
    ...{ 'page-up': at - page, 'page-down': at + page },
    ...{ home: 0, g: 0, end: last, G: last },
  };
  return Math.max(0, Math.min(last, to[letter] ?? at));
}

function stay(view: View): Pressed {
  return { view, intent: 'none' };
}
