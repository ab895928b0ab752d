import { JsonTable } from './json-table.js';
import type { ServerTable } from './server-table.js';
import { TomlTable } from './toml-table.js';
import { YamlTable } from './yaml-table.js';

interface Format {
  new (text: string): ServerTable;
  /** A table with nothing but an entry of this text. */
  ofEntry(text: string): ServerTable;
}

/** The format of a configuration, by its name: TOML, YAML, else JSON with comments. */
export function formatOf(file: string): Format {
  if (/\.toml$/i.test(file)) return TomlTable;
  return /\.ya?ml$/i.test(file) ? YamlTable : JsonTable;
}
