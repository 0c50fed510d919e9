// Says, in the tab, what has the focus and whether that can be seen.
() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return { name: '', isSeen: true };
  const { outlineStyle, outlineWidth, textDecorationLine } = getComputedStyle(element);
  const hasOutline = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  const field = /** @type {HTMLInputElement} */ (element).labels?.[0];
  const label = element.getAttribute('aria-label') ?? (field ?? element).textContent ?? '';
  return {
    name: `${element.localName} ${label.trim().slice(0, 40)}`,
    isSeen: hasOutline || textDecorationLine === 'underline',
  };
};
