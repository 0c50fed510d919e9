// A button for an event that would be accepted now. It only asks: what sends is loaded when it is pressed.
import { h } from './element.js';

/**
 * @typedef {import('../../queries/run-view.ts').AcceptableEvent} AcceptableEvent
 * @typedef {{ address: string, state: string, revision: number }} Target
 */

/**
 * @param {Target} target
 * @param {AcceptableEvent} event
 * @param {{ isDisabled?: boolean, onSent: () => void }} options
 */
export function eventButton(target, event, { isDisabled = false, onSent }) {
  const ask = async () => {
    const { openEventDialog } = await import('./event-dialog.js');
    await openEventDialog(target, event, onSent);
  };
  const props = {
    type: 'button',
    key: event.type,
    disabled: isDisabled,
    onclick: () => void ask(),
  };
  return h('button', props, event.type);
}
