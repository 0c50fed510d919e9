// Addresses of items, runs, merge queues and deployments as paths of this page and of its server.
// It must never put a name into a path unescaped.

const DOTTED = /^(merge|deployment)\.([^.]+)\.([^.]+)$/;
/** @type {Record<string, string>} */
const PLACES = { merge: 'queues', deployment: 'deployments' };

/**
 * `shop/7` as `/items/shop/7`, `shop/7/build/1` as `/runs/shop/7/build/1`, `merge.shop.main` as `/queues/shop/main`,
 * `deployment.shop.production` as `/deployments/shop/production`.
 * @param {string} address
 */
export function pathOf(address) {
  const [, kind = '', project, name] = DOTTED.exec(address) ?? [];
  if (project !== undefined) return `/${PLACES[kind]}/${escaped(`${project}/${name}`)}`;
  return `/${kindOf(address)}s/${escaped(address)}`;
}

/** Whether it is an item, a run, a merge queue or a deployment: what a host says of the fleet has its own name as the address. @param {string} address */
export function hasPage(address) {
  const { length } = address.split('/');
  return length === 2 || length === 4 || DOTTED.test(address);
}

/** What the server answers for it, such as `/api/items/shop/7`. @param {string} address */
export function dataPathOf(address) {
  return `/api${pathOf(address)}`;
}

/** @param {string} address */
export function logPathOf(address) {
  return `/api/logs/${escaped(address)}`;
}

/** The item of an item or a run, and all its runs. @param {string} address */
export function followPathOf(address) {
  return `/api/follow/${escaped(itemOf(address))}`;
}

/** `shop/7` of `shop/7/build/1`. @param {string} address */
export function itemOf(address) {
  return address.split('/').slice(0, 2).join('/');
}

/** `build/1` of `shop/7/build/1`. @param {string} address */
export function runOf(address) {
  return address.split('/').slice(2).join('/');
}

/** `run.shop.7.build.1` as `shop/7/build/1`; what is in that form already stays. @param {string} address */
export function typedAddress(address) {
  const subject = /^(?:item|run)\.(.+)$/.exec(address);
  return subject?.[1] === undefined ? address : subject[1].split('.').join('/');
}

/** @param {string} address @returns {'run' | 'item'} */
function kindOf(address) {
  return address.split('/').length === 4 ? 'run' : 'item';
}

/** @param {string} address */
function escaped(address) {
  return address.split('/').map(encodeURIComponent).join('/');
}
