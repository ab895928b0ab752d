/** What is wrong with a selector (docs/language.md, Tools and methods); undefined where it is one. */
export function selectorProblem(selector: string): string | undefined {
  const path = selector.replace(/\?$/, '');
  if (path === '') return 'it names nothing';
  if (path.startsWith('/') && /~(?![01])/.test(path)) return 'in a JSON Pointer ~ is followed by 0 or 1';
  if (!path.startsWith('/') && path.includes('*')) return '* stands for elements in a JSON Pointer only';
  return undefined;
}
