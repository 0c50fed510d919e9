// Builds the page's elements, and brings those on screen up to date with newly built ones.
// It must never parse markup: what comes from outside becomes text, whatever it holds.

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Record<string, unknown>} Props attributes; functions under `on…`; `css` for style properties;
 *   `key` to recognise an element among its siblings.
 */

const HANDLERS = /** @type {const} */ (['onclick', 'oninput', 'onchange', 'ontoggle']);
/** What people change by themselves; what was built later must not undo it. */
const OWN_ATTRIBUTES = ['open', 'style'];

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props | null} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProperty(element, name, value);
  element.append(...nodesOf(children));
  return element;
}

/**
 * Makes the children of `parent` look like `fresh`. Elements that stay keep their focus, their scrolling
 * and whether they are open.
 * @param {Element} parent
 * @param {...(Child | Child[])} fresh
 */
export function patch(parent, ...fresh) {
  const keyed = new Map();
  for (const child of parent.children) if (keyOf(child)) keyed.set(keyOf(child), child);
  /** @type {ChildNode | null} */
  let at = parent.firstChild;
  for (const next of nodesOf(fresh)) {
    const found = keyOf(next) ? keyed.get(keyOf(next)) : at;
    const match = found !== null && isAlike(found, next) ? found : null;
    if (match === null) parent.insertBefore(next, at);
    else if (match === at) at = match.nextSibling;
    else parent.insertBefore(match, at);
    if (match !== null && match !== next) sync(match, next);
  }
  while (at !== null) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {unknown} value
 */
function setProperty(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === 'key') element.setAttribute('data-key', String(value));
  else if (name === 'css') setStyle(/** @type {HTMLElement} */ (element), value);
  else if (typeof value === 'function') Object.assign(element, { [name]: value });
  else element.setAttribute(name, value === true ? '' : String(value));
}

/**
 * By the object model: the page's policy forbids styles in attributes.
 * @param {HTMLElement} element
 * @param {unknown} styles
 */
function setStyle(element, styles) {
  for (const [name, value] of Object.entries(/** @type {object} */ (styles))) {
    element.style.setProperty(name, String(value));
  }
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {Node[]}
 */
function nodesOf(children) {
  return children.flat().flatMap((child) => {
    if (child === null || child === undefined || child === false || child === '') return [];
    return child instanceof Node ? [child] : [document.createTextNode(String(child))];
  });
}

/** @param {Node} node */
function keyOf(node) {
  return node instanceof Element ? node.getAttribute('data-key') : null;
}

/**
 * @param {Node | undefined} one
 * @param {Node} other
 */
function isAlike(one, other) {
  return one?.nodeName === other.nodeName && keyOf(one) === keyOf(other);
}

/**
 * @param {Node} old
 * @param {Node} fresh
 */
function sync(old, fresh) {
  if (!(old instanceof HTMLElement) || !(fresh instanceof HTMLElement)) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name, value } of fresh.attributes) {
    if (OWN_ATTRIBUTES.includes(name) || old.getAttribute(name) === value) continue;
    old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!OWN_ATTRIBUTES.includes(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  if (old.style.cssText !== fresh.style.cssText) old.style.cssText = fresh.style.cssText;
  for (const name of HANDLERS) Object.assign(old, { [name]: fresh[name] });
  patch(old, ...fresh.childNodes);
}
