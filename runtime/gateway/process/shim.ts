import { existsSync, readFileSync } from 'node:fs';
import { win32 } from 'node:path';

/** What a look-up on Windows needs of its surroundings; tests have others. @internal */
export interface ShimWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The node that runs this process. */
  readonly node: string;
  readonly exists: (path: string) => boolean;
  readonly read: (path: string) => string;
}

const THIS_WORLD: () => ShimWorld = () => ({
  env: process.env,
  cwd: process.cwd(),
  node: process.execPath,
  exists: existsSync,
  read: (path) => readFileSync(path, 'utf8'),
});

/** Where a shim of npm names its script: `"%dp0%\node_modules\…\index.js"`, `%~dp0\node_modules\npm\bin\npx-cli.js`. */
const SCRIPT = /%~?dp0%?\\([^"%\r\n]+\.[cm]?js)/gi;

/**
 * On Windows `npx` and what npm installs are batch files, which can't be started without a shell, and a shell would
 * read the arguments as its own language. What npm writes into them is a script for node: that is started instead.
 *
 * @returns the command to start.
 * @throws where the command is a batch file of another kind.
 */
export function withoutShim(command: readonly string[], world: ShimWorld = THIS_WORLD()): readonly string[] {
  const [file = '', ...args] = command;
  const found = find(file, world);
  if (found === undefined || !/\.(cmd|bat)$/i.test(found)) return command;
  const folder = win32.dirname(found);
  const scripts = [...world.read(found).matchAll(SCRIPT)].map((match) => win32.join(folder, match[1] as string));
  // npm's own names the folder of its prefix first and then what is in it: the last that is there is what runs.
  const script = scripts.filter(world.exists).at(-1);
  if (script === undefined) {
    throw new Error(`${JSON.stringify(found)} is a batch file: give the program it starts`);
  }
  const node = win32.join(folder, 'node.exe');
  return [world.exists(node) ? node : world.node, script, ...args];
}

/** As Windows looks for a command: in the folders of PATH, with the endings of PATHEXT. */
function find(file: string, { env, cwd, exists }: ShimWorld): string | undefined {
  const variable = (name: string) => Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1] ?? '';
  const endings = win32.extname(file) !== '' ? [''] : (variable('PATHEXT') || '.COM;.EXE;.BAT;.CMD').split(';');
  const folders = /[\\/]/.test(file) ? [''] : [cwd, ...variable('PATH').split(';').filter(Boolean)];
  for (const folder of folders) {
    for (const ending of endings) {
      const path = win32.resolve(cwd, folder, file + ending.toLowerCase());
      if (exists(path)) return path;
    }
  }
  return undefined;
}
