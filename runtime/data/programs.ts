/*
 * What programs make of their words, for the condition `command`: tables that the reference interpreter and the runtime read
 * alike. Facts are those of the programs' manuals (in brackets) and were tried where the program was at hand. What is not in a
 * table is unknown.
 */

/** A program that runs the command behind its own options and operands. */
export interface Wrapper {
  /** Options without a value, and those that take the next word for one. */
  readonly flags: string;
  readonly values: string;
  /** How many operands of its own come before the command. */
  readonly operands: number;
  /** `NAME=value` may stand before the command. */
  readonly assignments?: true;
  /** `-5` is an option. */
  readonly isNumeric?: true;
}

export const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  builtin: { flags: '', values: '', operands: 0 }, // bash: builtin
  busybox: { flags: '', values: '', operands: 0 }, // busybox(1)
  caffeinate: { flags: '-d -i -m -s -u', values: '-t -w', operands: 0 }, // caffeinate(8), macOS
  choom: { flags: '-h --help -V --version', values: '-n --adjust -p --pid', operands: 0 }, // choom(1)
  chronic: { flags: '-v -e', values: '', operands: 0 }, // chronic(1), moreutils
  chrt: {
    flags:
      '-b --batch -d --deadline -f --fifo -i --idle -o --other -r --rr -R --reset-on-fork -a --all-tasks -m --max -p --pid -v --verbose -h --help -V --version',
    values: '-T --sched-runtime -P --sched-period -D --sched-deadline',
    operands: 1,
  }, // chrt(1)
  command: { flags: '-p -v -V', values: '', operands: 0 }, // POSIX command
  'dbus-run-session': { flags: '--help --version', values: '--config-file --dbus-daemon', operands: 0 }, // dbus-run-session(1)
  doas: { flags: '-L -n', values: '-C -u -a', operands: 0 }, // doas(1)
  'dumb-init': { flags: '-c --single-child -v --verbose -h --help -V --version', values: '-r --rewrite', operands: 0 }, // dumb-init README
  eatmydata: { flags: '', values: '', operands: 0 }, // eatmydata(1)
  env: {
    flags:
      '- -i --ignore-environment -0 --null -v --debug --block-signal --default-signal --ignore-signal --list-signal-handling --help --version',
    values: '-u --unset -C --chdir -a --argv0 -P -U -L',
    operands: 0,
    assignments: true,
  }, // env(1), GNU and BSD
  exec: { flags: '-c -l', values: '-a', operands: 0 }, // bash: exec
  fakeroot: { flags: '-u --unknown-is-real -h --help -v --version', values: '-l --lib --faked -s -i -b', operands: 0 }, // fakeroot(1)
  gosu: { flags: '--help --version', values: '', operands: 1 }, // gosu README
  ionice: {
    flags: '-t --ignore -h --help -V --version',
    values: '-c --class -n --classdata -p --pid -P --pgid -u --uid',
    operands: 0,
  }, // ionice(1)
  linux32: { flags: '-R --addr-no-randomize -v --verbose -h --help', values: '', operands: 0 }, // setarch(8)
  linux64: { flags: '-R --addr-no-randomize -v --verbose -h --help', values: '', operands: 0 }, // setarch(8)
  nice: { flags: '--help --version', values: '-n --adjustment', operands: 0, isNumeric: true }, // nice(1)
  nocorrect: { flags: '', values: '', operands: 0 }, // zsh precommand modifiers
  noglob: { flags: '', values: '', operands: 0 }, // zsh precommand modifiers
  nohup: { flags: '--help --version', values: '', operands: 0 }, // nohup(1)
  numactl: {
    flags: '-a --all -l --localalloc -s --show -H --hardware',
    values: '-i --interleave -p --preferred -P --preferred-many -m --membind -N --cpunodebind -C --physcpubind',
    operands: 0,
  }, // numactl(8)
  pkexec: { flags: '--disable-internal-agent --keep-cwd --help --version', values: '--user -u', operands: 0 }, // pkexec(1)
  prlimit: {
    flags: '--noheadings --raw --verbose -h --help -V --version',
    values: '-p --pid -o --output',
    operands: 0,
  }, // prlimit(1)
  proxychains: { flags: '-q', values: '-f', operands: 0 }, // proxychains-ng README
  proxychains4: { flags: '-q', values: '-f', operands: 0 }, // proxychains-ng README
  runuser: { flags: '-P --pty', values: '-u --user', operands: 0 }, // runuser(1)
  setsid: { flags: '-c --ctty -f --fork -w --wait -h --help -V --version', values: '', operands: 0 }, // setsid(1)
  stdbuf: { flags: '--help --version', values: '-i --input -o --output -e --error', operands: 0 }, // stdbuf(1)
  'su-exec': { flags: '', values: '', operands: 1 }, // su-exec README
  sudo: {
    flags:
      '-A --askpass -B --bell -b --background -E --preserve-env -e --edit -H --set-home -K --remove-timestamp -k --reset-timestamp -l --list -N --no-update -n --non-interactive -P --preserve-groups -S --stdin -V --version -v --validate --help',
    values:
      '-a --auth-type -C --close-from -c --login-class -D --chdir -g --group --host -p --prompt -R --chroot -r --role -T --command-timeout -t --type -U --other-user -u --user',
    operands: 0,
    assignments: true,
  }, // sudo(8)
  'systemd-inhibit': {
    flags: '--no-pager --no-legend -h --help --version --list --no-ask-password',
    values: '--what --who --why --mode',
    operands: 0,
  }, // systemd-inhibit(1)
  taskset: { flags: '-a --all-tasks -c --cpu-list -p --pid -h --help -V --version', values: '', operands: 1 }, // taskset(1)
  time: {
    flags: '-a --append -p --portability -q --quiet -v --verbose -h --help -l -V --version',
    values: '-f --format -o --output',
    operands: 0,
  }, // time(1), GNU and BSD; bash: time
  timeout: {
    flags: '--preserve-status --foreground -f -p -v --verbose --help --version',
    values: '-k --kill-after -s --signal',
    operands: 1,
  }, // timeout(1)
  tini: { flags: '-s -v -g -w -h --version -l', values: '-p -e', operands: 0 }, // tini README
  torsocks: {
    flags: '-d --debug -i --isolate -q --quiet -h --help --version',
    values: '-a --address -P --port -u --user -p --pass',
    operands: 0,
  }, // torsocks(1)
  toybox: { flags: '', values: '', operands: 0 }, // toybox help
  unbuffer: { flags: '-p', values: '', operands: 0 }, // unbuffer(1)
  xargs: {
    flags:
      '-0 --null -e --eof -i --replace -l -o --open-tty -p --interactive -r --no-run-if-empty --show-limits -t --verbose -x --exit --help --version --max-lines',
    values:
      '-a --arg-file -d --delimiter -E -I -J -L -n --max-args -P --max-procs --process-slot-var -R -S -s --max-chars',
    operands: 0,
  }, // xargs(1), GNU and BSD
};

