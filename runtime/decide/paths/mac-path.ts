import type { PathForm } from './path-form.js';

/*
 * What macOS makes of some paths: files by number, forks, and folders that are only other names. Case never counts there.
 */

/** Might it be one of those? Cheap, and true too often. */
export function mayBeMacAlias(text: string): boolean {
  return SUSPECT.test(text);
}

const SUSPECT = /^\/(?:\.|system\/|private\/)|namedfork/i;
/** By number, or with a switch in front: it leads anywhere. */
const ANYWHERE = /^\/\.(?:vol|nofollow|resolve)(?:\/|$)/i;
const FORK = /\/\.\.namedfork(?:\/|$)/i;
const FIRMLINK = /^\/system\/volumes\/data(?=\/|$)/i;
const PRIVATE = /^\/private(?=\/(?:etc|var|tmp)(?:\/|$))/i;

/** A form and the other names of its place; null in their stead where it can't be known. */
export function macForms(form: PathForm | null): (PathForm | null)[] {
  if (form === null || form.start !== '') return [form];
  if (ANYWHERE.test(form.path) || FORK.test(form.path)) return [null];
  const forms: (PathForm | null)[] = [form];
  for (let at = form.path; ; ) {
    const next = FIRMLINK.test(at) ? at.replace(FIRMLINK, '') : at.replace(PRIVATE, '');
    if (next === at) return forms;
    at = next;
    if (ANYWHERE.test(at)) return [...forms, null];
    forms.push({ start: '', path: at });
  }
}
