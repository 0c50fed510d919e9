// How a thread is begun with one of our TypeScript modules.

/** A thread of Node 20 does not inherit the loader that reads TypeScript: it registers its own. */
export function threadEntry(module: URL): URL {
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const thread = JSON.stringify(module.href);
  const code = `import { register } from ${loader}; register(); await import(${thread});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
