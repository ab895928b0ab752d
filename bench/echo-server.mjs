// A server that answers every request at once with next to nothing.
let rest = [];
process.stdin.on('data', (chunk) => {
  let start = 0;
  for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
    rest.push(chunk.subarray(start, end));
    const { id } = JSON.parse(Buffer.concat(rest).toString());
    if (id !== undefined)
      process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[]}}\n`);
    rest = [];
    start = end + 1;
  }
  if (start < chunk.length) rest.push(chunk.subarray(start));
});
