# shellcheck shell=bash
# What the stages share. A stage starts in the repository's root; see tests/harness/run_stages.py.
set -euo pipefail

jobs=${GYR_JOBS:-2}

tell() { # passed N | failed N | skipped REASON
  if [ -n "${GYR_RESULT:-}" ]; then printf '%s\n' "$*" >> "$GYR_RESULT"; else printf '%s\n' "$*"; fi
}

configure() { # preset
  if [ ! -f "build/$1/build.ninja" ] || ! ninja -C "build/$1" build.ninja; then cmake --preset "$1"; fi
}

has_target() { # preset, target
  ninja -C "build/$1" -t query "$2" > /dev/null 2>&1
}

compile() { # preset, target…
  local preset=$1
  shift
  ninja -C "build/$preset" -j "$jobs" "$@"
}

# Leaves the release program's path in $program. Where src/main is empty there is none to test: the stage is skipped, loudly.
# From the first source in src/main on, a program that does not come about is a failure.
need_program() {
  if ! compgen -G 'src/main/*.cc' > /dev/null; then
    tell skipped "this checkout builds no program (src/main is empty)"
    exit 0
  fi
  configure release
  compile release gyr
  # shellcheck disable=SC2034
  program=$PWD/build/release/gyr
  # Scripts run as processes, also on a machine that has a container engine: these stages need no images.
  export KESTRA_CONFIGURATION='kestra: {plugins: {configurations: [{type: io.kestra.plugin.scripts.runner.docker.Docker, values: {host: ""}}]}}'
}
