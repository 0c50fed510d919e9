// A button for an event that would be accepted now. It only asks: what sends is loaded when it is pressed.
import { h } from './element.js';

/**
 * @typedef {import('../../queries/run-view.ts').AcceptableEvent} AcceptableEvent
 * @typedef {{ address: string, state: string, revision: number }} Target
 */

/**
 * @param {Target} target
 * @param {AcceptableEvent} event
 * @param {{ isDisabled?: boolean, onSent: () => void, label?: string, name?: string }} options `label` in the place
 *   of the event's type, `name` for who does not see where it stands
 */
export function eventButton(target, event, { isDisabled = false, onSent, label, name }) {
  const ask = async () => {
    const { openEventDialog } = await import('./event-dialog.js');
    await openEventDialog(target, event, onSent);
  };
  const props = {
    type: 'button',
    key: name ?? event.type,
    'aria-label': name,
    disabled: isDisabled,
    onclick: () => void ask(),
  };
  return h('button', props, label ?? event.type);
}