/** Shells: what follows their option `-c` is a text of commands. */
export const SHELLS: ReadonlySet<string> = new Set('sh bash dash zsh ksh ash mksh pdksh ksh93 rbash yash'.split(' '));

/** A program that runs others which nobody sees, where all that is named here holds of its words. */
export interface RunsOthers {
  readonly programs: string;
  /** One of these options is there, alone, with `=value`, or with its value in the same word. */
  readonly options?: string;
  /** None of these is. */
  readonly without?: string;
  /** Its words that are no options: as many at least, at most. */
  readonly min?: number;
  readonly max?: number;
  /** The words of one of these are all there, with `|` between. */
  readonly sub?: string;
  /** One of them begins with this. */
  readonly prefix?: string;
  /** A word contains one of these. */
  readonly contains?: string;
  /** Not so where its first operand, and what follows each `-e`, is like this. */
  readonly unless?: string;
}

export const RUNS_OTHERS: readonly RunsOthers[] = [
  {
    programs:
      'setarch i386 uname26 torify catchsegv ifne mpirun mpiexec srun uclampset runcon aa-exec s6-setuidgid mispipe genv gtimeout gnice gnohup arch tsx',
  }, // the manual of each: runs the command behind its operands
  {
    programs:
      'ash bash bpython csh dash elvish es expect fish ipython ipython3 ksh ksh93 lksh micropython mksh nu oksh osh pdksh posh py pypy pypy3 python python2 python3 rbash rc rksh rzsh sh tcsh xonsh yash zsh',
    options: '-c',
  }, // the manual of each: runs the code in the option
  { programs: 'ipython ipython3 micropython py pypy pypy3 python python2 python3', options: '-m' }, // the manual of each: loads and runs a module
  {
    programs:
      'bpython deno expect ipython ipython3 jruby julia lua lua5.1 lua5.2 lua5.3 lua5.4 luajit micropython node nodejs perl php py pypy pypy3 python python2 python3 ruby tclsh texlua truffleruby wish',
    max: 0,
    without: '--version -V --help -h -v -version --usage',
  }, // the manual of each: runs what it reads from standard input
  {
    programs:
      'bpython expect ipython ipython3 jruby julia lua lua5.1 lua5.2 lua5.3 lua5.4 luajit micropython node nodejs perl php py pypy pypy3 python python2 python3 ruby tclsh texlua truffleruby wish',
    sub: '-',
  }, // the manual of each: a dash as file: standard input
  {
    programs:
      '. Mail R Rscript abduco aider alacritty ansible ansible-console ansible-pull at awk aws-vault batch bb beeline bettercap bind bolt boot box64 box86 bpftrace bsh bunx busctl busybox bwrap byobu bzr callgrind_control capsh cargo-watch cgdb chamber chef-client chicken chokidar chpst chroot cjs claude clisp clj clojure clush cmd cmd.exe codex compgen complete concurrently coproc cpulimit cross-env cross-env-shell cscript cursor-agent d8 daemon daemonize darcs dbus-launch dbus-send dc distrobox doppler dotenv dotenvx dsh dtach dtrace dtruss duckdb ecl ed elixir emacs emacsclient enable entr env_parallel envchain envconsul envdir envuidgid erl escript eval evil-winrm ex fab fakechroot faketime fc fennel fetchmail firejail flatpak-spawn foot foreman forever forfiles fossil gap gawk gdb gdbserver gdbus gemini gforth gjs gnome-terminal gnuplot goawk goose gosh gotty gp gprolog groovy groovysh guard guile gview gvim haxe heaptrack hive honcho hx hy hyperfine iex impala-shell inetd infisical insmod installutil io ipython irb janet jed jj joe js jsc jshell kak kexec kitty knife konsole kotlin kotlinc ktrace ld-linux-aarch64.so.1 ld-linux-x86-64.so.2 ld-linux.so.2 ld.so lein litecli littler lldb llm login ltrace lxc-attach lxc-execute lxc-start lxterminal m4 machinectl mail maildrop mailx mapfile matlab mawk maxima memusage micro mit-scheme modprobe mongo mongosh mono msbuild msfconsole mshta mshta.exe mujs multitime mutt mvim mycli nano nawk ne neomutt newgrp nix nix-build nix-shell nodemon npm-run-all npx nq nsenter nvim ocaml octave octave-cli onchange op opencode original-awk osascript overmind parallel parallel-ssh pdsh perl6 petite pexec pgcli pico pike plink plink.exe pm2 pnpx powershell powershell.exe procmail proot psexec pssh ptyrun puppet pwsh pwsh.exe pyinfra pyspark qemu-aarch64 qemu-arm qemu-system-x86_64 qemu-x86_64 qjs r racket raco raku rakudo readarray red reflex regina regsvr32 rexx rlwrap rr run-parts rundll32 runsv runsvdir runuser rush rust-gdb rust-lldb rview rvim s6-svscan sage salt salt-call salt-ssh sbcl scala scala-cli scheme schroot scilab screen script seed sem sendmail setpriv setuidgid sg sgpt shell2http snowsql socat softlimit sops source spark-shell spark-submit sqlcmd sqlplus squirrel sshpass sshuttle stap start-stop-daemon startx strace stunnel su supervisorctl supervisord svc swipl systemd-nspawn systemd-run systemtap task-spooler tcpserver teller terminator tmate tmux toolbox toybox trap trickle truss ts tsp ttyd ucspi-tcp uftrace unshare urxvt usql utop uvx valgrind vi view vim vimdiff vimx watchexec websocketd wezterm when-changed wine wine64 winrs with-contenv wmctrl wmic wren wscript wsl wsl.exe x-terminal-emulator xargs xdotool xemacs xfce4-terminal xinetd xinit xterm xvfb-run ydotool zellij',
  }, // the manual of each: whatever they are given
  { programs: 'perl', options: '-e -E' }, // perlrun(1): runs the code in the option
  { programs: 'perl', options: '-M -m -d' }, // perlrun(1): loads and runs a module
  { programs: 'jruby lua lua5.1 lua5.2 lua5.3 lua5.4 luajit ruby texlua truffleruby', options: '-e' }, // the manual of each: runs the code in the option
  { programs: 'jruby ruby truffleruby', options: '-r' }, // ruby(1): loads and runs a module
  { programs: 'node nodejs', options: '-e --eval -p --print -pe -i --interactive' }, // node(1): runs the code in the option
  { programs: 'node nodejs', options: '-r --require --import --loader --experimental-loader' }, // node(1): loads and runs a module
  { programs: 'deno', sub: 'run|eval|repl|x|serve|jupyter|install' }, // Deno CLI docs: runs code: the text, a file or URL, or a task
  { programs: 'bun', options: '-e --eval -p --print' }, // Bun CLI docs: runs the code in the option
  { programs: 'bun', sub: 'x|exec|repl|create' }, // Bun CLI docs: runs a script, package or shell text
  { programs: 'bun', options: '-r --preload' }, // Bun CLI docs: loads and runs a module
  { programs: 'php', options: '-r -R -B -E' }, // php(1): runs the code in the option
  { programs: 'lua lua5.1 lua5.2 lua5.3 lua5.4 luajit texlua', options: '-l' }, // the manual of each: loads and runs a module
  { programs: 'schtasks', sub: '/create|/run' }, // Windows commands: schtasks: sets or starts a scheduled command
  {
    programs:
      'ash bash csh dash elvish es fish ksh ksh93 lksh mksh nu oksh osh pdksh posh rbash rc rksh rzsh sh tcsh xonsh yash zsh',
    options: '-s -i',
  }, // the manual of each: reads commands from standard input
  {
    programs:
      'ash bash csh dash elvish es fish ksh ksh93 lksh mksh nu oksh osh pdksh posh rbash rc rksh rzsh sh tcsh xonsh yash zsh',
    max: 0,
    without: '--version --help',
  }, // the manual of each: reads commands from standard input
  { programs: 'fish', options: '--command -C --init-command' }, // fish(1): runs the text of the option
  { programs: 'nu', options: '--commands -e --execute' }, // Nushell docs: runs the text of the option
  { programs: 'bfs find gfind', options: '-exec -execdir -ok -okdir' }, // find(1); bfs(1): runs a command for files
  { programs: 'fd fdfind', options: '-x --exec -X --exec-batch' }, // fd(1): runs a command for files
  { programs: 'rg', options: '--pre --hostname-bin' }, // rg(1): runs a program per file or for the host name
  { programs: 'ack ag', options: '--pager' }, // ag(1); ack docs: runs a pager
  { programs: 'fzf sk', options: '--preview --bind --execute --become -c --cmd' }, // fzf(1): runs a preview or bound command
  { programs: 'autossh dbclient et mosh remsh rexec rlogin rsh slogin ssh ssh-agent telnet watch', min: 1 }, // the manual of each: runs shell text again and again
  { programs: 'perf', sub: 'record|stat|trace|sched|mem|kvm|lock|bench|ftrace' }, // perf(1): runs a command and measures it
  { programs: 'flatpak', sub: 'run|enter' }, // flatpak(1): runs an application
  { programs: 'rustup snap', sub: 'run' }, // snap(8); rustup docs: runs an application
  { programs: 'ip', sub: 'netns exec|vrf exec' }, // ip-netns(8): runs a command
  {
    programs: 'docker',
    sub: 'run|exec|create|container run|container exec|container create|compose run|compose exec|build|image build|buildx build|plugin install|debug|service create',
  }, // docker --help: runs programs in a container or while building
  {
    programs: 'nerdctl podman',
    sub: 'run|exec|create|container run|container exec|container create|compose run|compose exec|build|image build|buildx build|plugin install|debug|service create|machine ssh|unshare',
  }, // podman(1): runs programs in a container or while building
  { programs: 'docker-compose podman-compose', sub: 'run|exec' }, // Compose docs: runs a command in a container
  { programs: 'buildah', sub: 'run|bud|build|from|unshare' }, // buildah(1): runs programs while building an image
  { programs: 'crictl crun ctr runc', sub: 'run|exec|task exec|tasks exec|t exec|start|create' }, // ctr and crictl docs: runs programs in a container
  { programs: 'incus lxc', sub: 'exec|shell|console' }, // lxc docs: runs programs in a container
  {
    programs: 'k k3s kubecolor kubectl microk8s.kubectl minikube',
    sub: 'exec|run|debug|attach|edit|kubectl exec|kubectl run|ssh|krew',
  }, // kubectl --help: runs programs in the cluster, or a plugin
  { programs: 'oc', sub: 'exec|rsh|run|debug|edit' }, // oc docs: runs programs in the cluster
  { programs: 'helm', options: '--post-renderer' }, // helm docs: runs a program over the manifests
  { programs: 'helm', sub: 'plugin install|plugin update|secrets' }, // helm docs: runs a plugin
  {
    programs: 'colima lima limactl multipass vagrant virsh',
    sub: 'ssh|exec|shell|provision|qemu-agent-command|qemu-monitor-command',
  }, // the tools' manuals: runs commands in a virtual machine
  { programs: 'autossh dbclient flock lckdo setlock slogin ssh', min: 2 }, // the manual of each: runs a command on another machine
  { programs: 'autossh ssh', options: '-o -F -I' }, // ssh_config(5): an option can run a local program (ProxyCommand, LocalCommand) or library
  { programs: 'scp sftp', options: '-S -o -F -D -b' }, // scp(1); sftp(1): an option can run a local program or batch file
  { programs: 'rsync', options: '-e --rsh --rsync-path -M --remote-option' }, // rsync(1): runs a remote shell of the caller's choice
  {
    programs: 'aws',
    sub: 'ssm start-session|ssm send-command|ssm start-automation-execution|ecs execute-command|lambda invoke|emr ssh|codebuild start-build|ec2-instance-connect ssh',
  }, // AWS CLI reference: has calls that run commands or functions elsewhere
  {
    programs: 'gcloud',
    sub: 'compute ssh|compute start-iap-tunnel|cloud-shell ssh|functions call|run jobs execute|workstations ssh|app instances ssh|alpha interactive|alpha compute ssh|beta compute ssh',
  }, // gcloud reference: has calls (ssh, call, execute) that run code elsewhere
  {
    programs: 'az',
    sub: 'vm run-command|vmss run-command|aks command|container exec|containerapp exec|webapp ssh|webapp create-remote-connection|acr run|ssh|extension add',
  }, // Azure CLI reference: has calls that run code elsewhere, or an extension
  {
    programs: 'gh',
    sub: 'alias set|alias import|extension install|extension exec|extension upgrade|ext install|ext exec|extensions install|extensions exec|codespace ssh|cs ssh|codespace jupyter|workflow run|copilot',
  }, // gh manual: defines or runs aliases, extensions, remote shells
  {
    programs: 'cf doctl dokku eb fly flyctl heroku railway render',
    sub: 'run|ssh|console|exec|shell|enter|compute ssh',
  }, // the manual of each: runs a command elsewhere
  { programs: 'npm', sub: 'exec|x|explore|init|create|innit' }, // npm-exec(1): runs a command of a package
  { programs: 'pnpm', sub: 'dlx|exec|create|x' }, // pnpm docs: runs a command
  { programs: 'yarn yarnpkg', sub: 'dlx|exec|node|create' }, // yarn docs: runs a command
  { programs: 'uv', sub: 'run|tool|x' }, // uv docs: runs a command or script
  { programs: 'pipx', sub: 'run|runpip' }, // pipx docs: runs a command of a Python package
  { programs: 'hatch pdm pipenv pixi poetry rye', sub: 'run|shell|exec|x|env|python' }, // the tools' docs: runs a command in the project's environment
  { programs: 'conda mamba micromamba', sub: 'run|shell' }, // conda docs: runs a command in an environment
  { programs: 'bundle bundler', sub: 'exec|console|open' }, // bundle-exec(1): runs a command with the project's gems
  { programs: 'gem', sub: 'exec|open' }, // gem help: runs a gem, or an editor
  { programs: 'composer', sub: 'exec|x' }, // Composer docs: runs a command of a package
  { programs: 'asdf direnv fnm goenv jenv mise nodenv nvm pyenv rbenv rtx sdk volta', sub: 'exec|x|run|shell|allow' }, // the manual of each: runs a command in a chosen environment
  { programs: 'guix', sub: 'shell|environment|run|build|time-machine|repl' }, // guix manual: runs a command or code
  { programs: 'go', options: '-exec -toolexec -vettool' }, // go help build: runs a program of the caller's choice
  { programs: 'cargo', options: '--config -Z' }, // cargo config docs: a setting can name a program
  { programs: 'julia', options: '-e --eval -E --print -L --load' }, // julia(1): runs the code in the option
  { programs: 'ghc', options: '-e --interactive -F -pgmF -fplugin --run' }, // ghc manual: runs an expression, preprocessor or plugin
  { programs: 'cabal stack', sub: 'exec|ghc|ghci|repl|runghc|runhaskell|script|eval' }, // the tools' docs: runs a command or code
  { programs: 'mix rebar3', sub: 'run|eval|cmd|shell|escript.install|archive.install' }, // mix docs: runs an expression or command
  { programs: 'c++ cc clang clang++ g++ gcc', options: '-wrapper -fplugin -B -specs -Xclang -fpass-plugin' }, // gcc(1): runs a wrapper, plugin or other pass
  { programs: 'ld ld.gold ld.lld', options: '-plugin --plugin' }, // ld(1): loads a plugin library
  { programs: 'bmake gmake make', options: '-f --file --makefile --eval -E' }, // make(1): runs a makefile of the caller's choice
  { programs: 'cpp', options: '-wrapper -B -specs' }, // gcc(1): as gcc
  { programs: 'pandoc', options: '-F --filter -L --lua-filter --pdf-engine -t' }, // pandoc(1): runs filters
  {
    programs: 'ex gview gvim mvim nvim rview rvim vi view vim vimdiff vimx',
    options: '-c --cmd -S -s -u -i --startuptime -e -E -es -Es -l --remote-send --remote-expr -W -w -V',
  }, // the manual of each: runs editor commands, which can run shell ones
  { programs: 'ex gview gvim less more mvim nvim rview rvim vi view vim vimdiff vimx', prefix: '+' }, // the manual of each: runs an editor command
  { programs: 'sqlite sqlite3', prefix: '.' }, // SQLite CLI docs: a command of the client
  { programs: 'man', options: '-P --pager -H --html -C --config-file -X --gxditview -p --preprocessor' }, // man(1): runs a pager, browser or formatter of the caller's choice
  {
    programs: 'gsed sed',
    unless:
      '^(?:(?:\\d+|\\$|/[^/\\\\\\n;{}]*/)(?:,(?:\\d+|\\$|/[^/\\\\\\n;{}]*/))?)? ?(?:[pdq=]|s/(?:\\\\[^\\n]|[^\\\\\\n/])*/(?:\\\\[^\\n]|[^\\\\\\n/])*/[gpiIm0-9]*|s\\|(?:\\\\[^\\n]|[^\\\\\\n|])*\\|(?:\\\\[^\\n]|[^\\\\\\n|])*\\|[gpiIm0-9]*|s#(?:\\\\[^\\n]|[^\\\\\\n#])*#(?:\\\\[^\\n]|[^\\\\\\n#])*#[gpiIm0-9]*|s,(?:\\\\[^\\n]|[^\\\\\\n,])*,(?:\\\\[^\\n]|[^\\\\\\n,])*,[gpiIm0-9]*|s:(?:\\\\[^\\n]|[^\\\\\\n:])*:(?:\\\\[^\\n]|[^\\\\\\n:])*:[gpiIm0-9]*|s@(?:\\\\[^\\n]|[^\\\\\\n@])*@(?:\\\\[^\\n]|[^\\\\\\n@])*@[gpiIm0-9]*|s!(?:\\\\[^\\n]|[^\\\\\\n!])*!(?:\\\\[^\\n]|[^\\\\\\n!])*![gpiIm0-9]*)$',
  }, // GNU sed manual: a script with e, or the flag e of s, runs shell text (GNU)
  { programs: 'env genv', options: '-S --split-string' }, // env(1): splits a text into a command and runs it
  { programs: 'flock', options: '-c --command' }, // flock(1): runs the text of the option
  { programs: 'systemctl', sub: 'edit' }, // systemctl(1): runs an editor
  { programs: 'launchctl', sub: 'submit|load|bootstrap|start|kickstart|asuser|bsexec' }, // launchctl(1): starts jobs
  { programs: 'crontab', options: '-e -i' }, // crontab(1): an editor sets commands for later
  { programs: 'crontab', max: 0, without: '-l -r -e -h -V' }, // POSIX crontab: standard input replaces the table (POSIX)
  { programs: 'cryptcat nc nc.openbsd nc.traditional ncat netcat', options: '-e -c --exec --sh-exec --lua-exec -E' }, // ncat(1): runs a program for the connection
  { programs: 'openssl', options: '-engine -provider -provider-path' }, // openssl(1): loads a library
  { programs: 'curl', options: '-K --config --engine' }, // curl(1): reads options from a file, or loads an engine
  { programs: 'wget', options: '-e --execute --use-askpass --config' }, // wget(1): runs an askpass program, or sets options
  { programs: 'tcpdump', options: '-z --postrotate-command' }, // tcpdump(8): runs a command per finished file
  { programs: 'psql', contains: '\\ | ` program PROGRAM' }, // psql(1): a command of the client, a pipe, COPY … PROGRAM
  { programs: 'mariadb mysql', contains: '\\ system source pager tee edit' }, // mariadb(1): a command of the client
  { programs: 'sqlite sqlite3', contains: 'load_extension writefile edit( fts3_tokenizer' }, // SQLite CLI docs
  { programs: 'psql', without: '-c --command -f --file -l --list -V --version -? --help' }, // psql(1): reads commands from standard input
  {
    programs: 'mariadb mysql',
    options:
      '--pager --tee --init-command --plugin-dir --default-auth --defaults-file --defaults-extra-file --login-path',
  }, // mariadb(1): a pager, library or file of settings
  { programs: 'mariadb mysql', without: '-e --execute -V --version -? -I --help' }, // mariadb(1): reads commands from standard input
  { programs: 'sqlite sqlite3', options: '-cmd -init --cmd --init' }, // sqlite3(1): runs commands of the option or a file
  { programs: 'sqlite sqlite3', max: 1, without: '-version --version -help --help' }, // sqlite3(1): reads commands from standard input
  {
    programs: 'bsdtar gtar tar',
    options:
      '-I --use-compress-program --to-command --checkpoint-action -F --info-script --new-volume-script --rsh-command --rmt-command',
  }, // GNU tar manual: runs a program
  { programs: 'zip', options: '-TT --unzip-command' }, // zip(1): runs a test command
  { programs: 'cpio', options: '--rsh-command' }, // GNU cpio manual: runs a remote shell
  { programs: 'sort', options: '--compress-program' }, // sort(1): runs a compressor
  { programs: 'gsplit split', options: '--filter' }, // split(1): runs shell text per piece
  { programs: 'ginstall install', options: '--strip-program' }, // install(1): runs a strip program
  { programs: 'diff3 sdiff', options: '--diff-program' }, // sdiff(1): runs another diff
  { programs: 'rpm rpmbuild rpmspec', options: '-E --eval --define -D --pipe --rcfile --macros --load' }, // rpm(8): macros can run shell text
  { programs: 'apt apt-get aptitude', options: '-o --option -c --config-file' }, // apt.conf(5): a configuration item can run commands
  { programs: 'git', options: '-c --config-env --exec-path' }, // git-config(1): a setting can name a program
  {
    programs: 'git',
    sub: 'rebase --exec|rebase -x|bisect run|submodule foreach|filter-branch|difftool|mergetool|grep -O|grep --open-files-in-pager|for-each-repo|instaweb|send-email|daemon|shell|hook run|clone -c|clone --config|clone -u|fetch --upload-pack|archive --exec|ls-remote --upload-pack|push --receive-pack|web--browse|remote-ext',
  }, // git(1): runs a command
  { programs: 'hg', options: '--config --debugger' }, // hg docs: a setting can name a program or extension
  { programs: 'svn', options: '--diff-cmd --diff3-cmd --editor-cmd --config-option' }, // svn book: runs a diff or editor
  { programs: 'py.test pytest', options: '-p -c --rootdir --pdbcls' }, // pytest docs: loads plugins and settings
  {
    programs: 'gpg gpg2',
    options:
      '--agent-program --dirmngr-program --photo-viewer --pinentry-program --exec-path --keyserver-options --options',
  }, // gpg(1): runs a helper program
  { programs: 'ip6tables iptables', options: '--modprobe' }, // iptables(8): runs a module loader
  { programs: 'dialog whiptail yad zenity', options: '--prgbox --programbox --tailbox' }, // dialog(1): shows the output of a command
];

