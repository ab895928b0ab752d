import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { parse as parseYaml } from 'yaml';
import { clientConfigs } from '../../../compiler/start/client-configs.js';
import { CLI, runCapfence } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';

const SERVER = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server-filesystem/package.json')),
  'dist/index.js',
);
const SECRETS = ['sk-verysecretverysecret', 'hunter2', 'https://me:pa55@example.com'];

/** The formats of the clients, each with what is typical of it. */
const FORMATS: Record<string, (data: string) => string> = {
  '.mcp.json': (data) => `{
  "mcpServers": {
    "files": {
      "command": ${JSON.stringify(process.execPath)},
      "args": [${JSON.stringify(SERVER)}, ${JSON.stringify(data)}],
      "env": { "API_KEY": "${SECRETS[0]}" }
    },
    "remote": { "type": "http", "url": "${SECRETS[2]}/mcp", "headers": { "Authorization": "Bearer ${SECRETS[0]}" } }
  }
}
`,
  '.vscode/mcp.json': (data) => `{
\t// The servers of this folder. Keep this comment.
\t"servers": {
\t\t"files": { /* inline */ "type": "stdio", "command": ${JSON.stringify(process.execPath)},
\t\t\t"args": [
\t\t\t\t${JSON.stringify(SERVER)}, // the server
\t\t\t\t${JSON.stringify(data)},
\t\t\t],
\t\t\t"env": { "PASSWORD": "${SECRETS[1]}" },
\t\t},
\t\t"waits": { "command": "npx", "args": ["-y", "some-server", "--token", "\${input:token}"] },
\t},
\t"inputs": [{ "id": "token", "type": "promptString" }]
}`,
  '.cursor/mcp.json': (data) =>
    `{"mcpServers":{"files":{"command":${JSON.stringify(process.execPath)},"args":[${JSON.stringify(SERVER)},${JSON.stringify(data)}]}}}`,
  'home/.claude.json': (data) =>
    `{\r\n  "numStartups": 3,\r\n  "projects": {\r\n    "/some/project": {\r\n      "mcpServers": {\r\n        "files": {\r\n          "command": ${JSON.stringify(process.execPath)},\r\n          "args": [${JSON.stringify(SERVER)}, ${JSON.stringify(data)}]\r\n        }\r\n      }\r\n    }\r\n  },\r\n  "mcpServers": {}\r\n}\r\n`,
  'home/.config/Claude/claude_desktop_config.json': (data) => `{
    "mcpServers": {
        "files": {
            "command": ${JSON.stringify(process.execPath)},
            "args": [
                ${JSON.stringify(SERVER)},
                ${JSON.stringify(data)}
            ]
        }
    }
}`,
  'home/.config/Code/User/settings.json': (data) => `{
  "editor.fontSize": 13, // the server
  "mcp": { "inputs": [], "servers": { "files": { "command": ${JSON.stringify(process.execPath)}, "args": [${JSON.stringify(SERVER)}, ${JSON.stringify(data)}] } } }
}`,
  'home/.config/zed/settings.json': (data) => `// Zed settings
{
  "theme": "One Dark",
  "context_servers": {
    "files": {
      "command": ${JSON.stringify(process.execPath)},
      "args": [${JSON.stringify(SERVER)}, ${JSON.stringify(data)}],
      "env": {}
    }
  }
}
`,
  'home/.config/amp/settings.json': (data) =>
    `{ "amp.mcpServers": { "files": { "command": ${JSON.stringify(process.execPath)}, "args": [${JSON.stringify(SERVER)}, ${JSON.stringify(data)}] } } }`,
  'opencode.json': (data) => `{
  "mcp": {
    "files": {
      "type": "local",
      "command": [${JSON.stringify(process.execPath)}, ${JSON.stringify(SERVER)}, ${JSON.stringify(data)}],
      "environment": { "A": "b" },
      "enabled": true
    }
  }
}
`,
  'home/.config/opencode/opencode.jsonc': (data) => `{
  "mcp": { "servers": { "files": { "type": "local", "command": [${JSON.stringify(process.execPath)}, ${JSON.stringify(SERVER)}, ${JSON.stringify(data)}] } } }
}
`,
  'home/.codeium/windsurf/mcp_config.json': (data) =>
    `{ "mcpServers": { "files": { "command": ${JSON.stringify(process.execPath)}, "args": [${JSON.stringify(SERVER)}, ${JSON.stringify(data)}] } } }\n`,
};

