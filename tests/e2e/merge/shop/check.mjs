// The test command of the project that is landed: it imports every feature of the working folder, and tests it.
// It must never judge anything but the files beside it: the marks of a trial only say how often one was tested.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** EX_TEMPFAIL: nothing was found out. */
const TEMPORARY_FAILURE = 75;
const isFull = process.argv.includes('--full');
const marks = process.argv.find((word) => word.startsWith('--trial='))?.slice('--trial='.length);

const paths = readdirSync('features').filter((name) => name.endsWith('.mjs'));
const runs = new Map(paths.map((name) => [name, marks === undefined ? 0 : counted(name, marks)]));
const failures = [];
const features = [];
for (const name of paths) {
  try {
    const feature = await import(pathToFileURL(resolve('features', name)).href);
    features.push({ name, feature });
  } catch (error) {
    failures.push(`${name}: ${error.message}`);
  }
}
if (features.some(({ name, feature }) => feature.outageOnRun?.includes(runs.get(name)))) {
  process.stderr.write('the test database does not answer\n');
  process.exit(TEMPORARY_FAILURE);
}
for (const { name, feature } of features) {
  try {
    feature.test?.();
    if (isFull) feature.slowTest?.();
  } catch (error) {
    failures.push(`${name}: ${error.message}`);
  }
  if (feature.failsOnRun?.includes(runs.get(name))) failures.push(`${name}: timed out`);
}
const routes = features.flatMap(({ feature }) => feature.route ?? []);
for (const route of new Set(routes)) {
  const count = routes.filter((one) => one === route).length;
  if (count > 1) failures.push(`route ${route} is taken ${count} times`);
}
process.stderr.write(failures.map((failure) => `${failure}\n`).join(''));
process.exitCode = failures.length === 0 ? 0 : 1;

/** How often it has been tested in a trial, with this time. */
function counted(name, folder) {
  const path = join(folder, basename(name, '.mjs'));
  appendFileSync(path, '.');
  return readFileSync(path, 'utf8').length;
}
