# Sourced by every script, with the script's arguments: --help prints the comment at the top of the script. Scripts that
# run a program pass --help on to it.
# shellcheck shell=bash
case ${1:-} in
  -h | --help)
    if ! grep -q '^exec .*java' "$0"; then
      sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
      exit 0
    fi
    ;;
esac
