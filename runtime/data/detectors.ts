/*
 * What secrets look like, in the manner of the tool catalogue: one row a format. Patterns are RE2 and stand anywhere in a
 * text; where a format has a check, what matches its pattern counts only if it passes. docs/secrets.md has them all.
 */

/** Changes whenever a row does: a compiled policy names it. */
export const DETECTORS_VERSION = 1;

/**
 * What a match must be beside its pattern.
 *
 * - `luhn`: the digits of a payment card, with its check digit, and no part of a longer number.
 * - `crc32`: six characters of base 62 that are the CRC-32 of the thirty before, where it is as long as that.
 * - `jwt`: a header that is JSON and names an algorithm.
 * - `armour`: key material follows, or comes before; the secret is all of it.
 * - `assigned`: the secret is what stands after the sign, if it is no placeholder.
 * - `password`: the secret is what stands between `:` and `@`, if it is no placeholder.
 * - `credentials`: the secret is the last word, if it is no placeholder.
 * - `lead`: it begins `lead` characters before its pattern.
 */
export type DetectorCheck = 'luhn' | 'crc32' | 'jwt' | 'armour' | 'assigned' | 'password' | 'credentials' | 'lead';

export interface Detector {
  readonly name: string;
  /** What it is, for people. */
  readonly what: string;
  readonly pattern: string;
  readonly check?: DetectorCheck;
  /** So many characters before the pattern belong to it. */
  readonly lead?: number;
  /** Where the format is told. */
  readonly source: string;
  /** Looks like it, and is none. */
  readonly harmless: string;
}

type More = Pick<Detector, 'check' | 'lead'>;

const row = (
  name: string,
  what: string,
  pattern: string,
  source: string,
  harmless: string,
  more: More = {},
): Detector => ({
  name,
  what,
  // An underscore is part of a word, but names are often tied to values by one.
  pattern: pattern.startsWith('\\b') ? `(?:\\b|_)${pattern.slice(2)}` : pattern,
  source,
  harmless,
  ...more,
});

/** Names of what is a secret when it is assigned: the last words of `DB_PASSWORD`. */
const SECRET_NAMES = [
  'SECRET',
  'SECRET_KEY',
  'SECRET_KEY_BASE',
  'SECRET_ACCESS_KEY',
  'CLIENT_SECRET',
  'TOKEN',
  'PASSWORD',
  'PASSWD',
  'PASSPHRASE',
  'API_KEY',
  'APIKEY',
  'ACCESS_KEY',
  'PRIVATE_KEY',
  'ENCRYPTION_KEY',
  'SIGNING_KEY',
  'AUTH_KEY',
].join('|');

const SIGN = `["']?[ \\t]*(?::|=|=>|:=)[ \\t]*`;