const node = JSON.stringify(process.execPath);
const server = JSON.stringify(SERVER);
Object.assign(FORMATS, {
  'home/.codex/config.toml': (data: string) => `# Codex
model = "x" # the server

[mcp_servers.files]   # Keep this comment.
command = ${node}
args = [
  ${server}, # the server
  ${JSON.stringify(data)},
]

[mcp_servers.files.env]
API_KEY = "${SECRETS[0]}"

[mcp_servers]
remote = { url = "${SECRETS[2]}/mcp" }

[other]
x = 1
`,
  '.codex/config.toml': (data: string) =>
    `[mcp_servers]\r\nfiles = { command = ${node}, args = [${server}, ${JSON.stringify(data)}] }\r\n`,
  'home/.continue/config.yaml': (data: string) => `name: mine
mcpServers:
  # Keep this comment.
  - name: files
    command: ${process.execPath}
    args:
      - ${SERVER} # the server
      - ${data}
    env:
      API_KEY: ${SECRETS[0]}
  - name: remote
    type: sse
    url: ${SECRETS[2]}/mcp
models: []
`,
  '.continue/mcpServers/files.yaml': (data: string) =>
    `name: files\nversion: 0.0.1\nschema: v1\nmcpServers:\n- {name: files, command: ${node}, args: [${server}, ${JSON.stringify(data)}]}\n`,
  'home/.config/goose/config.yaml': (data: string) => `GOOSE_PROVIDER: x
extensions:
  developer:
    type: builtin
    enabled: true
  files:
    args:
    - ${SERVER}
    - ${data}
    cmd: ${process.execPath} # the server
    enabled: true
    envs:
      API_KEY: ${SECRETS[0]}
    name: files
    type: stdio
`,
});

interface Place {
  readonly folder: string;
  readonly data: string;
  capfence(...args: string[]): { status: number | null; stdout: string; stderr: string };
}

async function withPlace(use: (place: Place) => void | Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  const data = join(folder, 'data');
  for (const dir of [home, data]) mkdirSync(dir);
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: '', XDG_STATE_HOME: join(home, 'state'), NO_COLOR: '1' };
  await use({
    folder,
    data,
    capfence: (...args) => runCapfence(args, { cwd: folder, env }),
  });
}

function write(folder: string, file: string, text: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const tell = ({ stdout, stderr }: { stdout: string; stderr: string }): string => stdout + stderr;

interface Entry {
  readonly command?: string | readonly string[];
  readonly cmd?: string;
  readonly args?: readonly string[];
}

/** The server as its client reads it, by parsers that are not ours. */
function entryOf(file: string, text: string): Entry {
  if (file.endsWith('.toml')) return (getStaticTOMLValue(parseTOML(text)) as Tables)['mcp_servers']?.['files'] as Entry;
  if (file.endsWith('.yaml')) {
    const { mcpServers, extensions } = parseYaml(text) as { mcpServers?: Entry[]; extensions?: Record<string, Entry> };
    return mcpServers?.[0] ?? (extensions?.['files'] as Entry);
  }
  const strip = text.replace(/^\s*\/\/.*$|\/\*.*?\*\/|\/\/ the server/gm, '').replace(/,(\s*[\]}])/g, '$1');
  const config = JSON.parse(strip);
  return [config, config.mcp, config.projects?.['/some/project']]
    .flatMap((place) => [place?.mcpServers, place?.servers, place?.context_servers, place?.['amp.mcpServers'], place])
    .map((table) => table?.files)
    .find((found) => found !== undefined);
}

type Tables = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

