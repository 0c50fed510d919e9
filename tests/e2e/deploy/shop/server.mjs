// The service that is deployed. Its time runs `SPEED` times as fast as the clock; a version that leaks wears out after
// three minutes of it.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const WEARS_OUT_AFTER_MS = 180_000;
const version = readFileSync(new URL('./version.txt', import.meta.url), 'utf8').trim();
const speed = Number(process.env['SPEED'] ?? '1');
const startedMs = performance.now();

const server = createServer((_, response) => {
  const ageMs = (performance.now() - startedMs) * speed;
  const isWornOut = version.includes('leak') && ageMs > WEARS_OUT_AFTER_MS;
  response.statusCode = isWornOut ? 500 : 200;
  response.end(isWornOut ? 'out of memory' : `${version} as ${process.env['DIGEST']}`);
});
server.listen(Number(process.env['PORT']), '127.0.0.1', () => process.send?.('listening'));
process.on('disconnect', () => process.exit());
