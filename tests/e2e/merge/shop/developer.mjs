// Plays the developer of an item: makes the change that is planned for it, and mends it when it was sent back.
// It must never know what else is planned: what it mends by is the base as it is then.
import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [lab] = process.argv.slice(2);
const item = process.env.ONCEWARD_ITEM;
const { seedSha, items } = JSON.parse(readFileSync(join(lab, 'plan.json'), 'utf8'));
const { kind, pair, number, tells = [] } = items.find((one) => one.item === item);
const feature = `features/${item}.mjs`;
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();

const isSentBack = readFileSync(process.env.ONCEWARD_FEEDBACK_FILE, 'utf8') !== '';
if (isSentBack) mend();
else begin();
git('add', '--all');
git('commit', '-q', '-m', `${isSentBack ? 'mend' : 'add'} ${item}`);
if (!isSentBack) writeFileSync(join(lab, 'first', item), git('rev-parse', 'HEAD'));

/** Everybody has begun on the same base, whatever has landed since. */
function begin() {
  git('reset', '-q', '--hard', seedSha);
  if (kind === 'textual') wish([...wishes(readFileSync(settings(), 'utf8')), item]);
  if (kind === 'rename') rename();
  writeFeature({ api: kind === 'rename' ? welcome() : greet(), route: 100 + pair });
}

function mend() {
  git('fetch', '-q', 'origin', 'main');
  try {
    git('merge', '-q', '--no-edit', 'FETCH_HEAD');
  } catch {
    // In conflict: what is written now is the resolution.
  }
  if (kind === 'textual') wish([...wishes(git('show', `FETCH_HEAD:${settings()}`)), item]);
  if (kind === 'rename') rename();
  const isRenamed = pair > 0 && readFileSync(api(), 'utf8').includes(welcome());
  writeFeature({ api: isRenamed ? welcome() : greet(), route: 500 + number });
  appendFileSync(feature, '// Mended.\n'.repeat(Number(process.env.ONCEWARD_ATTEMPT)));
}

function writeFeature({ api: name, route }) {
  const lines = [`export const item = '${item}';`, ...tells];
  if (kind === 'textual') {
    lines.push(`import { wishes } from '../${settings()}';`);
    lines.push(
      `export const test = () => { if (!wishes.includes(item)) throw new Error('lost'); };`,
    );
  }
  if (kind === 'rename' || kind === 'use') {
    lines.push(
      `import { ${name} } from '../${api()}';`,
      `export const test = () => ${name}(item);`,
    );
  }
  if (kind === 'duplicate') lines.push(`export const route = ${route};`);
  writeFileSync(feature, `${lines.join('\n')}\n`);
}

/** In the function's own file, and wherever it is used in this working folder. */
function rename() {
  const users = readdirSync('features').map((name) => `features/${name}`);
  for (const path of [api(), ...users]) {
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(greet(), welcome()));
  }
}

function wish(names) {
  writeFileSync(settings(), `export const wishes = ${JSON.stringify(names)};\n`);
}

function wishes(text) {
  return JSON.parse(text.slice(text.indexOf('['), text.lastIndexOf(']') + 1));
}

function settings() {
  return `settings/s${pair}.mjs`;
}

function api() {
  return `api/a${pair}.mjs`;
}

function greet() {
  return `greet${pair}`;
}

function welcome() {
  return `welcome${pair}`;
}
