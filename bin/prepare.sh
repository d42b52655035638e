# Sourced by the scripts of this directory: finds a JDK 25, and installs the Debian packages they need.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/help.sh"
# Jars record file modes: a fixed umask makes builds of one commit identical.
umask 022
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Sets JAVA_HOME to a JDK 25: the caller's own, or the first one below /usr/lib/jvm.
find_jdk() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [ -x "$home/bin/javac" ] && grep -q '^JAVA_VERSION="25' "$home/release" 2>/dev/null; then
      export JAVA_HOME=$home
      return
    fi
  done
  echo "kata-monitor needs a JDK 25: none is in JAVA_HOME or below /usr/lib/jvm." >&2
  exit 1
}

# Installs missing packages of those in $root/bin/packages/NAME.txt. A package is not needed if the command after its
# name exists.
need_packages() {
  local missing=() package command
  while read -r package command _; do
    case $package in '' | '#'*) continue ;; esac
    [ -n "$command" ] && command -v "$command" >/dev/null && continue
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done <"$root/bin/packages/$1.txt"
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "These Debian packages are missing, and only root can install them: ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing ${missing[*]}" >&2
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# Runs Maven quietly with the JDK found.
maven() {
  if ! command -v mvn >/dev/null; then
    echo "kata-monitor is built with Maven, but mvn is not on the path." >&2
    exit 1
  fi
  (cd "$root" && mvn -B "-Dbuild.commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)" "$@")
}
