// Turns drawings into pictures in a thread of its own: a picture takes a tenth of a second without a pause.
// It must never need the fonts of the system: a container has none.
import { readFile } from 'node:fs/promises';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { answerQuestions } from './thread-answers.ts';

/** Pixels for each pixel of the drawing, for screens that are looked at closely. */
const SCALE = 2;
const BACKGROUND = '#ffffff';
const FONT_FAMILY = 'DejaVu Sans Mono';
const WASM = import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm');
const FONTS = [
  import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf'),
  import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono-Bold.ttf'),
];

await initWasm(await readFile(new URL(WASM)));
const fontBuffers = await Promise.all(FONTS.map((font) => readFile(new URL(font))));

answerQuestions(async (svg: string): Promise<Uint8Array> => {
  const renderer = new Resvg(svg, {
    background: BACKGROUND,
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontBuffers, defaultFontFamily: FONT_FAMILY, monospaceFamily: FONT_FAMILY },
  });
  const image = renderer.render();
  const png = image.asPng();
  // Both live outside the reach of the garbage collector.
  image.free();
  renderer.free();
  return png;
});
