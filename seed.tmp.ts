import { ApprovalFolder } from './runtime/approvals/folder.js';
import { draft } from './test/support/approvals.js';
const s = new ApprovalFolder(process.argv[2]!);
const long = Array.from({length:60},(_, i)=>`line ${i} of a long file <script>alert(1)</script>`).join('\n')+'\u202E evil';
await s.ask(draft('a', { tool: 'write_file', arguments: JSON.stringify({ content: long, path: '/data/prod/a.txt' }), context:{tenant:'a'}, roots:['/data'], grantable: { base: 'b', members: { path: 'x', content: 'y' }, paths: ['path'], fixed: [] } }), 3000);
await s.ask(draft('b', { tool: 'edit_file', arguments: JSON.stringify({ path: '/data/prod/b.ts', oldText: 'a\nb\nc\n', newText: 'a\nB\nc\nd\n' }) }), 300);
await s.ask(draft('c', { tool: '<img src=x onerror=alert(1)>', agent: 'evil"\'<b>', arguments: JSON.stringify({ '<b>k</b>': 'שלום abc', n: 1, zero: 'a\u200bb' }) }), 9000);
