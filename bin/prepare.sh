# Sourced by the commands of this folder: finds a JDK 25, and offers to install the Debian packages they need.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/help.sh"
# Jars record the files' modes: two builds of one commit are the same bytes.
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

# Installs the packages that $root/bin/packages/NAME.txt lists, where they are missing; a command behind a package's
# name makes it unnecessary, whoever brought that command.
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
    echo "kata-monitor is built with Maven: mvn is not on the path." >&2
    exit 1
  fi
  (cd "$root" && mvn -B "-Dbuild.commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)" "$@")
}
