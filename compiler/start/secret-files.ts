/** Files that hold keys and passwords, wherever they lie: no agent needs them to do its work. */
export const SECRET_FILES: readonly string[] = [
  '**/.ssh/**',
  '**/.gnupg/**',
  '**/.aws/**',
  '**/.azure/**',
  '**/.kube/**',
  '**/.config/gcloud/**',
  '**/.config/gh/**',
  '**/.docker/config.json',
  '**/.password-store/**',
  '**/.env',
  '**/.env.*',
  '**/*.env',
  '**/.netrc',
  '**/.npmrc',
  '**/.pypirc',
  '**/.pgpass',
  '**/.git-credentials',
  '**/.vault-token',
  '**/id_rsa*',
  '**/id_ed25519*',
  '**/id_ecdsa*',
  '**/*.pem',
  '**/*.key',
  '**/*.p12',
  '**/*.pfx',
  '**/*.kdbx',
  '**/kubeconfig*',
  '**/*.tfstate*',
  '**/credentials',
  '**/credentials.json',
  '**/secrets/**',
  '**/.envrc',
  '**/.dev.vars',
  '**/.htpasswd',
  '**/.my.cnf',
  '**/.*_history',
  '**/id_dsa*',
  '**/*.jks',
  '**/*.keystore',
  '**/*.ppk',
  '**/*.tfvars*',
  '**/*secret*.json',
  '**/*secret*.y*ml',
  '**/*secret*.toml',
  '**/*secret*.txt',
  '**/*credential*.*',
  '**/*service*account*.json',
];

/** The same for a path as it is written, with what may follow: for arguments that name a folder and all below it. */
export const SECRET_FILES_PATTERN = `(?i)(^|[/\\\\])(${SECRET_FILES.map(pattern).join('|')})[/\\\\]*$`;

function pattern(glob: string): string {
  const name = glob.replace(/^\*\*\/|^\//, '').replace(/\/\*\*$/, '');
  const escaped = name
    .split('/')
    .map((part) => part.replace(/[.+]/g, '\\$&').replaceAll('*', '[^/\\\\]*'))
    .join('[/\\\\]');
  return glob.endsWith('/**') ? `${escaped}([/\\\\].*)?` : escaped;
}
