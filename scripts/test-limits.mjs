// Loaded before every test file: each test has a limit, so that one that hangs is a failure with a name.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { Worker } from 'node:worker_threads';

/** A test that says nothing else may take so long, in milliseconds. */
const LIMIT_MS = process.env.CAPFENCE_LONG === '1' ? 60 * 60 * 1000 : 120 * 1000;
/** What blocks the event loop is not stopped by its own limit: a while later the process is. */
const BEYOND_MS = 5000;

const WATCHDOG = `
const { parentPort } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const running = new Map();
parentPort.on('message', ({ id, name, until }) => {
  if (until === undefined) running.delete(id);
  else running.set(id, { name, until });
});
setInterval(() => {
  for (const { name, until } of running.values()) {
    if (Date.now() < until) continue;
    writeSync(2, 'FAIL ' + name + ' hangs: the process is stopped\\n');
    process.kill(process.pid, 'SIGKILL');
  }
}, 1000);
`;

/** @typedef {Record<string, unknown> & { timeout?: number, skip?: unknown }} Options */

/** @type {Worker | undefined} */
let watchdog;
let count = 0;

/** @param {unknown} message */
function tell(message) {
  if (watchdog === undefined) {
    watchdog = new Worker(WATCHDOG, { eval: true, execArgv: [] });
    watchdog.unref();
  }
  watchdog.postMessage(message);
}

/**
 * @param {string} name
 * @param {number} limit
 * @param {(...given: unknown[]) => unknown} body
 */
function watched(name, limit, body) {
  return async (/** @type {unknown[]} */ ...given) => {
    const id = ++count;
    tell({ id, name, until: Date.now() + limit + BEYOND_MS });
    // Its own limit has failed it: what goes on of it is no matter.
    const context = /** @type {{ signal?: AbortSignal } | undefined} */ (given[0]);
    context?.signal?.addEventListener('abort', () => tell({ id }), { once: true });
    try {
      return await body(...given);
    } finally {
      tell({ id });
    }
  };
}

/** @param {(...given: any[]) => unknown} test */
function limited(test) {
  return (/** @type {unknown[]} */ ...given) => {
    const name = typeof given[0] === 'string' ? given[0] : '(unnamed)';
    const body = given.findLast((one) => typeof one === 'function');
    if (body === undefined) return test(...given);
    const options = /** @type {Options} */ (given.find((one) => one !== null && typeof one === 'object') ?? {});
    const timeout = options.timeout ?? LIMIT_MS;
    return test(name, { ...options, timeout }, watched(name, timeout, /** @type {any} */ (body)));
  };
}

const runner = createRequire(import.meta.url)('node:test');
const { test } = runner;
runner.test = Object.assign(limited(test), test);
syncBuiltinESMExports();
