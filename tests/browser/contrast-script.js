// Measures, in the tab, the contrast of every text that is seen against what it stands on, by the formula of WCAG 2.
// What is disabled is left out, as WCAG does.
(/** @type {number} */ least) => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (canvas === null) throw new Error('no canvas');

  /** Any colour of CSS as its red, green and blue, laid over another. @param {string} colour @param {number[]} below */
  const over = (colour, below) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    const part = alpha / 255;
    return [red, green, blue].map((one, at) => one * part + (below[at] ?? 0) * (1 - part));
  };
  /** @param {Element} element @returns {number[]} */
  const ground = (element) => {
    const parent = element.parentElement;
    const below = parent === null ? [255, 255, 255] : ground(parent);
    const frame = element.querySelector(':scope > rect');
    const shape = frame === null ? null : getComputedStyle(frame).fill;
    return over(shape ?? getComputedStyle(element).backgroundColor, below);
  };
  /** @param {number[]} colour */
  const luminance = (colour) => {
    const [red = 0, green = 0, blue = 0] = colour.map((one) => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  /** @param {Element} element */
  const contrast = (element) => {
    const { color, fill, fillOpacity } = getComputedStyle(element);
    const below = ground(element);
    const isDrawn = element instanceof SVGElement;
    const paint = over(isDrawn ? fill : color, below);
    const part = isDrawn ? Number(fillOpacity) : 1;
    const seen = paint.map((one, at) => one * part + (below[at] ?? 0) * (1 - part));
    const [dark = 0, light = 0] = [luminance(seen), luminance(below)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  /** @param {Element} element */
  const isSeen = (element) =>
    element.checkVisibility({ visibilityProperty: true }) &&
    element.closest(':disabled, .unseen, title, desc, option') === null &&
    [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim());

  const seen = [...document.body.querySelectorAll('*')].filter(isSeen);
  const pale = seen
    .map((element) => ({ element, is: contrast(element) }))
    .filter(({ is }) => is < least)
    .map(({ element, is }) => {
      const name = [element.tagName, element.getAttribute('class') ?? ''].join('.');
      return `${is.toFixed(2)} ${name}: ${element.textContent?.trim().slice(0, 40)}`;
    });
  return { seen: seen.length, pale: [...new Set(pale)] };
};
