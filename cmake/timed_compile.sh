#!/usr/bin/env bash
# timed_compile.sh FILE COMMAND…: runs a compiler and appends "CPU seconds<TAB>object file" to FILE.
set -u
record=$1
shift
object=''
previous=''
for argument in "$@"; do
  if [ "$previous" = -o ]; then object=$argument; fi
  previous=$argument
done
# The shell's own report goes to a descriptor of its own, so that the compiler's messages stay as they are.
exec 3>&1 4>&2
TIMEFORMAT='%U %S'
seconds=$({ time "$@" >&3 2>&4; } 2>&1)
status=$?
read -r user system <<< "$seconds"
# One short write: lines of parallel compilations do not mix.
printf '%s\t%s\n' "$(awk -v u="$user" -v s="$system" 'BEGIN {printf "%.2f", u + s}')" "$object" >> "$record"
exit $status
