import * as z from 'zod/mini';
import { NETWORK_CLASSES } from '../../runtime/data/networks.js';
import { CF125, CF126 } from '../diagnostics/messages.js';
import { code } from '../emit/code/code.js';
import { asList, type CallFacts, type Condition, orList, type Truth, type UrlReading } from './condition.js';
import { hostMatches, hostPatternForm, parseHostPattern } from './host-pattern.js';
import { networkClasses } from './network-class.js';
import { underAny } from './path-prefix.js';
import { stringOrList } from './schema.js';

/*
 * Conditions on URLs. A value is judged by all its readings: true if every one is, false if none is, else unknown.
 */

/** What one reading comes to. */
type OfReading = (reading: UrlReading) => Truth;

function overUrls(facts: CallFacts, truth: OfReading): Truth[] {
  return facts.urls().map((readings) => {
    if (readings === null) return 'unknown';
    return agreed(readings.map((reading) => (reading === null ? 'unknown' : truth(reading))));
  });
}

/** What all say alike. */
function agreed(truths: readonly Truth[]): Truth {
  return truths.every((one) => one === truths[0]) ? (truths[0] as Truth) : 'unknown';
}

function observed(facts: CallFacts, show: (reading: UrlReading) => string): string[] {
  const all = facts
    .urls()
    .flatMap((readings) => readings?.map((one) => (one ? show(one) : 'unknown URL')) ?? ['unknown URL']);
  return [...new Set(all)];
}

const truthOf = (holds: boolean): Truth => (holds ? 'true' : 'false');

/** `host`: a name, `*.` and a name, an address or a block. */
export const host: Condition<readonly string[]> = {
  key: 'host',
  dsl: { fact: 'host', operand: 'is' },
  schema: stringOrList,
  check: (value) =>
    asList(value).flatMap((pattern, i) => {
      const form = hostPatternForm(pattern);
      return 'form' in form
        ? []
        : [{ message: CF125({ pattern, problem: form.problem }), path: Array.isArray(value) ? [i] : [] }];
    }),
  lower: (value) => [asList(value).map((pattern) => (hostPatternForm(pattern) as { form: string }).form)],
  fact: () => 'url',
  evaluate: (patterns, facts) =>
    overUrls(facts, ({ host }) =>
      host === null ? 'unknown' : truthOf(patterns.some((pattern) => hostMatches(parseHostPattern(pattern), host))),
    ),
  observe: (_patterns, facts) => observed(facts, ({ host }) => host ?? 'no host'),
  emit: (patterns, context) => {
    const set = context.constant(`hosts_${patterns.join('_')}`, code`${context.use('hosts')}(${patterns})`);
    return code`${context.use('urlHost')}(f, ${set})`;
  },
  region: (patterns, algebra, mode) => algebra.parsed('url', host, patterns, mode),
  describe: (patterns) => `host is ${orList(patterns)}`,
};

const CLASSES = `one of ${NETWORK_CLASSES.join(', ')}`;
const networkClass = z.enum(NETWORK_CLASSES, { error: CLASSES });

/** `network`: the class of the host's address, or of its name. */
export const network: Condition<readonly string[]> = {
  key: 'network',
  dsl: { fact: 'network', operand: 'is' },
  schema: z.union([networkClass, z.array(networkClass).check(z.minLength(1, CLASSES))], { error: CLASSES }),
  lower: (value) => [asList(value)],
  fact: () => 'url',
  evaluate: (classes, facts) =>
    overUrls(facts, ({ host }) =>
      host === null ? 'unknown' : truthOf(networkClasses(host).some((one) => classes.includes(one))),
    ),
  observe: (_classes, facts) =>
    observed(facts, ({ host }) => (host === null ? 'no host' : `${host} ${networkClasses(host).join(' ')}`)),
  emit: (classes, context) => code`${context.use('urlNetwork')}(f, ${classes})`,
  region: (classes, algebra, mode) => algebra.parsed('url', network, classes, mode),
  describe: (classes) => `network is ${orList(classes)}`,
};

