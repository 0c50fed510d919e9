// The words of a chart and the room they take. Layout and drawing both measure here, so that they agree.
// Everything is set in a monospaced font: its widths are known without asking a font.
import type { ChartEdge, ChartNode, ChartTransition } from './chart-graph.ts';

/** Advance of one character in a monospaced font of size 1; the widest common one has 0.602. */
const ADVANCE = 0.605;
export const NAME_SIZE = 13;
export const SMALL_SIZE = 11;
export const NAME_LINE = 18;
export const SMALL_LINE = 15;
/** Between the edge of a box and its text. */
export const PADDING = 12;
/** A sign in front of small print, with the gap after it: a clock for what a deadline fires. */
const MARK_WIDTH = 14;
const START_SIZE = 12;
const MIN_STATE_WIDTH = 96;
const STAGE_WIDTH = 112;
const STAGE_HEIGHT = 50;
const PROGRESS_LINE = 17;
/** Longer names end in an ellipsis; the whole name is in the title of the box. */
const MAX_LABEL_LENGTH = 32;
const MAX_STAGE_LABEL_LENGTH = 20;
/** An event and its guard stand on one line of a label up to this many characters together. */
const MAX_LABEL_LINE = 18;
const GUARD_INDENT = 7;

export interface Size {
  width: number;
  height: number;
}

/** One line of small print: what happened, in a clear colour, and its condition, in a pale one. */
export interface ChartText {
  event: string;
  guard: string;
  /** Where it begins, from the left edge of the label: behind the clock, or under the event. */
  indent: number;
  isTimed: boolean;
}

/** A guard that only asks whether the deadline is due says no more than the clock does. */
const ASKS_THE_CLOCK = 'isDue';

/** A transition as one line, in a box. */
function transitionLine({ event, guard, isTimed }: ChartTransition): ChartText {
  const isShown = guard !== null && !(isTimed && guard === ASKS_THE_CLOCK);
  return {
    event: event ?? '',
    guard: isShown ? `[${guard}]` : '',
    indent: isTimed ? MARK_WIDTH : 0,
    isTimed,
  };
}

/** Transitions as the lines of an arrow's label: a long condition stands beneath its event. */
export function labelLines(transitions: readonly ChartTransition[]): ChartText[] {
  return transitions
    .map(transitionLine)
    .filter(({ event, guard }) => event !== '' || guard !== '')
    .flatMap((line) => {
      const { event, guard, indent } = line;
      const isShort = event.length + guard.length < MAX_LABEL_LINE;
      if (event === '' || guard === '' || isShort) return [line];
      return [
        { ...line, guard: '' },
        { event: '', guard, indent: indent + GUARD_INDENT, isTimed: false },
      ];
    });
}

/** Transitions that stay as the lines of their box. There is a sign before each. */
export function stayLines(transition: ChartTransition): ChartText[] {
  const [first, ...rest] = labelLines([transition]);
  if (first === undefined) return [];
  const below = rest.map((line) => ({ ...line, indent: MARK_WIDTH + GUARD_INDENT }));
  return [{ ...first, indent: MARK_WIDTH }, ...below];
}

function textWidth({ event, guard, indent }: ChartText): number {
  const gap = event !== '' && guard !== '' ? 1 : 0;
  return indent + widthOf(event + guard, SMALL_SIZE) + gap * advance(SMALL_SIZE);
}

/** The label of an arrow; null when it has nothing to say. */
export function edgeLabelSize({ transitions }: ChartEdge): Size | null {
  const lines = labelLines(transitions);
  if (lines.length === 0) return null;
  return {
    width: Math.ceil(Math.max(...lines.map(textWidth))) + 6,
    height: lines.length * SMALL_LINE,
  };
}

/** On a page that fits a machine into its width, the events of arrows are written as large as this, without guards. */
const FITTED_SIZE = 15;

/** As above, with room for its events where they are fitted. */
export function machineLabelSize(edge: ChartEdge): Size | null {
  const size = edgeLabelSize(edge);
  if (size === null) return null;
  const fitted = labelLines(edge.transitions).map(
    ({ event, indent }) => indent + widthOf(event, FITTED_SIZE),
  );
  return { ...size, width: Math.ceil(Math.max(size.width, ...fitted)) };
}

/** The box of a node. A region grows around its children; this is the least that its heading needs. */
export function nodeSize(node: ChartNode): Size {
  if (node.kind === 'start') return { width: START_SIZE, height: START_SIZE };
  if (node.kind === 'stage') return stageSize(node);
  const lines = [
    widthOf(shownLabel(node), NAME_SIZE),
    widthOf(node.detail, SMALL_SIZE),
    ...node.stays.flatMap(stayLines).map(textWidth),
  ];
  return {
    width: Math.max(MIN_STATE_WIDTH, Math.ceil(Math.max(...lines)) + 2 * PADDING),
    height: headingHeight(node) + PADDING,
  };
}

/** From the top of a box to below its last line. */
export function headingHeight({ detail, stays }: ChartNode): number {
  const small = (detail === '' ? 0 : 1) + stays.flatMap(stayLines).length;
  return PADDING + NAME_LINE + (small > 0 ? 4 : 0) + small * SMALL_LINE;
}

export function shownLabel({ kind, label }: Pick<ChartNode, 'kind' | 'label'>): string {
  return shortened(label, kind === 'stage' ? MAX_STAGE_LABEL_LENGTH : MAX_LABEL_LENGTH);
}

function widthOf(text: string, size: number): number {
  return [...text].length * advance(size);
}

function stageSize(node: ChartNode): Size {
  const width = widthOf(shownLabel(node), NAME_SIZE) + 2 * PADDING;
  const height = STAGE_HEIGHT + (node.progress === null ? 0 : PROGRESS_LINE);
  return { width: Math.max(STAGE_WIDTH, Math.ceil(width)), height };
}

function advance(size: number): number {
  return size * ADVANCE;
}

function shortened(text: string, maxLength: number): string {
  const characters = [...text];
  if (characters.length <= maxLength) return text;
  return `${characters.slice(0, maxLength - 1).join('')}…`;
}
