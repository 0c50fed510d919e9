// A command that can be pasted, with a button that copies it.
import { after } from './clock.js';
import { h } from './element.js';

const SAID_MS = 1_500;

/** @param {string} command */
export function copyableCommand(command) {
  const code = h('code', null, command);
  const button = h(
    'button',
    { class: 'quiet copy', type: 'button', 'aria-label': `Copy: ${command}` },
    'Copy',
  );
  button.onclick = async () => {
    button.textContent = (await copy(command, code)) ? 'Copied' : 'Press Ctrl+C';
    after(SAID_MS, () => {
      button.textContent = 'Copy';
    });
  };
  return h('div', { class: 'command' }, code, button);
}

/** Where the browser gives no clipboard, the text is selected, so that one key copies it. @param {string} text @param {HTMLElement} code */
async function copy(text, code) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(code);
    return false;
  }
}