/** Options that programs take before their sub-command: they say nothing of what it does. */
export const OWN_OPTIONS: Readonly<Record<string, { readonly flags: string; readonly values: string }>> = {
  apt: {
    flags:
      '--all-versions --allow-change-held-packages --allow-downgrades --allow-insecure-repositories --allow-releaseinfo-change --allow-remove-essential --allow-unauthenticated --arch-only --assume-no --assume-yes --auto-remove --autoremove --build --color --compile --diff-only --download-only --dry-run --dsc-only --fix-broken --fix-missing --fix-policy --force-yes --full --help --ignore-hold --ignore-missing --indep-only --install-recommends --install-suggests --installed --just-print --list-cleanup --manual-installed --mark-auto --names-only --no-act --no-all-versions --no-allow-insecure-repositories --no-color --no-download --no-install-recommends --no-install-suggests --no-list-cleanup --no-remove --no-show-upgraded --no-upgrade --only-source --only-upgrade --print-uris --purge --quiet --recon --reinstall --show-progress --show-upgraded --simulate --tar-only --trivial-only --upgradable --upgradeable --verbose-versions --version --with-new-pkgs --yes -V -b -d -f -h -i -m -n -q -s -u -v -y',
    values:
      '--build-profiles --config-file --default-release --error-on --host-architecture --option --target-release --with-source -P -c -e -o -t',
  }, // apt(8)
  'apt-get': {
    flags:
      '--allow-change-held-packages --allow-downgrades --allow-insecure-repositories --allow-releaseinfo-change --allow-remove-essential --allow-unauthenticated --arch-only --assume-no --assume-yes --auto-remove --autoremove --build --compile --diff-only --download-only --dry-run --dsc-only --fix-broken --fix-missing --fix-policy --force-yes --help --ignore-hold --ignore-missing --indep-only --install-recommends --install-suggests --just-print --list-cleanup --mark-auto --no-act --no-allow-insecure-repositories --no-download --no-install-recommends --no-install-suggests --no-list-cleanup --no-remove --no-show-upgraded --no-upgrade --only-source --only-upgrade --print-uris --purge --quiet --recon --reinstall --show-progress --show-upgraded --simulate --tar-only --trivial-only --verbose-versions --version --with-new-pkgs --yes -V -b -d -f -h -m -q -s -u -v -y',
    values:
      '--build-profiles --config-file --default-release --error-on --host-architecture --option --target-release --with-source -P -a -c -e -o -t',
  }, // apt-get(8)
  aws: {
    flags:
      '--cli-auto-prompt --debug --no-cli-auto-prompt --no-cli-pager --no-paginate --no-sign-request --no-verify-ssl --version',
    values:
      '--ca-bundle --cli-binary-format --cli-connect-timeout --cli-error-format --cli-read-timeout --color --endpoint-url --output --profile --query --region',
  }, // aws help (1 and 2)
  az: {
    flags: '--acquire-policy-token --debug --help --only-show-errors --verbose --version -h -v',
    values: '--output --query --subscription -o',
  }, // Azure CLI reference
  brew: { flags: '--debug --help --quiet --verbose --version -d -h -q -v', values: '' }, // brew(1)
  cargo: {
    flags: '--frozen --help --list --locked --offline --quiet --verbose --version -V -h -q -v -vv',
    values: '--color --config --explain -C -Z',
  }, // cargo --help
  docker: {
    flags: '--debug --help --tls --tlsverify --version -D -h -v',
    values: '--config --context --host --log-level --tlscacert --tlscert --tlskey -H -c -l',
  }, // docker --help
  gcloud: {
    flags: '--help --log-http --no-log-http --no-user-output-enabled --quiet --user-output-enabled --version -h -q -v',
    values:
      '--access-token-file --account --billing-project --configuration --flatten --format --impersonate-service-account --project --trace-token --verbosity',
  }, // gcloud help
  gh: { flags: '--help --version -h', values: '--hostname --repo -R' }, // gh manual
  git: {
    flags:
      '--bare --exec-path --glob-pathspecs --help --html-path --icase-pathspecs --info-path --literal-pathspecs --man-path --no-advice --no-lazy-fetch --no-optional-locks --no-pager --no-replace-objects --noglob-pathspecs --paginate --version -P -h -p -v',
    values:
      '--attr-source --config-env --git-dir --list-cmds --namespace --shallow-file --super-prefix --work-tree -C -c',
  }, // git(1)
  go: { flags: '', values: '--C -C' }, // go source: handleChdirFlag
  helm: {
    flags: '--debug --help --kube-insecure-skip-tls-verify -h',
    values:
      '--burst-limit --color --colour --content-cache --kube-apiserver --kube-as-group --kube-as-user --kube-ca-file --kube-context --kube-tls-server-name --kube-token --kubeconfig --namespace --qps --registry-config --repository-cache --repository-config -n',
  }, // helm docs: helm
  journalctl: {
    flags:
      '--all --case-sensitive --catalog --disk-usage --dmesg --dump-catalog --fields --flush --follow --force --header --help --list-boots --list-catalog --list-invocations --list-namespaces --merge --no-full --no-hostname --no-pager --no-tail --pager-end --quiet --relinquish-var --reverse --rotate --setup-keys --show-cursor --smart-relinquish-var --sync --system --truncate-newline --update-catalog --user --utc --verify --version -I -N -a -e -f -h -k -m -q -r -x',
    values:
      '--after-cursor --cursor --cursor-file --directory --exclude-identifier --facility --field --file --grep --identifier --image --image-policy --interval --invocation --machine --namespace --output --output-fields --priority --root --since --synchronize-on-exit --unit --until --user-unit --vacuum-files --vacuum-size --vacuum-time --verify-key -D -F -M -S -T -U -c -g -o -p -t -u',
  }, // journalctl(1)
  kubectl: {
    flags:
      '--add-dir-header --alsologtostderr --disable-compression --help --insecure-skip-tls-verify --logtostderr --match-server-version --one-output --skip-headers --skip-log-headers --warnings-as-errors -h',
    values:
      '--as --as-group --as-uid --as-user-extra --cache-dir --certificate-authority --client-certificate --client-key --cluster --container --context --field-selector --filename --kubeconfig --kuberc --kustomize --log-backtrace-at --log-dir --log-file --log-file-max-size --log-flush-frequency --namespace --output --password --profile --profile-output --request-timeout --selector --server --stderrthreshold --tls-server-name --token --user --username --v --vmodule -c -k -l -n -o -s -v',
  }, // kubectl options
  npm: {
    flags:
      '--all --allow-same-version --allow-scripts-pending --allow-scripts-pin --audit --bin-links --bypass-2fa --commit-hooks --dangerously-allow-all-scripts --dd --ddd --desc --description --dev --diff-ignore-all-space --diff-name-only --diff-no-prefix --diff-text --dry-run --engine-strict --expect-results --force --foreground-scripts --format-package-lock --fund --git-tag-version --global --global-style --help --if-present --ignore-scripts --include-attestations --include-staged --include-workspace-root --init-private --install-links --iwr --json --legacy-bundling --legacy-peer-deps --link --local --long --no --no-all --no-allow-same-version --no-allow-scripts-pending --no-allow-scripts-pin --no-audit --no-bin-links --no-bypass-2fa --no-commit-hooks --no-dangerously-allow-all-scripts --no-description --no-dev --no-diff-ignore-all-space --no-diff-name-only --no-diff-no-prefix --no-diff-text --no-dry-run --no-engine-strict --no-expect-results --no-force --no-foreground-scripts --no-format-package-lock --no-fund --no-git-tag-version --no-global --no-global-style --no-if-present --no-ignore-scripts --no-include-attestations --no-include-staged --no-include-workspace-root --no-init-private --no-install-links --no-json --no-legacy-bundling --no-legacy-peer-deps --no-link --no-long --no-offline --no-omit-lockfile-registry-resolved --no-optional --no-package-lock --no-package-lock-only --no-packages-all --no-parseable --no-prefer-dedupe --no-prefer-offline --no-prefer-online --no-production --no-progress --no-provenance --no-read-only --no-rebuild-bundle --no-save --no-save-bundle --no-save-dev --no-save-exact --no-save-optional --no-save-peer --no-save-prod --no-shrinkwrap --no-sign-git-commit --no-sign-git-tag --no-strict-allow-scripts --no-strict-peer-deps --no-strict-ssl --no-timing --no-unicode --no-update-notifier --no-usage --no-version --no-versions --no-workspaces --no-workspaces-update --no-yes --offline --omit-lockfile-registry-resolved --optional --package-lock --package-lock-only --packages-all --parseable --porcelain --prefer-dedupe --prefer-offline --prefer-online --production --progress --provenance --quiet --read-only --readonly --rebuild-bundle --save --save-bundle --save-dev --save-exact --save-optional --save-peer --save-prod --shrinkwrap --sign-git-commit --sign-git-tag --silent --strict-allow-scripts --strict-peer-deps --strict-ssl --timing --unicode --update-notifier --usage --verbose --version --versions --workspaces --workspaces-update --ws --yes -? -B -D -E -H -O -P -S -a -d -dd -ddd -f -g -h -l -n -p -q -s -v -y',
    values:
      '--_auth --access --allow-directory --allow-file --allow-git --allow-remote --allow-scripts --also --audit-level --auth-type --before --ca --cache --cache-max --cache-min --cafile --call --cert --cidr --cpu --depth --diff --diff-dst-prefix --diff-src-prefix --diff-unified --editor --enjoy-by --expect-result-count --expires --fetch-retries --fetch-retry-factor --fetch-retry-maxtimeout --fetch-retry-mintimeout --fetch-timeout --git --globalconfig --heading --https-proxy --include --init-author-email --init-author-name --init-author-url --init-license --init-module --init-type --init-version --init.author.email --init.author.name --init.author.url --init.license --init.module --init.version --install-strategy --key --libc --local-address --location --lockfile-version --loglevel --logs-dir --logs-max --maxsockets --message --min-release-age --min-release-age-exclude --name --node-gyp --node-options --noproxy --omit --only --orgs --orgs-permission --os --otp --pack-destination --package --packages --packages-and-scopes-permission --password --prefix --preid --provenance-file --proxy --reg --registry --replace-registry-host --save-prefix --sbom-format --sbom-type --scope --scopes --script-shell --searchexclude --searchlimit --searchopts --searchstaleness --shell --tag --tag-version-prefix --token-description --umask --user-agent --userconfig --viewer --which --workspace -C -L -c -m -w',
  }, // npm config definitions 11
  pip: {
    flags:
      '--debug --disable-pip-version-check --help --isolated --no-cache-dir --no-color --no-input --no-python-version-warning --quiet --require-virtualenv --verbose --version -V -h -q -v',
    values:
      '--cache-dir --cert --client-cert --exists-action --keyring-provider --log --proxy --python --resume-retries --retries --timeout --trusted-host --use-deprecated --use-feature',
  }, // pip --help
  pnpm: {
    flags:
      '--aggregate-output --bail --color --fail-if-no-match --frozen-lockfile --help --if-present --ignore-scripts --include-workspace-root --no-bail --no-color --no-frozen-lockfile --no-sort --offline --parallel --prefer-offline --recursive --report-summary --reporter-hide-prefix --reverse --sequential --silent --sort --stream --use-stderr --version --workspace-root -h -r -s -v -w',
    values:
      '--changed-files-ignore-pattern --dir --filter --filter-prod --loglevel --prefix --registry --reporter --resume-from --store-dir --test-pattern --virtual-store-dir --workspace-concurrency -C -F',
  }, // pnpm 9 --help
  podman: {
    flags: '--help --noout --remote --syslog --trace --transient-store --version -h -r -v',
    values:
      '--cgroup-manager --config --conmon --connection --cpu-profile --default-mounts-file --events-backend --hooks-dir --identity --imagestore --log-level --max-workers --memory-profile --module --namespace --network-cmd-path --network-config-dir --out --pull-option --registries-conf --root --runroot --runtime --runtime-flag --ssh --storage-driver --storage-opt --tls-ca --tls-cert --tls-key --tmpdir --url --volumepath -c',
  }, // podman(1)
  systemctl: {
    flags:
      '--after --all --before --drop-in --dry-run --failed --firmware-setup --force --full --global --help --ignore-dependencies --ignore-inhibitors --marked --mkdir --no-ask-password --no-block --no-legend --no-pager --no-reload --no-wall --no-warn --now --plain --quiet --read-only --recursive --reverse --runtime --show-transaction --show-types --stdin --system --user --value --version --wait --with-dependencies -T -V -a -f -h -i -l -q -r',
    values:
      '--boot-loader-entry --boot-loader-menu --check-inhibitors --host --image --image-policy --job-mode --kill-value --kill-who --kill-whom --legend --lines --machine --message --output --preset-mode --property --root --signal --state --timestamp --type --what --when -H -M -P -n -o -p -s -t',
  }, // systemctl(1)
  terraform: { flags: '--help --version -h -help -v -version', values: '--chdir -chdir' }, // terraform -help
  yarn: {
    flags:
      '--check-files --disable-pnp --enable-pnp --flat --focus --force --frozen-lockfile --har --help --ignore-engines --ignore-optional --ignore-platform --ignore-scripts --json --link-duplicates --no-bin-links --no-default-rc --no-emoji --no-lockfile --no-node-version-check --no-progress --non-interactive --offline --pnp --prefer-offline --pure-lockfile --silent --skip-integrity-check --strict-semver --update-checksums --verbose --version -h -s -v',
    values:
      '--cache-folder --cwd --global-folder --https-proxy --link-folder --modules-folder --mutex --network-concurrency --network-timeout --otp --preferred-cache-folder --proxy --registry --use-yarnrc',
  }, // yarn 1 --help
};