export const DETECTORS: readonly Detector[] = [
  row(
    'private_key',
    'a private key in PEM or OpenSSH armour',
    '-----(?:BEGIN|END) (?:[A-Z0-9]+ )*PRIVATE KEY-----',
    'RFC 7468 sections 10 and 11; OpenSSH PROTOCOL.key',
    '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
    { check: 'armour' },
  ),
  row(
    'pgp_private_key',
    'a private key in OpenPGP armour',
    '-----(?:BEGIN|END) PGP PRIVATE KEY BLOCK-----',
    'RFC 9580 section 6.2',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    { check: 'armour' },
  ),
  row(
    'age_secret_key',
    'an identity of age',
    '\\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}\\b',
    'age-encryption.org/v1',
    'AGE-SECRET-KEY-1...',
  ),
  row(
    'aws_access_key_id',
    'the id of an access key of AWS',
    '\\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\\b',
    'AWS IAM user guide, Unique identifiers',
    'AKIA_EXAMPLE',
  ),
  row(
    'aws_secret_access_key',
    'a secret access key of AWS, by its name',
    `\\b(?:aws_?|AWS_?)?(?:secret_?access_?key|SECRET_?ACCESS_?KEY|[sS]ecretAccessKey)${SIGN}["']?[A-Za-z0-9/+]{40}`,
    'AWS CLI user guide, Configuration and credential file settings',
    'aws_secret_access_key = YOUR_SECRET_KEY',
    { check: 'assigned' },
  ),
  row(
    'google_api_key',
    'an API key of Google',
    '\\bAIza[0-9A-Za-z_-]{35}',
    'Google Cloud, Manage API keys',
    'AIzaSy...',
  ),
  row(
    'google_oauth_token',
    'an access token of Google',
    '\\bya29\\.[0-9A-Za-z_-]{20,}',
    'Google Identity, OAuth 2.0',
    'ya29.token',
  ),
  row(
    'google_refresh_token',
    'a refresh token of Google',
    '\\b1//0[0-9A-Za-z_-]{40,}',
    'Google Identity, OAuth 2.0',
    '1//0/path',
  ),
  row(
    'google_client_secret',
    'an OAuth client secret of Google',
    '\\bGOCSPX-[0-9A-Za-z_-]{28}',
    'Google Identity, OAuth 2.0',
    'GOCSPX-secret',
  ),
  row(
    'firebase_server_key',
    'a server key of Firebase Cloud Messaging',
    '\\bAAAA[0-9A-Za-z_-]{7}:[0-9A-Za-z_-]{140}',
    'Firebase Cloud Messaging, Authorize send requests',
    'AAAAB3NzaC1yc2E:comment',
  ),
  row(
    'azure_storage_key',
    'an account key of Azure Storage',
    '(?:AccountKey|SharedAccessKey)["\']?[:=] ?["\']?[A-Za-z0-9+/]{43,86}=',
    'Azure Storage, Configure connection strings',
    'AccountKey=<account-key>',
  ),
  row(
    'azure_client_secret',
    'a client secret of Microsoft Entra',
    '[78]Q~[A-Za-z0-9_~.-]{31,34}',
    'Microsoft Purview, Client secret / API key',
    'abc8Q~short',
    { check: 'lead', lead: 3 },
  ),
  row(
    'azure_sas',
    'the signature of a shared access signature of Azure',
    '[?&;]sig=[A-Za-z0-9%+/]{43,60}(?:%3[Dd]|=)',
    'Azure Storage, Create a service SAS',
    '?sig=signature',
  ),
  row(
    'github_token',
    'a token of GitHub',
    '\\bgh[pousr]_[A-Za-z0-9]{36,}\\b',
    'GitHub blog, 2021-04-05, new authentication token formats',
    'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    { check: 'crc32' },
  ),
  row(
    'github_fine_grained_token',
    'a fine-grained token of GitHub',
    '\\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\\b',
    'GitHub docs, About authentication to GitHub',
    'github_pat_11AAAAAAA0example',
  ),
  row(
    'gitlab_token',
    'a token of GitLab',
    '\\bgl(?:pat|dt|ptt|rt|rtr|cbt|ft|soat|imt|agent|oas|ffct)-[0-9A-Za-z_-]{20,}',
    'GitLab docs, Token overview, Token prefixes',
    'glpat-your-token',
  ),
  row(
    'slack_token',
    'a token of Slack',
    '\\bxox[abcdeoprs]-[0-9]+-[0-9A-Za-z-]{10,}',
    'Slack API, Token types',
    'xoxb-your-token-here',
  ),
  row(
    'slack_app_token',
    'an app-level or configuration token of Slack',
    '\\b(?:xapp-[0-9]-[A-Z0-9]{9,}-[0-9]{9,}-[a-f0-9]{32,}|xoxe(?:\\.xox[bp])?-[0-9]-[A-Za-z0-9]{80,})',
    'Slack API, Token types',
    'xapp-1-A000-000-token',
  ),
  row(
    'slack_webhook',
    'an incoming webhook of Slack',
    'hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Z][A-Z0-9]{6,}/[A-Za-z0-9/]{20,}',
    'Slack API, Sending messages using incoming webhooks',
    'https://hooks.slack.com/services/T000/B000/XXXX',
  ),
  row(
    'discord_webhook',
    'a webhook of Discord',
    'discord(?:app)?\\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,}',
    'Discord developer docs, Webhook resource',
    'https://discord.com/api/webhooks/id/token',
  ),
  row(
    'stripe_key',
    'a secret or restricted key of Stripe',
    '\\b[sr]k_(?:live|test)_[0-9A-Za-z]{16,}',
    'Stripe docs, API keys',
    'sk_test_...',
  ),
  row(
    'stripe_webhook_secret',
    'a signing secret of a webhook of Stripe',
    '\\bwhsec_[0-9A-Za-z+/]{32,}',
    'Stripe docs, Resolve webhook signature verification errors',
    'whsec_test',
  ),
  row(
    'npm_token',
    'an access token of npm',
    '\\bnpm_[A-Za-z0-9]{36}\\b',
    'GitHub changelog, 2021-09-23, npm has a new access token format',
    'npm_config_registry',
  ),
  row(
    'pypi_token',
    'an API token of PyPI',
    '\\bpypi-AgE[A-Za-z0-9_-]{50,}',
    'PyPI help, API tokens; pypitoken reference',
    'pypi-AgEIcHlwaS5vcmc',
  ),
  row(
    'rubygems_key',
    'an API key of RubyGems',
    '\\brubygems_[a-f0-9]{48}\\b',
    'RubyGems guides, API key scopes',
    'rubygems_version',
  ),
  row(
    'openai_key',
    'an API key of OpenAI',
    '\\bsk-(?:(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_-]{32,}|[A-Za-z0-9]{32,})',
    'OpenAI API reference, Authentication',
    'sk-your-key-here',
  ),
  row(
    'anthropic_key',
    'an API key of Anthropic',
    '\\bsk-ant-[a-z0-9]{3,10}-[A-Za-z0-9_-]{32,}',
    'Anthropic API docs, Authentication',
    'sk-ant-api03-...',
  ),
  row(
    'huggingface_token',
    'a token of Hugging Face',
    '\\bhf_[A-Za-z0-9]{34,40}\\b',
    'Hugging Face docs, User access tokens',
    'hf_hub_download',
  ),
  row('groq_key', 'an API key of Groq', '\\bgsk_[A-Za-z0-9]{48,}', 'Groq docs, API keys', 'gsk_your_key'),
  row('xai_key', 'an API key of xAI', '\\bxai-[A-Za-z0-9]{70,}', 'xAI docs, API keys', 'xai-key'),
  row(
    'perplexity_key',
    'an API key of Perplexity',
    '\\bpplx-[A-Za-z0-9]{40,}',
    'Perplexity docs, API keys',
    'pplx-70b-online',
  ),
  row(
    'replicate_token',
    'a token of Replicate',
    '\\br8_[A-Za-z0-9]{37}\\b',
    'Replicate docs, API tokens',
    'r8_your_token',
  ),
  row(
    'telegram_bot_token',
    'the token of a bot of Telegram',
    '\\b(?:bot)?[0-9]{8,10}:AA[A-Za-z0-9_-]{33}',
    'Telegram Bot API, Authorizing your bot',
    '123456789:token',
  ),
  row('twilio_key', 'an API key of Twilio', '\\bSK[0-9a-f]{32}\\b', 'Twilio docs, API keys overview', 'SK_key'),
  row(
    'sendgrid_key',
    'an API key of SendGrid',
    '\\bSG\\.[A-Za-z0-9_-]{20,24}\\.[A-Za-z0-9_-]{39,50}',
    'SendGrid docs, API keys',
    'SG.FAKE_TEST_KEY',
  ),
  row('mailgun_key', 'an API key of Mailgun', '\\bkey-[0-9a-f]{32}\\b', 'Mailgun docs, API keys', 'key-value'),
  row('mailchimp_key', 'an API key of Mailchimp', '-us[0-9]{1,2}\\b', 'Mailchimp docs, About API keys', 'region-us1', {
    check: 'lead',
    lead: 32,
  }),
  row(
    'digitalocean_token',
    'a token of DigitalOcean',
    '\\bdo[opr]_v1_[a-f0-9]{64}\\b',
    'DigitalOcean docs, Personal access tokens',
    'dop_v1_token',
  ),
  row(
    'shopify_token',
    'a token of Shopify',
    '\\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\\b',
    'Shopify changelog, 2020, length and format of access tokens',
    'shpat_token',
  ),
  row(
    'square_token',
    'a token or application secret of Square',
    '\\bsq0(?:atp|csp)-[0-9A-Za-z_-]{22,43}',
    'Square docs, Access tokens',
    'sq0idp-id',
  ),
  row(
    'doppler_token',
    'a token of Doppler',
    '\\bdp\\.(?:pt|st|ct|sa|scim|audit)\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}\\b',
    'Doppler docs, Token formats',
    'dp.st.config',
  ),
  row(
    'databricks_token',
    'a token of Databricks',
    '\\bdapi[a-f0-9]{32}\\b',
    'Databricks docs, Personal access token authentication',
    'dapi-token',
  ),
  row(
    'heroku_key',
    'an API key of Heroku',
    '\\bHRKU-[A-Za-z0-9_-]{36,}',
    'Heroku changelog, 2023, prefixed API tokens',
    'HRKU-key',
  ),
  row(
    'linear_key',
    'an API key of Linear',
    '\\blin_(?:api|oauth)_[A-Za-z0-9]{40,}',
    'Linear docs, API and webhooks',
    'lin_api_key',
  ),
  row(
    'notion_token',
    'a token of an integration of Notion',
    '\\b(?:secret_[A-Za-z0-9]{43}|ntn_[A-Za-z0-9]{40,})\\b',
    'Notion developer docs, Changelog 2024-09',
    'secret_token',
  ),
  row(
    'grafana_token',
    'a token of Grafana',
    '\\b(?:glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}\\b|glc_[A-Za-z0-9+/]{32,})',
    'Grafana docs, Service accounts; Access policies',
    'glsa_token',
  ),
  row(
    'vault_token',
    'a token of Vault',
    '\\bhv[sbr]\\.[A-Za-z0-9_-]{24,}',
    'Vault docs, Tokens, Token prefixes',
    'hvs.token',
  ),
  row(
    'terraform_token',
    'a token of HCP Terraform',
    '\\.atlasv1\\.[A-Za-z0-9_-]{60,}',
    'HCP Terraform docs, API tokens',
    'token.atlasv1.token',
    { check: 'lead', lead: 14 },
  ),
  row(
    'docker_token',
    'an access token of Docker Hub',
    '\\bdckr_[po]at_[A-Za-z0-9_-]{27,}',
    'Docker docs, Personal access tokens',
    'dckr_pat_token',
  ),
  row(
    'postman_key',
    'an API key of Postman',
    '\\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\\b',
    'Postman docs, API authentication',
    'PMAK-key',
  ),
  row('new_relic_key', 'a user key of New Relic', '\\bNRAK-[A-Z0-9]{27}\\b', 'New Relic docs, API keys', 'NRAK-KEY'),
  row(
    'sentry_token',
    'a token of Sentry',
    '\\bsntry[su]_[A-Za-z0-9+/=_-]{40,}',
    'Sentry docs, Auth tokens',
    'sntrys_token',
  ),
  row(
    'atlassian_token',
    'an API token of Atlassian',
    '\\bATATT3[A-Za-z0-9_=-]{100,}',
    'Atlassian support, Manage API tokens',
    'ATATT3xFfGF0...',
  ),
  row(
    'artifactory_key',
    'an API key of Artifactory',
    '\\bAKCp[0-9A-Za-z]{60,}',
    'JFrog docs, User profile, API key',
    'AKCp5...',
  ),
  row(
    'planetscale_token',
    'a token or password of PlanetScale',
    '\\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,}',
    'PlanetScale docs, Service tokens',
    'pscale_pw_...',
  ),
  row(
    'supabase_key',
    'a secret key of Supabase',
    '\\bsb(?:p_[a-f0-9]{40}|_secret_[A-Za-z0-9_-]{20,})\\b',
    'Supabase docs, Understanding API keys',
    'sb_publishable_key',
  ),
  row('pulumi_token', 'an access token of Pulumi', '\\bpul-[a-f0-9]{40}\\b', 'Pulumi docs, Access tokens', 'pul-token'),
  row(
    'netlify_token',
    'a token of Netlify',
    '\\bnf[pcu]_[A-Za-z0-9]{36,}',
    'Netlify docs, API, Token prefixes',
    'nfp_token',
  ),
  row(
    'jwt',
    'a JSON Web Token',
    '\\bey[A-Za-z0-9_-]{14,}\\.[A-Za-z0-9_-]{2,}\\.[A-Za-z0-9_-]*',
    'RFC 7519; RFC 7515 section 7.1',
    'eyJub3RoaW5nIjoxfQ.e30.c2ln',
    { check: 'jwt' },
  ),
  row(
    'url_password',
    'a password in a URL',
    `://[!#-&(-.0-9;=?A-~]*:[!#-&(-.0-;=?-\\[\\]-_a-~]{6,}@[A-Za-z0-9\\[]`,
    'RFC 3986 section 3.2.1',
    'https://user:password@example.com',
    { check: 'password' },
  ),
  row(
    'authorization_header',
    'the credentials of an Authorization header',
    `\\b(?:[Aa]uthorization|AUTHORIZATION)${SIGN}["']?(?:[Bb]earer|[Bb]asic|[Tt]oken) +[A-Za-z0-9._~+/=-]{16,}`,
    'RFC 9110 section 11.6.2; RFC 6750 section 2.1',
    'Authorization: Bearer YOUR_ACCESS_TOKEN',
    { check: 'credentials' },
  ),
  row(
    'secret_assignment',
    'an assignment to a name such as DB_PASSWORD, as in .env files',
    `(?:_|\\b)(?:${SECRET_NAMES})${SIGN}(?:"[ !#-~]{6,}|'[ -&(-~]{6,}|[!#-&(-+--:<-~]{6,})`,
    'dotenv README',
    'DB_PASSWORD=changeme',
    { check: 'assigned' },
  ),
  row(
    'payment_card',
    'the number of a payment card',
    '\\b(?:(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6(?:011|4[4-9][0-9]|5[0-9]{2})|35[2-8][0-9])(?:[ -]?[0-9]{4}){3}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5})\\b',
    'ISO/IEC 7812-1, annex B; ranges as the card networks publish them',
    '4111 1111 1111 1112',
    { check: 'luhn' },
  ),
];

