// The small signs and the small print of a chart. Each sign is one path, so that one rule of a stylesheet colours it.
import { type ChartText, SMALL_SIZE } from './chart-text.ts';
import { element, short, textElement } from './svg-element.ts';

const EVENT_INK = '#334155';
/** Paler than its event in any colour a page may give them. */
const GUARD_OPACITY = 0.7;
const CLOCK_INK = '#a16207';

/** A clock, in front of what a deadline fires. `y` is the baseline of the text behind it. */
export function clockMark(x: number, y: number): string {
  return mark(
    'clock',
    `M${short(x)} ${short(y - 4)}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0m4.5 -2.8v2.8h2.2`,
    CLOCK_INK,
  );
}

/** An arrow that turns back, in front of what enters its state again. */
export function repeatMark(x: number, y: number): string {
  return mark(
    'repeat',
    `M${short(x + 7)} ${short(y - 6.5)}a3.6 3.6 0 1 0 1 2.6m-1.2 -5.4v2.9h-2.9`,
    EVENT_INK,
  );
}

/** A point, in front of what is answered and moves nothing. */
export function stayMark(x: number, y: number): string {
  return mark(
    'stay',
    `M${short(x + 3.7)} ${short(y - 4)}a0.8 0.8 0 1 0 1.6 0a0.8 0.8 0 1 0 -1.6 0`,
    EVENT_INK,
  );
}

/** An event with its guard, in one text; `x` is the left edge of the label, `y` the baseline. */
export function smallText({ event, guard, indent }: ChartText, x: number, y: number): string {
  const gap = event !== '' && guard !== '' ? ' ' : '';
  const spans = [
    ...(event === '' ? [] : [textElement('tspan', { class: 'event' }, event + gap)]),
    ...(guard === ''
      ? []
      : [textElement('tspan', { class: 'guard', 'fill-opacity': GUARD_OPACITY }, guard)]),
  ];
  return element('text', { x: x + indent, y, 'font-size': SMALL_SIZE, fill: EVENT_INK }, spans);
}

function mark(name: string, d: string, stroke: string): string {
  return element('path', { class: name, d, stroke, 'stroke-width': 1.2, fill: 'none' });
}
