// What a basket costs once a discount is taken off.

/** The price in whole cents after a discount in percent. */
export function discounted(cents, percent) {
  return cents - percent;
}