for (const [file, textOf] of Object.entries(FORMATS)) {
  test(`wrap and unwrap: ${file}`, async () => {
    await withPlace(async ({ folder, data, capfence }) => {
      const text = textOf(data);
      const path = write(folder, file, text);
      const said: string[] = [];

      const dry = capfence('wrap', '--dry-run', file);
      said.push(tell(dry));
      assert.equal(readFileSync(path, 'utf8'), text);
      assert.match(dry.stdout, /^\+ "args": .*"run"/m);
      assert.deepEqual(
        readdirSync(dirname(path)).filter((name) => name.includes('capfence')),
        [],
      );
      assert.ok(!existsSync(join(folder, 'home/.config/capfence')), 'nothing is written');

      const wrap = capfence('wrap', file);
      said.push(tell(wrap));
      assert.equal(wrap.status, text.includes('input:token') ? 1 : 0, wrap.stderr);
      const after = readFileSync(path, 'utf8');
      assert.notEqual(after, text);
      assert.equal(statSync(path).mode & 0o777, 0o600);
      if (text.includes('# Keep')) assert.ok(after.includes('# Keep this comment.'));
      for (const [comment] of file.includes('json') ? text.matchAll(/\/\/.*|\/\*.*?\*\//g) : []) {
        if (!/the server$/.test(comment) && !comment.startsWith('//me') && !comment.includes('example.com'))
          assert.ok(after.includes(comment), comment);
      }
      const again = capfence('wrap', file);
      said.push(tell(again));
      assert.equal(readFileSync(path, 'utf8'), after, 'wrapping again changes nothing');

      // The gateway is what the client starts now.
      const entry = entryOf(file, after);
      const [command, ...args] = [entry.command ?? entry.cmd, ...(entry.args ?? [])].flat() as [string, ...string[]];
      assert.deepEqual(args.slice(args.indexOf('--') + 1), [process.execPath, SERVER, data]);
      assert.equal(args[args.indexOf('--root') + 1], data);
      const client = new Client({ name: 'test', version: '1' });
      const env = { ...process.env, HOME: join(folder, 'home'), XDG_STATE_HOME: join(folder, 'state') } as Record<
        string,
        string
      >;
      await client.connect(new StdioClientTransport({ command, args, env, cwd: folder, stderr: 'ignore' }));
      const { tools } = await client.listTools();
      assert.ok(tools.some(({ name }) => name === 'read_text_file'));
      writeFileSync(join(data, 'x.txt'), 'hello');
      const read = await client.callTool({ name: 'read_text_file', arguments: { path: join(data, 'x.txt') } });
      assert.match(JSON.stringify(read), /hello/);
      const blocked = await client.callTool({
        name: 'write_file',
        arguments: { path: join(data, 'y'), content: '', decoy: '/etc/x' },
      });
      assert.equal(blocked.isError, true);
      assert.match(JSON.stringify(blocked), /AgentActionBlocked.*(?:capfence approve|capfence trace|path)/);
      await client.close();

      const dryUndo = capfence('unwrap', '--dry-run', file);
      said.push(tell(dryUndo));
      assert.equal(readFileSync(path, 'utf8'), after);
      const undo = capfence('unwrap', file);
      said.push(tell(undo));
      assert.equal(undo.status, 0, undo.stderr);
      assert.equal(readFileSync(path, 'utf8'), text, 'exactly as it was');
      assert.deepEqual(
        readdirSync(dirname(path)).filter((name) => name.includes('capfence-')),
        [],
        'and nothing is left beside it',
      );
      for (const secret of SECRETS) assert.ok(!said.join().includes(secret), secret);
    });
  });
}

test('without files all known clients are found; what was edited since is kept', async () => {
  await withPlace(({ folder, data, capfence }) => {
    const one = write(folder, '.mcp.json', (FORMATS['.mcp.json'] as (data: string) => string)(data));
    const two = write(folder, 'home/.cursor/mcp.json', (FORMATS['.cursor/mcp.json'] as (data: string) => string)(data));
    const wrap = capfence('wrap');
    assert.equal(wrap.status, 0, wrap.stderr);
    assert.match(wrap.stderr, /remote: its client reaches it by an address/);
    for (const file of [one, two]) assert.match(readFileSync(file, 'utf8'), /"run"/);
    // Edited by hand: another server, another argument.
    const wrapped = readFileSync(two, 'utf8');
    const last = wrapped.lastIndexOf(JSON.stringify(data)) + JSON.stringify(data).length;
    const edited = `${wrapped.slice(0, last)},"/more"${wrapped.slice(last)}`.replace(
      '{"mcpServers":{',
      '{"mcpServers":{"other":{"url":"http://x"},',
    );
    writeFileSync(two, edited);
    const unwrap = capfence('unwrap');
    assert.equal(unwrap.status, 1);
    assert.match(unwrap.stderr, /files: left as it is: it was changed since it was wrapped.*wraps.*\.backup/);
    assert.equal(readFileSync(two, 'utf8'), edited, 'what it did not take away itself it does not install');
    assert.equal(readFileSync(one, 'utf8'), (FORMATS['.mcp.json'] as (data: string) => string)(data));
    const kept = readdirSync(join(folder, 'home/state/capfence/wraps')).filter((name) => name.endsWith('.backup'));
    assert.equal(kept.length, 1, 'it is not what it was, so the backup stays');
    assert.deepEqual(readdirSync(join(folder, 'home/.cursor')), ['mcp.json'], 'nothing lies beside it');
    assert.match(capfence('unwrap', '.mcp.json').stderr, /nothing is wrapped/);
  });
});

/** The one file in which wrap keeps what it did. */
const keptIn = (folder: string): string => {
  const dir = join(folder, 'home/state/capfence/wraps');
  return join(dir, readdirSync(dir).find((name) => name.endsWith('.json')) as string);
};

const PLAIN = (data: string) =>
  JSON.stringify({ mcpServers: { files: { command: process.execPath, args: [SERVER, data] } } }, null, 2);

test('unwrap installs nothing but what wrap took away: a forged, damaged or missing record changes nothing', async () => {
  const evil = { command: 'sh', args: ['-c', 'evil'] };
  const forged: readonly ((text: string) => string | undefined)[] = [
    (text) => text.replace(/"before": "\{[^\n]*/, `"before": ${JSON.stringify(JSON.stringify(evil))},`),
    (text) => text.replace(/\\"args\\"/, '\\"env\\":{\\"LD_PRELOAD\\":\\"x\\"},\\"args\\"'),
    (text) => text.slice(0, text.length / 2),
    () => '[]',
    () => '{"v":1}',
    () => undefined,
  ];
  for (const forge of forged) {
    await withPlace(({ folder, data, capfence }) => {
      const path = write(folder, 'mcp.json', PLAIN(data));
      assert.equal(capfence('wrap', 'mcp.json').status, 0);
      assert.ok(!existsSync(`${path}.capfence-undo.json`), 'nothing to rewrite stands beside the file');
      const wrapped = readFileSync(path, 'utf8');
      const kept = keptIn(folder);
      const before = readFileSync(kept, 'utf8');
      const text = forge(before);
      if (text === undefined) rmSync(kept);
      else {
        assert.notEqual(text, before);
        writeFileSync(kept, text);
      }
      const { status, stderr } = capfence('unwrap', 'mcp.json');
      assert.notEqual(status, 0, stderr);
      assert.match(stderr, /\.backup/, 'the backup is named');
      assert.equal(readFileSync(path, 'utf8'), wrapped);
      assert.doesNotMatch(stderr, /\n\s+at /, 'a sentence, no stack');
    });
  }
});

test('entries on one line and without arguments come back to the letter', async () => {
  for (const text of [
    `{"mcpServers":{"files":{"command":"${SERVER}"}}}`,
    `{ "mcpServers": { "files": { "command": "${SERVER}" }, "b": {"url": "http://x"} } }`,
    `{"mcpServers":{"files":{"env":{},"command":"${SERVER}","x":[1]}}}\n`,
    `{\n  "mcpServers": { "files": {"command": "${SERVER}", "args": []} }\n}\n`,
  ]) {
    await withPlace(({ folder, capfence }) => {
      const path = write(folder, 'mcp.json', text);
      writeFileSync(join(folder, 'p.yaml'), 'allow: [filesystem.read]\n');
      writeFileSync(join(folder, 'l.json'), '{"server":{"name":"s","version":"1"},"tools":[]}');
      assert.equal(capfence('wrap', 'mcp.json', '--policy', 'p.yaml', '--lock', 'l.json').status, 0);
      assert.match(readFileSync(path, 'utf8'), /"run"/);
      assert.equal(capfence('unwrap', 'mcp.json').status, 0);
      assert.equal(readFileSync(path, 'utf8'), text);
      assert.deepEqual(readdirSync(join(folder, 'home/state/capfence/wraps')), [], 'nothing is left');
    });
  }
});

test('what a client saves while servers are started is kept', async () => {
  await withPlace(async ({ folder, data }) => {
    const slow = join(folder, 'slow.mjs');
    writeFileSync(slow, `await new Promise((r) => setTimeout(r, 1500)); await import(${JSON.stringify(SERVER)});`);
    const entry = { command: process.execPath, args: [slow, data] };
    const text = (more: object) => JSON.stringify({ mcpServers: { files: entry, ...more } }, null, 2);
    const path = write(folder, 'mcp.json', text({}));
    const home = join(folder, 'home');
    const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: '', XDG_STATE_HOME: join(home, 'state') };
    const child = spawn(process.execPath, [CLI, 'wrap', 'mcp.json'], { cwd: folder, env, stdio: 'ignore' });
    await new Promise((resolve) => setTimeout(resolve, 700));
    writeFileSync(path, text({ saved: { command: 'meanwhile', args: ['x'] } }));
    const status = await new Promise((resolve) => child.once('exit', resolve));
    assert.equal(status, 0);
    const { mcpServers } = JSON.parse(readFileSync(path, 'utf8'));
    assert.ok(mcpServers.files.args.includes('run'));
    assert.deepEqual(mcpServers.saved, { command: 'meanwhile', args: ['x'] });
  });
});

test('a key that is there twice, at whatever level, is refused with its place', async () => {
  for (const text of [
    '{"mcpServers":{"a":{"command":"x","command":"y"}}}',
    '{"mcpServers":{"a":{"command":"x"}},"mcpServers":{}}',
    '{"mcpServers":{"a":{"command":"x","env":{"A":"1","A":"2"}}}}',
    '{"other":[{"k":1,"k":2}],"mcpServers":{"a":{"command":"x"}}}',
  ]) {
    await withPlace(({ folder, capfence }) => {
      const path = write(folder, 'mcp.json', text);
      const { status, stderr } = capfence('wrap', 'mcp.json');
      assert.equal(status, 2);
      assert.match(stderr, /mcp\.json:1:\d+: "\w+" is there twice/);
      assert.equal(readFileSync(path, 'utf8'), text);
    });
  }
});

test('one policy for all, and only the servers named', async () => {
  await withPlace(({ folder, data, capfence }) => {
    const entry = { command: process.execPath, args: [SERVER, data] };
    const path = write(folder, 'mcp.json', JSON.stringify({ mcpServers: { a: entry, b: entry } }, null, 2));
    writeFileSync(join(folder, 'p.yaml'), 'allow: [filesystem.read]\n');
    assert.equal(capfence('wrap', 'mcp.json', '--policy', 'p.yaml', '--server', 'a').status, 0);
    const { mcpServers } = JSON.parse(readFileSync(path, 'utf8'));
    assert.deepEqual(mcpServers.b, entry);
    assert.equal(mcpServers.a.args[mcpServers.a.args.indexOf('--policy') + 1], join(folder, 'p.yaml'));
    assert.equal(capfence('wrap', 'mcp.json', '--policy', 'none.yaml').status, 1, 'b is left as it is');
  });
});

test('what can not be read is left alone, with the place', async () => {
  await withPlace(({ folder, capfence }) => {
    for (const [text, problem] of [
      ['{ "mcpServers": { "a": { "command": "x" ', /mcp\.json:1:\d+: /],
      ['{ "mcpServers": { "a": {"command":"x"}, "a": {"command":"y"} } }', /"a" is there twice/],
    ] as const) {
      const path = write(folder, 'mcp.json', text);
      const { status, stderr } = capfence('wrap', 'mcp.json');
      assert.equal(status, 2);
      assert.match(stderr, problem);
      assert.equal(readFileSync(path, 'utf8'), text);
    }
    assert.equal(capfence('wrap', 'missing.json').status, 2);
    assert.equal(capfence('wrap').status, 0 + (existsSync(join(folder, 'mcp.json')) ? 2 : 0));
    const gone = write(folder, 'mcp.json', '{"mcpServers":{"a":{"command":"no-such-command-here"}}}');
    assert.equal(capfence('wrap').status, 1);
    assert.match(readFileSync(gone, 'utf8'), /^\{"mcpServers":\{"a":\{"command":"no-such-command-here"\}\}\}$/);
    // A link stays one.
    const real = write(folder, 'dotfiles/mcp.json', '{}');
    rmSync(join(folder, 'mcp.json'));
    symlinkSync(real, join(folder, 'mcp.json'));
    assert.equal(capfence('wrap', 'mcp.json').status, 2);
    assert.ok(lstatSync(join(folder, 'mcp.json')).isSymbolicLink());
  });
});

test('where clients keep their servers, by platform', () => {
  const paths = (platform: NodeJS.Platform) =>
    clientConfigs('/p', '/h', platform, { APPDATA: '/h/AppData/Roaming' }).map(({ path }) =>
      path.replaceAll('\\', '/'),
    );
  assert.ok(paths('darwin').includes('/h/Library/Application Support/Claude/claude_desktop_config.json'));
  assert.ok(paths('win32').includes('/h/AppData/Roaming/Claude/claude_desktop_config.json'));
  assert.ok(paths('linux').includes('/h/.config/Code/User/mcp.json'));
  assert.ok(paths('linux').includes('/h/.config/zed/settings.json'));
  assert.ok(paths('win32').includes('/h/AppData/Roaming/Zed/settings.json'));
  assert.ok(paths('darwin').includes('/h/.gemini/settings.json'));
  const cline = 'globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json';
  assert.ok(paths('darwin').includes(`/h/Library/Application Support/Code/User/${cline}`));
});

test('named examples: what was found by attacking wrap', async (t) => {
  const entry = (data: string, ...more: string[]) => ({ command: process.execPath, args: [SERVER, data, ...more] });

  await t.test('servers of one name in two places have a policy each', async () => {
    await withPlace(({ folder, data, capfence }) => {
      const other = join(folder, 'other');
      mkdirSync(other);
      write(folder, 'p1/mcp.json', JSON.stringify({ mcpServers: { files: entry(data) } }));
      write(
        folder,
        'p2/mcp.json',
        JSON.stringify({
          projects: { a: { mcpServers: { files: entry(other) } }, b: { mcpServers: { files: entry(data) } } },
        }),
      );
      assert.equal(capfence('wrap', 'p1/mcp.json', 'p2/mcp.json').status, 0);
      const policies = readdirSync(join(folder, 'home/.config/capfence')).filter((name) => name.endsWith('.yaml'));
      assert.equal(policies.length, 3);
      const texts = policies.map((name) => readFileSync(join(folder, 'home/.config/capfence', name), 'utf8'));
      assert.equal(texts.filter((text) => text.includes(JSON.stringify(other))).length, 1);
    });
  });

  await t.test('no secret in whatever form is printed', async () => {
    await withPlace(({ folder, data, capfence }) => {
      const secret = 'S3CR3Tvalue';
      const hiding = [
        'host=db password=S3CR3Tvalue',
        'Server=x;Password=S3CR3Tvalue;',
        'https://h.example/api/S3CR3Tvalue/mcp',
        '--password',
        '--S3CR3Tvalue',
        '--token=S3CR3Tvalue',
        '-H',
        'X-Any: S3CR3Tvalue',
      ];
      const config = {
        oauthAccount: { accessToken: secret },
        mcpServers: {
          files: { ...entry(data, ...hiding), env: { A: secret }, auth: { CLIENT_SECRET: secret } },
          w: { serverUrl: `https://u:${secret}@h/` },
        },
      };
      write(folder, 'mcp.json', JSON.stringify(config));
      const script = `console.error(process.env.A); process.stdin.once('data', () => console.log(JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: 1, message: 'bad \\u001b[2J ' + process.env.A } })))`;
      write(
        folder,
        'bad.json',
        JSON.stringify({
          mcpServers: {
            bad: { command: process.execPath, args: ['-e', script], env: { A: secret } },
            gone: { command: 'no-such', args: hiding },
          },
        }),
      );
      const said = [['--dry-run', 'mcp.json'], ['mcp.json'], ['--dry-run', 'bad.json'], ['bad.json']].map((args) =>
        tell(capfence('wrap', ...args)),
      );
      said.push(tell(capfence('unwrap', '--dry-run', 'mcp.json')));
      assert.ok(!said.join().includes(secret), said.join());
      assert.ok(!said.join().includes('\u001b'));
      assert.match(said[0] as string, /^- .*"command"/m);
    });
  });

  await t.test('another program of the same shape is neither ours nor rewritten', async () => {
    await withPlace(({ folder, capfence }) => {
      const text = JSON.stringify({
        mcpServers: {
          a: { command: 'node', args: ['/opt/other/dist/cli.js', 'run', '--policy', 'x', '--', 'realserver'] },
        },
      });
      const path = write(folder, 'mcp.json', text);
      assert.match(capfence('unwrap', 'mcp.json').stderr, /nothing is wrapped/);
      assert.equal(readFileSync(path, 'utf8'), text);
    });
  });

  await t.test('what can not be guarded is left as it is, and said', async () => {
    await withPlace(({ folder, capfence }) => {
      const server = (tools: unknown) => [
        '-e',
        `process.stdin.on('data', (data) => { for (const line of String(data).trim().split('\\n')) { const { id, method } = JSON.parse(line); if (id) console.log(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'initialize' ? { protocolVersion: '2025-11-25', serverInfo: { name: '', version: '' } } : { tools: ${JSON.stringify(tools)} } })); } })`,
      ];
      const twice = { name: 'a', inputSchema: { type: 'object', required: 5 } };
      const servers = { none: [], twice: [twice, twice], nameless: [{ name: 5 }], nothing: [null] };
      const config = {
        mcpServers: Object.fromEntries(
          Object.entries(servers).map(([name, tools]) => [
            name,
            { command: process.execPath, args: server(tools), env: null },
          ]),
        ),
      };
      const text = JSON.stringify(config);
      const path = write(folder, 'mcp.json', text);
      const { status, stderr } = capfence('wrap', 'mcp.json');
      assert.equal(status, 1, stderr);
      assert.equal(stderr.match(/left as it is/g)?.length, 4, stderr);
      assert.equal(readFileSync(path, 'utf8'), text);
      assert.equal(capfence('wrap', 'mcp.json', '--server', 'typo').status, 2);
      write(folder, 'empty.json', '{"something":"else"}');
      assert.equal(capfence('wrap', 'empty.json').status, 2);
    });
  });
});

test('the servers of a profile of Visual Studio Code are found', async () => {
  await withPlace(({ folder, data, capfence }) => {
    const entry = { command: process.execPath, args: [SERVER, data] };
    const text = JSON.stringify({ servers: { files: entry } });
    const path = write(folder, 'home/.config/Code/User/profiles/-4a3/mcp.json', text);
    write(
      folder,
      'home/.config/Code/User/settings.json',
      '{ "mcp": { "inputs": [{ "type": "promptString" }] }, "x": 1 }',
    );
    const { status, stderr } = capfence('wrap', '--dry-run');
    assert.equal(status, 0, stderr);
    assert.ok(stderr.includes(`${path}: files: would be behind CapFence`), stderr);
    assert.doesNotMatch(stderr, /inputs/);
  });
});

test('flags of the gateway that a person has changed go with it, and nothing else does', async () => {
  await withPlace(({ folder, data, capfence }) => {
    const path = write(folder, 'mcp.json', PLAIN(data));
    assert.equal(capfence('wrap', 'mcp.json').status, 0);
    const wrapped = readFileSync(path, 'utf8');
    writeFileSync(path, wrapped.replace('"--policy"', '"--approval", "hold", "--policy"'));
    const { status, stderr } = capfence('unwrap', 'mcp.json');
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), JSON.parse(PLAIN(data)));
    // Another variable beside it was nobody's to take away.
    assert.equal(capfence('wrap', 'mcp.json').status, 0);
    const edited = readFileSync(path, 'utf8').replace('"command"', '"env": { "A": "b" },\n "command"');
    writeFileSync(path, edited);
    assert.match(capfence('unwrap', 'mcp.json').stderr, /it was changed since it was wrapped/);
    assert.equal(readFileSync(path, 'utf8'), edited);
  });
});

