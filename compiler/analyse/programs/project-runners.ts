/** Programs and sub-commands that run what the project itself defines: what that is, a policy can't see. */
export const PROJECT_RUNNERS: readonly { readonly program: string; readonly sub?: string }[] = [
  { program: 'make' }, // make(1): runs recipes of the makefile
  { program: 'gmake' }, // make(1): runs recipes of the makefile
  { program: 'bmake' }, // make(1): runs recipes of the makefile
  { program: 'npm', sub: 'run|run-script|rum|urn|test|t|tst|start|stop|restart' }, // npm-run(1): runs scripts of package.json
  {
    program: 'npm',
    sub: 'install|i|in|ins|add|ci|clean-install|ic|install-test|it|install-ci-test|cit|update|up|upgrade|rebuild|rb|link|ln|dedupe|ddp|uninstall|un|rm|remove|prune',
  }, // npm scripts(7): runs install scripts of the project and its packages
  { program: 'npm', sub: 'publish|pack|version' }, // npm scripts(7): runs the scripts around packing and versions
  { program: 'npm', sub: 'exec|x' }, // npm-exec(1): prefers a command installed by the project
  { program: 'npm', sub: 'audit fix' }, // npm-audit(1): installs packages
  { program: 'npx' }, // npx(1): prefers a command installed by the project
  {
    program: 'yarn',
    sub: '|install|add|remove|up|upgrade|run|test|start|build|exec|workspace|workspaces|pack|publish|version|rebuild|link|dlx|node',
  }, // yarn docs: runs scripts of package.json; any other word is one too
  {
    program: 'yarnpkg',
    sub: '|install|add|remove|up|upgrade|run|test|start|build|exec|workspace|workspaces|pack|publish|version|rebuild|link|dlx|node',
  }, // yarn docs: runs scripts of package.json; any other word is one too
  {
    program: 'pnpm',
    sub: 'run|run-script|test|t|start|stop|restart|exec|install|i|add|update|up|rebuild|rb|publish|pack|deploy|dlx|install-test|it|link|remove|rm',
  }, // pnpm docs: runs scripts of package.json; an unknown word is one too
  { program: 'bun', sub: 'run|test|install|i|add|update|create|pm|link|build|x' }, // Bun docs: runs scripts, tests and install hooks
  { program: 'deno', sub: 'task|test|bench|install' }, // Deno docs: runs tasks and tests, with the project's settings
  { program: 'node', sub: '--run|--test' }, // node(1): runs a script of package.json, or test files
  { program: 'lerna' }, // the tools' docs: runs scripts of many packages
  { program: 'nx' }, // the tools' docs: runs scripts of many packages
  { program: 'turbo' }, // the tools' docs: runs scripts of many packages
  { program: 'rush' }, // the tools' docs: runs scripts of many packages
  { program: 'wireit' }, // the tools' docs: runs scripts of many packages
  { program: 'moon' }, // the tools' docs: runs scripts of many packages
  { program: 'lage' }, // the tools' docs: runs scripts of many packages
  { program: 'gulp' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'grunt' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'jake' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'brunch' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'webpack' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'rollup' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'vite' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'parcel' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'esbuild' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'tsup' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'next' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'nuxt' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'astro' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'gatsby' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'remix' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'svelte-kit' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'ng' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'vue-cli-service' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'react-scripts' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'craco' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'ember' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'expo' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'metro' }, // the tools' docs: runs the project's configuration, which is code
  { program: 'jest' }, // the tools' docs: runs the project's tests
  { program: 'mocha' }, // the tools' docs: runs the project's tests
  { program: 'vitest' }, // the tools' docs: runs the project's tests
  { program: 'ava' }, // the tools' docs: runs the project's tests
  { program: 'tap' }, // the tools' docs: runs the project's tests
  { program: 'jasmine' }, // the tools' docs: runs the project's tests
  { program: 'karma' }, // the tools' docs: runs the project's tests
  { program: 'cypress' }, // the tools' docs: runs the project's tests
  { program: 'playwright' }, // the tools' docs: runs the project's tests
  { program: 'wdio' }, // the tools' docs: runs the project's tests
  { program: 'nyc' }, // the tools' docs: runs the project's tests
  { program: 'c8' }, // the tools' docs: runs the project's tests
  { program: 'eslint' }, // the tools' docs: settings of the project are code or name plugins
  { program: 'prettier' }, // the tools' docs: settings of the project are code or name plugins
  { program: 'stylelint' }, // the tools' docs: settings of the project are code or name plugins
  { program: 'tsc' }, // the tools' docs: settings of the project are code or name plugins
  { program: 'commitlint' }, // the tools' docs: settings of the project are code or name plugins
  { program: 'lint-staged' }, // the tools' docs: settings of the project are code or name plugins
  { program: 'husky' }, // the tools' docs: settings of the project are code or name plugins
  { program: 'postcss' }, // the tools' docs: settings of the project are code or name plugins
  { program: 'tailwindcss' }, // the tools' docs: settings of the project are code or name plugins
  { program: 'storybook' }, // the tools' docs: settings of the project are code or name plugins
  {
    program: 'cargo',
    sub: 'build|b|check|c|test|t|run|r|bench|doc|d|rustdoc|rustc|install|clippy|fix|package|publish|nextest|miri|watch|expand|udeps|tarpaulin|llvm-cov|hack|xtask',
  }, // cargo(1): runs build scripts and macros, or the code itself
  { program: 'cargo', sub: 'metadata|tree|fetch|update|fmt|clean' }, // cargo config docs: reads the project's .cargo settings, which can name wrappers and aliases
  { program: 'go', sub: 'test|generate|run|tool' }, // go help: runs the project's code or its generate lines
  { program: 'go', sub: 'build|install|vet|get|list|mod' }, // go help build: may run C compilers and fetch with the project's settings
  { program: 'mage' }, // the tools' docs: runs tasks of the project
  { program: 'task' }, // the tools' docs: runs tasks of the project
  { program: 'go-task' }, // the tools' docs: runs tasks of the project
  { program: 'just' }, // the tools' docs: runs tasks of the project
  { program: 'mise' }, // the tools' docs: runs tasks of the project
  { program: 'rake' }, // rake docs: runs tasks of the project
  { program: 'thor' }, // rake docs: runs tasks of the project
  { program: 'bundle', sub: 'exec|install|update|console|binstubs' }, // bundle docs: loads the Gemfile, which is code
  { program: 'bundler', sub: 'exec|install|update|console|binstubs' }, // bundle docs: loads the Gemfile, which is code
  { program: 'rails' }, // Rails guides: runs the project's application
  { program: 'rspec' }, // the tools' docs: runs the project's tests, settings or recipes
  { program: 'cucumber' }, // the tools' docs: runs the project's tests, settings or recipes
  { program: 'minitest' }, // the tools' docs: runs the project's tests, settings or recipes
  { program: 'rubocop' }, // the tools' docs: runs the project's tests, settings or recipes
  { program: 'guard' }, // the tools' docs: runs the project's tests, settings or recipes
  { program: 'jekyll' }, // the tools' docs: runs the project's tests, settings or recipes
  { program: 'middleman' }, // the tools' docs: runs the project's tests, settings or recipes
  { program: 'fastlane' }, // the tools' docs: runs the project's tests, settings or recipes
  { program: 'pod' }, // the tools' docs: runs the project's tests, settings or recipes
  { program: 'cap' }, // the tools' docs: runs the project's tests, settings or recipes
  { program: 'kitchen' }, // the tools' docs: runs the project's tests, settings or recipes
  { program: 'gem', sub: 'build|install' }, // gem help: reads the gemspec, which is code
  { program: 'mvn' }, // Maven docs: runs plugins of the pom and tests
  { program: 'mvnw' }, // Maven docs: runs plugins of the pom and tests
  { program: './mvnw' }, // Maven docs: runs plugins of the pom and tests
  { program: 'gradle' }, // Gradle docs: runs build scripts of the project
  { program: 'gradlew' }, // Gradle docs: runs build scripts of the project
  { program: './gradlew' }, // Gradle docs: runs build scripts of the project
  { program: 'ant' }, // the tools' docs: runs build definitions of the project
  { program: 'sbt' }, // the tools' docs: runs build definitions of the project
  { program: 'mill' }, // the tools' docs: runs build definitions of the project
  { program: 'lein' }, // the tools' docs: runs build definitions of the project
  { program: 'boot' }, // the tools' docs: runs build definitions of the project
  { program: 'clj' }, // the tools' docs: runs build definitions of the project
  { program: 'clojure' }, // the tools' docs: runs build definitions of the project
  { program: 'scala-cli' }, // the tools' docs: runs build definitions of the project
  { program: 'bloop' }, // the tools' docs: runs build definitions of the project
  { program: 'kobalt' }, // the tools' docs: runs build definitions of the project
  { program: 'pytest' }, // pytest docs: imports conftest.py and tests
  { program: 'py.test' }, // pytest docs: imports conftest.py and tests
  {
    program: 'python',
    sub: '-m pytest|-m unittest|-m nox|-m tox|-m build|-m pip install|setup.py|manage.py|-m mypy|-m sphinx',
  }, // the modules' docs: runs the project's code
  {
    program: 'python3',
    sub: '-m pytest|-m unittest|-m nox|-m tox|-m build|-m pip install|setup.py|manage.py|-m mypy|-m sphinx',
  }, // the modules' docs: runs the project's code
  { program: 'tox' }, // the tools' docs: runs tasks or tests of the project
  { program: 'nox' }, // the tools' docs: runs tasks or tests of the project
  { program: 'nose2' }, // the tools' docs: runs tasks or tests of the project
  { program: 'nosetests' }, // the tools' docs: runs tasks or tests of the project
  { program: 'hatch' }, // the tools' docs: runs tasks or tests of the project
  { program: 'invoke' }, // the tools' docs: runs tasks or tests of the project
  { program: 'inv' }, // the tools' docs: runs tasks or tests of the project
  { program: 'fab' }, // the tools' docs: runs tasks or tests of the project
  { program: 'doit' }, // the tools' docs: runs tasks or tests of the project
  { program: 'pynt' }, // the tools' docs: runs tasks or tests of the project
  { program: 'waf' }, // the tools' docs: runs tasks or tests of the project
  { program: 'scons' }, // the tools' docs: runs tasks or tests of the project
  { program: 'snakemake' }, // the tools' docs: runs tasks or tests of the project
  { program: 'dvc' }, // the tools' docs: runs tasks or tests of the project
  { program: 'luigi' }, // the tools' docs: runs tasks or tests of the project
  { program: 'airflow' }, // the tools' docs: runs tasks or tests of the project
  { program: 'prefect' }, // the tools' docs: runs tasks or tests of the project
  { program: 'dbt' }, // the tools' docs: runs tasks or tests of the project
  { program: 'kedro' }, // the tools' docs: runs tasks or tests of the project
  { program: 'behave' }, // the tools' docs: runs tasks or tests of the project
  { program: 'robot' }, // the tools' docs: runs tasks or tests of the project
  { program: 'locust' }, // the tools' docs: runs tasks or tests of the project
  { program: 'mypy' }, // the tools' docs: settings of the project can load plugins or run hooks
  { program: 'pylint' }, // the tools' docs: settings of the project can load plugins or run hooks
  { program: 'pyright' }, // the tools' docs: settings of the project can load plugins or run hooks
  { program: 'pre-commit' }, // the tools' docs: settings of the project can load plugins or run hooks
  { program: 'sphinx-build' }, // the tools' docs: settings of the project can load plugins or run hooks
  { program: 'mkdocs' }, // the tools' docs: settings of the project can load plugins or run hooks
  { program: 'coverage' }, // the tools' docs: settings of the project can load plugins or run hooks
  { program: 'flake8' }, // the tools' docs: settings of the project can load plugins or run hooks
  { program: 'bandit' }, // the tools' docs: settings of the project can load plugins or run hooks
  { program: 'isort' }, // the tools' docs: settings of the project can load plugins or run hooks
  { program: 'pip', sub: 'install .|install -e|install -r|wheel|download|install' }, // pip docs: runs build code of the project or packages
  { program: 'pip2', sub: 'install .|install -e|install -r|wheel|download|install' }, // pip docs: runs build code of the project or packages
  { program: 'pip3', sub: 'install .|install -e|install -r|wheel|download|install' }, // pip docs: runs build code of the project or packages
  { program: 'uv', sub: 'run|sync|pip install|build|lock|add|tool|remove' }, // uv docs: runs the project's build code or scripts
  { program: 'poetry', sub: 'install|run|build|add|update|sync|shell|lock|publish|develop' }, // the tools' docs: runs the project's build code or scripts
  { program: 'pdm', sub: 'install|run|build|add|update|sync|shell|lock|publish|develop' }, // the tools' docs: runs the project's build code or scripts
  { program: 'pipenv', sub: 'install|run|build|add|update|sync|shell|lock|publish|develop' }, // the tools' docs: runs the project's build code or scripts
  { program: 'rye', sub: 'install|run|build|add|update|sync|shell|lock|publish|develop' }, // the tools' docs: runs the project's build code or scripts
  { program: 'pixi', sub: 'install|run|build|add|update|sync|shell|lock|publish|develop' }, // the tools' docs: runs the project's build code or scripts
  { program: 'flit', sub: 'install|run|build|add|update|sync|shell|lock|publish|develop' }, // the tools' docs: runs the project's build code or scripts
  { program: 'maturin', sub: 'install|run|build|add|update|sync|shell|lock|publish|develop' }, // the tools' docs: runs the project's build code or scripts
  { program: 'conda', sub: 'build|env create|develop' }, // conda docs: runs recipes
  { program: 'mamba', sub: 'build|env create|develop' }, // conda docs: runs recipes
  { program: 'django-admin' }, // the tools' docs: imports the project's application
  { program: 'flask' }, // the tools' docs: imports the project's application
  { program: 'uvicorn' }, // the tools' docs: imports the project's application
  { program: 'gunicorn' }, // the tools' docs: imports the project's application
  { program: 'celery' }, // the tools' docs: imports the project's application
  { program: 'alembic' }, // the tools' docs: imports the project's application
  { program: 'streamlit' }, // the tools' docs: imports the project's application
  {
    program: 'composer',
    sub: 'install|update|require|remove|run-script|run|exec|test|dump-autoload|create-project|reinstall',
  }, // Composer docs: runs scripts and plugins of the project
  { program: 'phpunit' }, // the tools' docs: loads the project's code
  { program: 'pest' }, // the tools' docs: loads the project's code
  { program: 'artisan' }, // the tools' docs: loads the project's code
  { program: 'php-cs-fixer' }, // the tools' docs: loads the project's code
  { program: 'phpstan' }, // the tools' docs: loads the project's code
  { program: 'psalm' }, // the tools' docs: loads the project's code
  { program: 'php', sub: 'artisan|bin/console|vendor/bin/phpunit' }, // Laravel and Symfony docs: runs the project's application
  { program: 'bazel', sub: 'build|test|run|coverage|query|sync|fetch' }, // Bazel docs: runs rules of the project
  { program: 'bazelisk', sub: 'build|test|run|coverage|query|sync|fetch' }, // Bazel docs: runs rules of the project
  { program: 'buck', sub: 'build|test|run|coverage|query|sync|fetch' }, // Bazel docs: runs rules of the project
  { program: 'buck2', sub: 'build|test|run|coverage|query|sync|fetch' }, // Bazel docs: runs rules of the project
  { program: 'pants', sub: 'build|test|run|coverage|query|sync|fetch' }, // Bazel docs: runs rules of the project
  { program: 'please', sub: 'build|test|run|coverage|query|sync|fetch' }, // Bazel docs: runs rules of the project
  { program: 'plz', sub: 'build|test|run|coverage|query|sync|fetch' }, // Bazel docs: runs rules of the project
  { program: 'cmake' }, // cmake(1): reads CMakeLists.txt, which can run programs
  { program: 'ninja' }, // the tools' manuals: runs build definitions of the project
  { program: 'samu' }, // the tools' manuals: runs build definitions of the project
  { program: 'meson' }, // the tools' manuals: runs build definitions of the project
  { program: 'autoreconf' }, // the tools' manuals: runs build definitions of the project
  { program: 'autoconf' }, // the tools' manuals: runs build definitions of the project
  { program: 'automake' }, // the tools' manuals: runs build definitions of the project
  { program: 'configure' }, // the tools' manuals: runs build definitions of the project
  { program: './configure' }, // the tools' manuals: runs build definitions of the project
  { program: 'qmake' }, // the tools' manuals: runs build definitions of the project
  { program: 'xmake' }, // the tools' manuals: runs build definitions of the project
  { program: 'premake5' }, // the tools' manuals: runs build definitions of the project
  { program: 'tup' }, // the tools' manuals: runs build definitions of the project
  { program: 'redo' }, // the tools' manuals: runs build definitions of the project
  { program: 'waf' }, // the tools' manuals: runs build definitions of the project
  { program: 'gn' }, // the tools' manuals: runs build definitions of the project
  { program: 'conan' }, // the tools' manuals: runs build definitions of the project
  { program: 'vcpkg' }, // the tools' manuals: runs build definitions of the project
  { program: 'west' }, // the tools' manuals: runs build definitions of the project
  { program: 'platformio' }, // the tools' manuals: runs build definitions of the project
  { program: 'pio' }, // the tools' manuals: runs build definitions of the project
  { program: 'ctest' }, // ctest(1): runs the project's tests
  { program: 'xcodebuild' }, // xcodebuild(1): runs the project's build phases
  { program: 'fastlane' }, // xcodebuild(1): runs the project's build phases
  { program: 'swift', sub: 'build|test|run|package' }, // swift docs: runs the package manifest, which is code
  { program: 'dotnet', sub: 'build|run|test|restore|publish|pack|msbuild|watch|tool restore|clean' }, // .NET docs: runs targets of the project
  { program: 'msbuild' }, // .NET docs: runs targets of the project
  { program: 'nuke' }, // .NET docs: runs targets of the project
  { program: 'cake' }, // .NET docs: runs targets of the project
  { program: 'fake' }, // .NET docs: runs targets of the project
  {
    program: 'docker',
    sub: 'build|buildx build|buildx bake|compose up|compose run|compose build|compose exec|compose start|compose create|compose restart|compose watch|stack deploy',
  }, // docker --help: builds or starts what the project's files say
  { program: 'podman', sub: 'build|compose up|compose run|compose build|kube play|play kube' }, // podman(1): builds or starts what the project's files say
  { program: 'nerdctl', sub: 'build|compose up|compose run|compose build|kube play|play kube' }, // podman(1): builds or starts what the project's files say
  { program: 'docker-compose', sub: 'up|run|build|exec|start|create|restart' }, // Compose docs: builds or starts what the project's files say
  { program: 'podman-compose', sub: 'up|run|build|exec|start|create|restart' }, // Compose docs: builds or starts what the project's files say
  { program: 'buildah', sub: 'bud|build' }, // buildah(1): runs the steps of the project's file
  { program: 'skaffold' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'tilt' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'garden' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'devspace' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'earthly' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'dagger' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'act' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'nektos-act' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'drone' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'circleci' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'gitlab-runner' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'woodpecker-cli' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'devcontainer' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'vagrant' }, // the tools' docs: runs the project's pipeline or machine
  { program: 'helm', sub: 'install|upgrade|template|test|dependency build|dependency update' }, // helm docs: renders the project's chart, hooks run in the cluster
  { program: 'kubectl', sub: 'apply -f|apply -k|create -f|replace -f|kustomize' }, // kubectl --help: puts the project's manifests into the cluster
  { program: 'kustomize', sub: 'build|apply|sync|app' }, // the tools' docs: renders or applies the project's manifests
  { program: 'helmfile', sub: 'build|apply|sync|app' }, // the tools' docs: renders or applies the project's manifests
  { program: 'argocd', sub: 'build|apply|sync|app' }, // the tools' docs: renders or applies the project's manifests
  { program: 'terraform', sub: 'init|plan|apply|destroy|refresh|import|test|console|validate|providers' }, // Terraform docs: runs providers and programs that the project names
  { program: 'tofu', sub: 'init|plan|apply|destroy|refresh|import|test|console|validate|providers' }, // Terraform docs: runs providers and programs that the project names
  { program: 'terragrunt' }, // the tools' docs: runs the project's program or hooks
  { program: 'pulumi' }, // the tools' docs: runs the project's program or hooks
  { program: 'cdk' }, // the tools' docs: runs the project's program or hooks
  { program: 'sam' }, // the tools' docs: runs the project's program or hooks
  { program: 'serverless' }, // the tools' docs: runs the project's program or hooks
  { program: 'sls' }, // the tools' docs: runs the project's program or hooks
  { program: 'copilot' }, // the tools' docs: runs the project's program or hooks
  { program: 'amplify' }, // the tools' docs: runs the project's program or hooks
  { program: 'sst' }, // the tools' docs: runs the project's program or hooks
  { program: 'chalice' }, // the tools' docs: runs the project's program or hooks
  { program: 'packer' }, // the tools' docs: runs the project's program or hooks
  { program: 'cdktf' }, // the tools' docs: runs the project's program or hooks
  { program: 'ansible-playbook' }, // Ansible docs: runs the project's plays
  { program: 'ansible-pull' }, // Ansible docs: runs the project's plays
  { program: 'molecule' }, // Ansible docs: runs the project's plays
  {
    program: 'git',
    sub: 'commit|merge|rebase|pull|push|checkout|switch|am|clone|worktree add|cherry-pick|revert|gc|receive-pack|status|submodule update',
  }, // githooks(5): runs hooks, filters or a monitor set in the repository
  { program: 'hg', sub: 'commit|update|push|pull' }, // hg docs: runs hooks set in the repository
  { program: 'pre-commit', sub: 'run|install' }, // the tools' docs: runs the project's hooks
  { program: 'lefthook', sub: 'run|install' }, // the tools' docs: runs the project's hooks
  { program: 'overcommit', sub: 'run|install' }, // the tools' docs: runs the project's hooks
  { program: 'direnv', sub: 'allow|exec|reload' }, // direnv(1): runs .envrc
  { program: 'mix', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'rebar3', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'dune', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'opam', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'cabal', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'stack', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'shards', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'nimble', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'zig', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'dub', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'v', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'gleam', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'spago', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'elm', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'elm-test', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'julia', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'R', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'Rscript', sub: 'build|test|run|install|compile|deps.get|exec|runtest|spec' }, // the tools' docs: runs the project's build or tests
  { program: 'flutter', sub: 'run|test|build|pub get|pub run' }, // Dart docs: runs the project's code
  { program: 'dart', sub: 'run|test|build|pub get|pub run' }, // Dart docs: runs the project's code
  { program: 'forge', sub: 'test|build|script|run|compile|deploy|migrate' }, // the tools' docs: runs the project's code
  { program: 'hardhat', sub: 'test|build|script|run|compile|deploy|migrate' }, // the tools' docs: runs the project's code
  { program: 'truffle', sub: 'test|build|script|run|compile|deploy|migrate' }, // the tools' docs: runs the project's code
  { program: 'anchor', sub: 'test|build|script|run|compile|deploy|migrate' }, // the tools' docs: runs the project's code
  { program: 'brownie', sub: 'test|build|script|run|compile|deploy|migrate' }, // the tools' docs: runs the project's code
  { program: 'latexmk' }, // latexmk(1): reads .latexmkrc, which is Perl
  { program: 'vim' }, // vim docs: modeline: may read modelines and local settings of the folder
  { program: 'nvim' }, // vim docs: modeline: may read modelines and local settings of the folder
  { program: 'gdb' }, // gdb(1): may read .gdbinit of the folder
  { program: 'procfile' }, // foreman(1): starts the programs of the Procfile
  { program: 'foreman' }, // foreman(1): starts the programs of the Procfile
  { program: 'honcho' }, // foreman(1): starts the programs of the Procfile
  { program: 'overmind' }, // foreman(1): starts the programs of the Procfile
  { program: 'hivemind' }, // foreman(1): starts the programs of the Procfile
  { program: 'nix', sub: 'build|develop|run|shell|' }, // nix manual: evaluates and builds the project's expressions
  { program: 'nix-build', sub: 'build|develop|run|shell|' }, // nix manual: evaluates and builds the project's expressions
  { program: 'nix-shell', sub: 'build|develop|run|shell|' }, // nix manual: evaluates and builds the project's expressions
  { program: 'gcloud', sub: 'builds submit|app deploy|run deploy|functions deploy' }, // gcloud reference: builds and runs the project elsewhere
  { program: 'heroku', sub: 'deploy|dev|build|local|launch|up|emulators:start|functions:serve' }, // the tools' docs: builds or runs the project
  { program: 'fly', sub: 'deploy|dev|build|local|launch|up|emulators:start|functions:serve' }, // the tools' docs: builds or runs the project
  { program: 'flyctl', sub: 'deploy|dev|build|local|launch|up|emulators:start|functions:serve' }, // the tools' docs: builds or runs the project
  { program: 'vercel', sub: 'deploy|dev|build|local|launch|up|emulators:start|functions:serve' }, // the tools' docs: builds or runs the project
  { program: 'netlify', sub: 'deploy|dev|build|local|launch|up|emulators:start|functions:serve' }, // the tools' docs: builds or runs the project
  { program: 'wrangler', sub: 'deploy|dev|build|local|launch|up|emulators:start|functions:serve' }, // the tools' docs: builds or runs the project
  { program: 'firebase', sub: 'deploy|dev|build|local|launch|up|emulators:start|functions:serve' }, // the tools' docs: builds or runs the project
  { program: 'railway', sub: 'deploy|dev|build|local|launch|up|emulators:start|functions:serve' }, // the tools' docs: builds or runs the project
  { program: 'brew', sub: 'bundle' }, // brew(1): installs what the Brewfile, which is code, says
  { program: 'dpkg-buildpackage' }, // the tools' manuals: runs the package's build recipe
  { program: 'debuild' }, // the tools' manuals: runs the package's build recipe
  { program: 'rpmbuild' }, // the tools' manuals: runs the package's build recipe
  { program: 'makepkg' }, // the tools' manuals: runs the package's build recipe
  { program: 'abuild' }, // the tools' manuals: runs the package's build recipe
  { program: 'snapcraft' }, // the tools' manuals: runs the package's build recipe
  { program: 'flatpak-builder' }, // the tools' manuals: runs the package's build recipe
  { program: 'debian/rules' }, // the tools' manuals: runs the package's build recipe
];
