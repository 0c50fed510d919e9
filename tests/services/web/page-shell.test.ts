// The shell of each view: what it names ahead for the browser to fetch.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { shellFor } from '../../../services/web/page-shell.ts';

const SHELL = '<html>\n  <head>\n    <title>t</title>\n  </head>\n</html>\n';
const FILES: Readonly<Record<string, string>> = {
  'main.js': "import { h } from './element.js';\nimport { startRouting } from './routes.js';\n",
  'routes.js':
    "import { h } from './element.js';\nexport const load = () => import('./other.js');\n",
  'view.js':
    "/** @typedef {import('./typed.js').T} T */\nimport {\n  a,\n  b,\n} from './part.js';\n",
  'part.js': "import { h } from './element.js';\nimport { c } from './view.js';\n",
};

function linksOf(shell: string): string[] {
  return [...shell.matchAll(/<link rel="(\w+)" href="\/page\/([\w.-]+)">/g)].map(
    ([, kind = '', name = '']) => `${kind} ${name}`,
  );
}

test('a shell names the styles of its view and every module it will load, each once', () => {
  const view = { module: 'view.js', styles: ['card', 'chart'] };

  const shell = shellFor(SHELL, view, (name) => FILES[name]);

  assert.equal(linksOf(shell), [
    ...['stylesheet card.css', 'stylesheet chart.css'],
    ...['modulepreload view.js', 'modulepreload element.js', 'modulepreload routes.js'],
    'modulepreload part.js',
  ]);
  assert.ok(shell.indexOf('part.js') < shell.indexOf('</head>'));
});

test('what is loaded only when it is needed, and what only a type names, is not fetched ahead', () => {
  const shell = shellFor(SHELL, { module: 'view.js', styles: [] }, (name) => FILES[name]);

  assert.not.match(shell, 'other.js');
  assert.not.match(shell, 'typed.js');
});

test.run();