test('TOML and YAML that can not be read are left alone, with the place', async () => {
  await withPlace(({ folder, capfence }) => {
    const toml = '[mcp_servers.a]\ncommand = "x"\ncommand = "y"\n';
    const yaml = 'extensions:\n  a: {cmd: x}\n  a: {cmd: y}\n';
    for (const [name, text, place] of [
      ['config.toml', toml, /config\.toml:3:1: /],
      ['config.yaml', yaml, /config\.yaml:3:3: /],
    ] as const) {
      const path = write(folder, name, text);
      const { status, stderr } = capfence('wrap', name);
      assert.equal(status, 2);
      assert.match(stderr, place);
      assert.equal(readFileSync(path, 'utf8'), text);
    }
  });
});

test('what can not be written anew is left as it is, and said', async () => {
  await withPlace(({ folder, capfence }) => {
    writeFileSync(join(folder, 'p.yaml'), 'allow: [filesystem.read]\n');
    writeFileSync(join(folder, 'l.json'), '{"server":{"name":"s","version":"1"},"tools":[]}');
    for (const [name, text, said] of [
      ['a.yaml', 'extensions:\n  a: {cmd: x, args: &x [b]}\n  b: {cmd: y, args: *x}\n', /&anchor/],
      ['b.yaml', 'extensions:\n  a:\n    cmd: |-\n      x\n    args: [b]\n', /on lines of its own/],
      ['c.yaml', 'extensions:\n  a: {cmd: x, args: [80]}\n', /no text: put it in quotes/],
      ['d.toml', '[mcp_servers]\na.command = "x"\na.args = []\n', /its keys stand apart/],
      ['e.toml', 'mcp_servers.a = { command = "x" }\n', /its keys stand apart/],
    ] as const) {
      const path = write(folder, name, text);
      const { status, stderr } = capfence('wrap', name, '--policy', 'p.yaml', '--lock', 'l.json');
      assert.equal(status, 1, stderr);
      assert.match(stderr, said, name);
      assert.equal(readFileSync(path, 'utf8'), text);
    }
    // A key without a value has no arguments.
    const path = write(folder, 'f.yaml', 'extensions:\n  a:\n    cmd: x\n    args:\n');
    assert.equal(capfence('wrap', 'f.yaml', '--policy', 'p.yaml', '--lock', 'l.json').status, 0);
    assert.match(readFileSync(path, 'utf8'), /args: \["/);
    assert.equal(capfence('unwrap', 'f.yaml').status, 0);
    assert.equal(readFileSync(path, 'utf8'), 'extensions:\n  a:\n    cmd: x\n    args:\n');
  });
});
