# shellcheck shell=bash
# What the stages share. A stage starts in the repository's root; see tests/harness/run_stages.py.
set -euo pipefail

jobs=${GYR_JOBS:-2}

tell() { # passed N | failed N | skipped REASON | built SECONDS
  if [ -n "${GYR_RESULT:-}" ]; then printf '%s\n' "$*" >> "$GYR_RESULT"; else printf '%s\n' "$*"; fi
}

# Runs a command and tells how long it took, as a part of the stage's time that went into builds.
building() { # command…
  local begin=$EPOCHREALTIME status=0
  "$@" || status=$?
  tell built "$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.1f", b - a}')"
  return "$status"
}

# Two lanes may want the same build folder.
locked() { # preset, command…
  mkdir -p build
  flock "build/.$1.lock" "${@:2}"
}

configure() { # preset
  if [ ! -f "build/$1/build.ninja" ] || ! locked "$1" ninja -C "build/$1" build.ninja; then building locked "$1" cmake --preset "$1"; fi
}

has_target() { # preset, target
  ninja -C "build/$1" -t query "$2" > /dev/null 2>&1
}

# The other lane waits for answers and browsers: what it measures must not wait for compilers.
compile() { # preset, target…
  building locked "$1" nice -n 5 ninja -C "build/$1" -j "$jobs" "${@:2}"
}

# How many seconds a random search may still take: what is left of the stage's time, at least FLOOR.
seconds_left() { # FLOOR
  local left=$((${GYR_SECONDS:-0} - SECONDS))
  echo $((left > $1 ? left : $1))
}

# Further histories of the simulator, in pieces, until the time or their number is used up. They begin behind the seeds of the stage, so
# that two runs of one commit say the same; --soak plays seeds that nobody has played yet.
further_histories() { # seconds, number, [first seed]
  local begin=$SECONDS played=0 first=${3:-1001}
  while [ $((SECONDS - begin + 5)) -lt "$1" ] && [ "$played" -lt "$2" ]; do
    build/release/gyr_simulate --seeds 200 --seed "$((first + played))" --jobs "$jobs"
    played=$((played + 200))
  done
  tell passed "$played"
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

# Waits until the servers that tests talk to are installed, where somebody is installing them.
with_peers() {
  if [ -e build/.peers.lock ]; then flock --shared --wait 900 build/.peers.lock true; fi
}

# Kills servers under load, in runs of 20 on fresh data, until the time or their number is used up.
more_kills() { # seconds, number
  local begin=$SECONDS killed=0 cycles=20
  while [ "$killed" -lt "$2" ] && { [ "$killed" -eq 0 ] || [ $((SECONDS - begin + (SECONDS - begin) * cycles / killed)) -lt "$1" ]; }; do
    python3 tests/crash/crash.py --program "$program" --cycles "$cycles"
    killed=$((killed + cycles))
  done
  tell passed "$killed"
}
