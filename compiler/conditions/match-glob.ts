/**
 * In the interpreter: does a glob match all of these items? What a star takes is tried from nothing on, and only the last
 * star is ever tried anew: at most the product of the two lengths, where a JavaScript expression may never end.
 *
 * @param isStar Does this part of the glob take any run of items?
 * @param takes Does this part, which is no star, take this item?
 */
export function matchesGlob<Part, Item>(
  glob: readonly Part[],
  items: readonly Item[],
  isStar: (part: Part) => boolean,
  takes: (part: Part, item: Item) => boolean,
): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < items.length; ) {
    const part = glob[at];
    if (at < glob.length && isStar(part as Part)) {
      star = at++;
      resume = i;
    } else if (at < glob.length && takes(part as Part, items[i] as Item)) {
      at++;
      i++;
    } else if (star < 0) return false;
    else {
      at = star + 1;
      i = ++resume;
    }
  }
  return glob.slice(at).every(isStar);
}