/** Beginnings of what stands for a secret and is none: variables, templates, masks, calls. */
export const PLACEHOLDER_STARTS = '$<{([*&./';

/** What is none, wherever it stands. */
export const PLACEHOLDER_PARTS: readonly string[] = [
  '${',
  '{{',
  '...',
  'process.env',
  'xxxx',
  '****',
  'your-',
  'your_',
  'YOUR_',
];

/** Names in code, calls, variables, addresses, names of algorithms; and what would be a token of GitHub, were its checksum right. */
export const PLACEHOLDER_FORMS: readonly RegExp[] = [
  /^(?=.*(?:^|_)[A-Z]{3,}(?:_|$))[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/,
  /^(?:process|config|conf|cfg|env|os|settings|self|this|require\w*|import\w*|secrets|vault|data|var|local|module|window|args|opts|options|req|request|ctx|context|app)(?:\.[A-Za-z_$][\w$]*)+$/,
  /^[A-Za-z_$][\w$.]*\(/,
  /^%[A-Za-z_]\w*%$/,
  /^https?:\/\//i,
  /^(?:base(?:32|58|64)(?:url)?|sha-?\d+|md5|utf-?8|[rhep]s\d+|aes-?\d+.*|ed25519|x25519|iso-?\d+.*)$/i,
  /^gh[pousr]_/,
];

/** So much of a value says whether it is a placeholder. */
export const MAX_JUDGED = 256;
/** A JSON Web Token has no longer header. */
export const MAX_HEADER = 4096;

/** Characters that are not seen, and the colours of a terminal: they may stand between those of a secret. */
export const INVISIBLE =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is one by itself
  /(?:\u001b\[[0-9;?]*[@-~])+|[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e0fff}]+/gu;

/** Base64 that is looked into has so many characters; hexadecimal text twice as many as the shortest secret. */
export const MIN_BASE64 = 16;