/** `scheme`. */
export const scheme: Condition<readonly string[]> = {
  key: 'scheme',
  dsl: { fact: 'scheme', operand: 'is' },
  schema: stringOrList,
  check: (value) =>
    asList(value).flatMap((name, i) => {
      const problem = schemeProblem(name);
      return problem === undefined
        ? []
        : [{ message: CF126({ what: 'scheme', text: name, problem }), path: Array.isArray(value) ? [i] : [] }];
    }),
  lower: (value) => [asList(value)],
  fact: () => 'url',
  evaluate: (schemes, facts) => overUrls(facts, (reading) => truthOf(schemes.includes(reading.scheme))),
  observe: (_schemes, facts) => observed(facts, (reading) => reading.scheme),
  emit: (schemes, context) => code`${context.use('urlScheme')}(f, ${schemes})`,
  region: (schemes, algebra, mode) => algebra.parsed('url', scheme, schemes, mode),
  describe: (schemes) => `scheme is ${orList(schemes)}`,
};

function schemeProblem(name: string): string | undefined {
  if (name === 'file') return 'a `file:` URL is a path: write `path_prefix`';
  if (/^[a-z][a-z0-9+.-]*$/.test(name)) return undefined;
  return /^[a-z][a-z0-9+.-]*$/i.test(name) ? 'write it in lower case' : 'write its name alone, such as `https`';
}

const PORT = 'a port from 0 to 65535, or a list of ports';
const portNumber = z.int({ error: PORT }).check(z.minimum(0, PORT), z.maximum(65535, PORT));

/** `port`: the URL's, else its scheme's. */
export const port: Condition<readonly number[]> = {
  key: 'port',
  dsl: { fact: 'port', operand: 'isNumber' },
  schema: z.union([portNumber, z.array(portNumber).check(z.minLength(1, PORT))], { error: PORT }),
  lower: (value) => [[value].flat() as number[]],
  fact: () => 'url',
  evaluate: (ports, facts) =>
    overUrls(facts, (reading) => (reading.port === null ? 'unknown' : truthOf(ports.includes(reading.port)))),
  observe: (_ports, facts) => observed(facts, (reading) => String(reading.port ?? 'no port')),
  emit: (ports, context) => code`${context.use('urlPort')}(f, ${ports})`,
  region: (ports, algebra, mode) => algebra.parsed('url', port, ports, mode),
  describe: (ports) => `port is ${ports.join(' or ')}`,
};

/** `url_path`: the URL's path lies at or under it, by whole segments. */
export const urlPath: Condition<readonly string[]> = {
  key: 'url_path',
  dsl: { fact: 'url', operator: 'under', operand: 'texts' },
  schema: stringOrList,
  check: (value) =>
    asList(value).flatMap((path, i) =>
      path.startsWith('/')
        ? []
        : [
            {
              message: CF126({ what: 'path of a URL', text: path, problem: 'it begins with `/`' }),
              path: Array.isArray(value) ? [i] : [],
            },
          ],
    ),
  lower: (value) => [asList(value)],
  fact: () => 'url',
  evaluate: (prefixes, facts) => {
    const forms = facts.urlPrefixes(prefixes);
    return overUrls(facts, ({ paths }) =>
      agreed(paths.map((path) => (path ? underAny(path, forms, false) : 'unknown'))),
    );
  },
  observe: (_prefixes, facts) =>
    observed(facts, ({ paths }) =>
      paths.map((path) => (path ? `/${path.segments.join('/')}` : 'unknown path')).join(' '),
    ),
  emit: (prefixes, context) => {
    const set = context.constant(`urls ${prefixes.join(' ')}`, code`${context.use('urlPaths')}(${prefixes})`);
    return code`${context.use('urlUnder')}(f, ${set})`;
  },
  region: (prefixes, algebra, mode) => algebra.parsed('url', urlPath, prefixes, mode),
  describe: (prefixes) => `URL under ${orList(prefixes)}`,
};

export const urls = [host, network, scheme, port, urlPath];
