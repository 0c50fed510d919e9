// The page itself: one shell under every address of the page, and the files it loads.
// It must never hold data: whoever may not read may still see the shell, and be asked for the token.
import type { Context, Hono } from 'hono';
import { HttpError } from '../answers.ts';
import type { DrawnAhead } from '../drawn-ahead.ts';
import { type PageFile, type PageFiles, SHELL } from '../page-files.ts';
import { SHELL_VIEWS } from '../page-shell.ts';

const DATA_PATHS = /^\/(?:api|page|charts)\//;

export function addPageRoutes(
  app: Hono,
  { files, drawnAhead }: { files: PageFiles; drawnAhead: DrawnAhead },
): void {
  for (const [pattern, { statechart }] of Object.entries(SHELL_VIEWS)) {
    app.get(pattern, async (context) => {
      if (statechart === undefined) drawnAhead.soon();
      else drawnAhead.now(statechart);
      return answer(context, await files.shell(pattern));
    });
  }
  app.get('/page/*', async (context) => {
    const name = context.req.path.slice('/page/'.length);
    return answer(context, await files.file(name));
  });
}

/** What a person has mistyped is answered by the page, which says so; null for what no person looks at. */
export async function pageOfNothing(context: Context, files: PageFiles): Promise<Response | null> {
  const { method, path } = context.req;
  const isForPerson = context.req.header('accept')?.includes('text/html') && method === 'GET';
  if (!isForPerson || DATA_PATHS.test(path)) return null;
  const file = await files.file(SHELL);
  return (
    file && context.body(new Uint8Array(file.bytes), 404, { 'Content-Type': file.contentType })
  );
}

function answer(context: Context, file: PageFile | null): Response {
  if (file === null) {
    throw new HttpError(404, 'REQUEST_INVALID', 'the page has no such file');
  }
  const { etag, contentType, bytes } = file;
  // To be asked for each time, and sent only when it is another one.
  const headers = { 'Cache-Control': 'no-cache', ETag: etag, Vary: 'Accept-Encoding' };
  const known = (context.req.header('if-none-match') ?? '').split(',').map((tag) => tag.trim());
  // What was sent compressed comes back with the tag of the same content in another form.
  const same = known.find((tag) => tag === etag || tag === `W/${etag}`);
  if (same !== undefined) return context.body(null, 304, { ...headers, ETag: same });
  return context.body(new Uint8Array(bytes), 200, { ...headers, 'Content-Type': contentType });
}
