// A Chromium for the tests of the page: named, on PATH, in the cache, or Debian's fetched into the cache.
// It must never install anything, and never leave a browser running that its handle has closed.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Browser, chromium } from 'playwright-core';
import { unpackChromium } from './chromium-package.ts';

export interface FoundChromium {
  executable: string;
  /** What it needs beyond the environment of the tests: its own libraries and fonts. */
  env: Readonly<Record<string, string>>;
}

export interface FindChromiumOptions {
  /** `ONCEWARD_CHROMIUM`: this browser and no other. */
  override?: string | undefined;
  /** The search path, as in `PATH`. */
  path: string;
  /** Where a fetched browser is kept; made when needed. */
  cacheDir: string;
  /** Unpacks a browser into `<folder>/root` and returns its version. */
  unpack: (folder: string) => Promise<string>;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const CACHED = 'chromium-';
const VERSION_LIMIT_MS = 20_000;
const LAUNCH_LIMIT_MS = 30_000;
const FONT_FOLDERS = ['/usr/share/fonts', '/usr/local/share/fonts'];
const OWN_FONTS = new URL('../../node_modules/dejavu-fonts-ttf/ttf', import.meta.url);

/**
 * The browser of this machine, or in `missing` why there is none: then tests are skipped for that reason.
 * Rejects when `ONCEWARD_CHROMIUM` names something that does not run.
 */
export function chromiumOfThisMachine(): Promise<FoundChromium | { missing: string }> {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  found ??= findChromium({
    override: process.env['ONCEWARD_CHROMIUM'],
    path: process.env['PATH'] ?? '',
    cacheDir: join(cache, 'onceward'),
    unpack: unpackChromium,
  });
  return found;
}

let found: Promise<FoundChromium | { missing: string }> | undefined;

/** Starts a browser without a window. A test file that leaves one open does not end: see `closeBrowsers`. */
export async function launchBrowser(): Promise<Browser> {
  const browser = await chromiumOfThisMachine();
  if ('missing' in browser) throw new Error(`no Chromium: ${browser.missing}`);
  const launched = await chromium.launch({
    executablePath: browser.executable,
    headless: true,
    timeout: LAUNCH_LIMIT_MS,
    // The tests may run as root and in a container, where neither a sandbox nor a large /dev/shm can be had.
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--force-color-profile=srgb',
    ],
    env: { ...variables(), ...browser.env },
  });
  running.add(launched);
  launched.on('disconnected', () => running.delete(launched));
  return launched;
}

/** Closes what is still open: also what a test that failed has left. For `test.after`. */
export async function closeBrowsers(): Promise<void> {
  await Promise.all([...running].map((browser) => browser.close()));
}

const running = new Set<Browser>();

/** Looks in the order named above; of several in the cache, the newest that runs. */
export async function findChromium(
  options: FindChromiumOptions,
): Promise<FoundChromium | { missing: string }> {
  const { override, path, cacheDir } = options;
  if (override) return namedChromium(override);
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    for (const name of NAMES) {
      const browser = { executable: join(folder, name), env: {} };
      if (await isWorking(browser)) return browser;
    }
  }
  const cached = await cachedChromium(cacheDir);
  if (cached !== null) return cached;
  return fetchChromium(options).catch((error: Error) => ({ missing: error.message }));
}

async function namedChromium(executable: string): Promise<FoundChromium> {
  const browser = { executable, env: {} };
  if (await isWorking(browser)) return browser;
  throw new Error(`ONCEWARD_CHROMIUM names ${executable}, which does not run as a browser`);
}

async function cachedChromium(cacheDir: string): Promise<FoundChromium | null> {
  const names = await readdir(cacheDir).catch(() => []);
  const byAge = new Intl.Collator('en', { numeric: true }).compare;
  const kept = names.filter((name) => name.startsWith(CACHED)).sort(byAge);
  for (const name of kept.reverse()) {
    const browser = unpacked(join(cacheDir, name));
    if (await isWorking(browser)) return browser;
  }
  return null;
}

async function fetchChromium({ cacheDir, unpack }: FindChromiumOptions): Promise<FoundChromium> {
  await mkdir(cacheDir, { recursive: true });
  const folder = await mkdtemp(join(cacheDir, '.fetching-chromium-'));
  try {
    const version = await unpack(folder);
    await writeFile(join(folder, 'fonts.conf'), FONT_SETTINGS);
    const fetched = unpacked(folder);
    if (!(await isWorking(fetched)))
      throw new Error(`the archive's Chromium ${version} does not run`);
    return await keep(folder, join(cacheDir, CACHED + version));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of two who fetch at once, the second finds the place taken, and uses what stands there. */
async function keep(folder: string, place: string): Promise<FoundChromium> {
  const isKept = () =>
    rename(folder, place)
      .then(() => true)
      .catch(() => false);
  if ((await isKept()) || (await isWorking(unpacked(place)))) return unpacked(place);
  // What stood there does not run: a library of the machine has gone since.
  await rm(place, { recursive: true, force: true });
  if ((await isKept()) || (await isWorking(unpacked(place)))) return unpacked(place);
  throw new Error(`${place} could not be replaced`);
}

function unpacked(folder: string): FoundChromium {
  const lib = join(folder, 'root/usr/lib');
  const names = existsSync(lib) ? readdirSync(lib) : [];
  const own = names.filter((name) => /-linux-gnu\w*$/.test(name)).map((name) => join(lib, name));
  const libraries = [...own, ...own.map((path) => join(path, 'pulseaudio')), join(lib, 'chromium')];
  return {
    executable: join(lib, 'chromium/chromium'),
    env: {
      LD_LIBRARY_PATH: libraries.join(delimiter),
      ...(hasFonts() ? {} : { FONTCONFIG_FILE: join(folder, 'fonts.conf') }),
    },
  };
}

async function isWorking({ executable, env }: FoundChromium): Promise<boolean> {
  if (!existsSync(executable)) return false;
  const result = await execa(executable, ['--version'], {
    ...{ env, stdin: 'ignore', reject: false, timeout: VERSION_LIMIT_MS },
  });
  return !result.failed && /\b\d+\.\d+/.test(result.stdout);
}

function hasFonts(): boolean {
  if (!existsSync('/etc/fonts/fonts.conf')) return false;
  return FONT_FOLDERS.filter((folder) => existsSync(folder)).some((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) =>
      /\.[to]tf$/.test(name),
    ),
  );
}

function variables(): Record<string, string> {
  const known = Object.entries(process.env).filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(known) as Record<string, string>;
}

const FONT_SETTINGS = `\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${fileURLToPath(OWN_FONTS)}</dir></fontconfig>
`;
