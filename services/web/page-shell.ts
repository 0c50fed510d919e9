// The shell of the page under the address of one view: it names all that this view loads, so that a browser fetches it
// at once instead of finding it file by file. It must never name what only a later press of a button needs.
import type { ActorKind } from '../../machines/address.ts';

export interface ShellView {
  /** A file of the page. */
  module: string;
  /** Without their ending; those that every view has stand in the shell itself. */
  styles: readonly string[];
  /** The machine whose chart it shows. */
  statechart?: ActorKind;
}

/** By the address under which each is shown; the page knows the same in `routes.js`. */
export const SHELL_VIEWS: Readonly<Record<string, ShellView>> = {
  '/': { module: 'board-view.js', styles: ['board'] },
  '/items/:project/:item': {
    module: 'item-view.js',
    styles: ['card', 'table', 'chart', 'waterfall'],
  },
  '/runs/:project/:item/:stage/:attempt': {
    module: 'run-view.js',
    styles: ['card', 'table', 'chart', 'revision'],
    statechart: 'run',
  },
  '/queues': { module: 'queues-view.js', styles: ['card', 'table', 'queue'] },
  '/queues/:project/:branch': {
    module: 'queue-view.js',
    styles: ['card', 'table', 'chart', 'queue'],
    statechart: 'merge',
  },
  '/deployments': {
    module: 'deployments-view.js',
    styles: ['card', 'table', 'queue', 'deployment'],
  },
  '/deployments/:project/:environment': {
    module: 'deployment-view.js',
    styles: ['card', 'table', 'chart', 'queue', 'deployment'],
    statechart: 'deployment',
  },
  '/fleet': { module: 'fleet-view.js', styles: ['card', 'table'] },
};

const ENTRY = 'main.js';
/** The last line of an import that is loaded with its module, as the formatter leaves it. */
const IMPORT = /^(?:import .*|\}) from '\.\/([\w-]+\.js)';$/gm;
const END_OF_HEAD = '</head>';

/** @param text of a file of the page, by its name; undefined when there is none */
export function shellFor(
  shell: string,
  { module, styles }: ShellView,
  text: (name: string) => string | undefined,
): string {
  const modules = withImports([ENTRY, module], text).filter((name) => name !== ENTRY);
  const links = [
    ...styles.map((name) => `<link rel="stylesheet" href="/page/${name}.css">`),
    ...modules.map((name) => `<link rel="modulepreload" href="/page/${name}">`),
  ];
  const lines = links.map((link) => `    ${link}\n`).join('');
  return shell.replace(`  ${END_OF_HEAD}`, `${lines}  ${END_OF_HEAD}`);
}

/** Each once, whoever is imported by many included. */
function withImports(
  first: readonly string[],
  text: (name: string) => string | undefined,
): string[] {
  const found = new Set(first);
  // A set hands out what is added while it is gone through.
  for (const name of found) {
    for (const [, imported = ''] of (text(name) ?? '').matchAll(IMPORT)) found.add(imported);
  }
  return [...found];
}
