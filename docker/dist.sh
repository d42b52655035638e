#!/usr/bin/env bash
# Builds the application in image and package: its jar, a Java runtime of the modules it uses, a launcher and an
# AOT cache. Called by the build of the module docker, whose dependencies are the content of the jar.
#
#   dist.sh JARS JAR SIMULATOR TARGET VERSION COMMIT TIMESTAMP
#
# JARS, a class path: what is shipped; JAR: all of it in one. SIMULATOR, another class path: the node of the training
# run. TARGET: the folder of the application and of its papers. TIMESTAMP: the time that all files get; the AOT cache is
# refused when the jar's time is another one.
set -euo pipefail
source "$(dirname "$0")/../bin/prepare.sh"
find_jdk
IFS=: read -ra jars <<<"$1"
jar=$2 simulator=$3 target=$4 version=$5 commit=$6 epoch=$(date -d "$7" +%s)
work=$(mktemp -d /tmp/dist.XXXX)
# A socket's path has 107 bytes, of which a shim's takes 90.
node=$(mktemp -d /tmp/kXXX)
processes=()
end() {
  [ ${#processes[@]} -eq 0 ] || kill "${processes[@]}" 2>/dev/null || true
  rm -rf "$work" "$node"
}
trap end EXIT

# Modules: what our own classes use, and beyond them
#   java.logging       by which gRPC and Guava log
#   java.naming        the names in X.509 certificates
#   jdk.unsupported    sun.misc.Unsafe, of Netty, Guava and protobuf
mapfile -t ours < <(printf '%s\n' "${jars[@]}" | grep '/monitor-[^/]*\.jar$')
modules=$("$JAVA_HOME/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps \
  "${ours[@]}"),java.logging,java.naming,jdk.unsupported
"$JAVA_HOME/bin/jlink" --add-modules "$modules" --output "$work/runtime" \
  --strip-debug --no-header-files --no-man-pages --compress zip-6

app=$work/kata-monitor
mkdir -p "$app"/{bin,lib/app}
mv "$work/runtime" "$app/lib/runtime"
cp "$jar" "$root/docker/jvm.options" "$root/docker/top.options" "$app/lib/app/"
gcc -O2 -Wall -Wextra -Werror -s -o "$app/bin/kata-monitor" "$root/docker/launcher.c"
gcc -O2 -Wall -Wextra -Werror -s -shared -fPIC -I"$JAVA_HOME/include" -I"$JAVA_HOME/include/linux" \
  -o "$app/lib/app/libout-of-memory.so" "$root/docker/out-of-memory.c"

# Netty would unpack its native library to a temporary folder; it is found on the library path instead.
case $(uname -m) in
  x86_64) architecture=x86_64 ;;
  aarch64) architecture=aarch_64 ;;
  *) echo "kata-monitor runs on amd64 and arm64, not on $(uname -m)." >&2; exit 1 ;;
esac
native=$(printf '%s\n' "${jars[@]}" | grep "/netty-transport-native-epoll-.*-linux-$architecture\.jar$")
(cd "$work" && "$JAVA_HOME/bin/jar" xf "$native" META-INF/native)
mv "$work"/META-INF/native/*.so "$app/lib/app/"

find "$app" -exec touch -h -d "@$epoch" {} +

# The training run: the first seconds of the daemon on a node.
"$JAVA_HOME/bin/java" -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -cp "$simulator" io.katamonitor.sim.Main \
  --dir "$node" --sandboxes 8 --runtime-rs 2 --body kata --cgroups v2 >"$work/node.log" 2>&1 &
processes+=($!)
await() { # FILE PATTERN
  local tries=0
  until grep -q "$2" "$1" 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || { echo "The training run did not get to \"$2\":" >&2; cat "$1" >&2; exit 1; }
    sleep 0.1
  done
}
await "$work/node.log" ready

# The command line of the launcher except for the cache: the class path uses descriptor 63, see launcher.c.
exec 63<"$app/lib/app"
java() {
  MALLOC_ARENA_MAX=2 exec "$app/lib/runtime/bin/java" "@$app/lib/app/jvm.options" \
    "-Djava.library.path=$app/lib/app" "-XX:AOTConfiguration=$work/aot.conf" "$@"
}
java -XX:AOTMode=record -cp /proc/self/fd/63/kata-monitor.jar io.katamonitor.KataMonitor \
  --listen-address 127.0.0.1:0 --runtime-endpoint "$node/cri.sock" --cgroup-root "$node/cgroup" \
  --sandboxes-path "$(sed -n 's/.* go=\([^ ]*\).*/\1/p' "$work/node.log")" \
  --sandboxes-path "$(sed -n 's/.* runtime-rs=\([^ ]*\).*/\1/p' "$work/node.log")" >"$work/monitor.log" 2>&1 &
monitor=$!
processes+=("$monitor")
await "$work/monitor.log" 'msg=listening.*[0-9]"\?$'
port=$(sed -n 's/.*msg=listening.*address="*127\.0\.0\.1:\([0-9]*\).*/\1/p' "$work/monitor.log")
get() { # PATH HEADER
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\nConnection: close\r\n\r\n' "$1" "$2" >&3
  timeout 30 cat <&3 >"$work/response" || true
  exec 3>&-
}
must() { # PATH HEADER
  get "$@"
  head -n 1 "$work/response" | grep -q ' 200 ' && return
  echo "The training run got no response from $1:" >&2
  cat "$work/monitor.log" >&2
  exit 1
}
await_response() { # PATH HEADER PATTERN
  local tries=0
  until get "$1" "$2" && grep -q "$3" "$work/response"; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || { echo "The training run never got a response of $1 with \"$3\":" >&2; cat "$work/monitor.log" >&2; exit 1; }
    sleep 0.1
  done
}
await_response /readyz 'Accept: */*' ' 200 '
# Without a scrape, until there are rates: the monitor probes shims and renders the whole page.
must / 'Accept: text/html'
await_response '/sandboxes?history=true' 'Accept: application/json' '"cpuCores":\[\['
must /sandboxes 'Accept: application/json'
must / 'Accept: text/html'
for _ in 1 2 3; do
  must /metrics 'Accept-Encoding: gzip'
  must /metrics 'Accept: text/plain;version=0.0.4'
done
must /metrics 'Accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited'
must '/sandboxes?history=true' 'Accept: application/json'
must /sandboxes 'Accept: application/json'
must /sandboxes 'Accept: text/html'
must / 'Accept: text/html'
must /livez 'Accept: */*'
kill "$monitor"
wait "$monitor" || { echo 'The training run failed:' >&2; cat "$work/monitor.log" >&2; exit 1; }
processes=("${processes[0]}")
(java -XX:AOTMode=create "-XX:AOTCache=$app/lib/app/kata-monitor.aot" -cp /proc/self/fd/63/kata-monitor.jar) \
  >"$work/aot.log" 2>&1 || { echo 'No AOT cache can be made:' >&2; cat "$work/aot.log" >&2; exit 1; }

# No other programs are started. Of those of the runtime only java is kept, under the name that ps should show.
mv "$app/lib/runtime/bin/java" "$work/java"
rm -rf "$app/lib/runtime/bin" "$app/lib/runtime/lib/"{jexec,jspawnhelper,classlist,jrt-fs.jar}
mkdir "$app/lib/runtime/bin"
mv "$work/java" "$app/lib/runtime/bin/kata-monitor"

# Bill of materials, licences of all components, version and commit.
papers=$app/doc
mkdir -p "$papers/licenses"
cp "$root/LICENSE" "$papers/licenses/Apache-2.0.txt"
cp "$root"/docker/licenses/*.txt "$papers/licenses/"
# The plugin that writes it does nothing when Maven is offline.
bom=$(dirname "$target")/bom.json
if [ -e "$bom" ]; then
  # JLine's pom names "The BSD License", with the address of the one with three clauses; the plugin takes the name.
  sed 's/"BSD-4-Clause"/"BSD-3-Clause"/' "$bom" >"$papers/kata-monitor.cdx.json"
else
  echo 'Built offline: without a bill of materials.' >&2
fi
[ ! -e "$root/CHANGELOG.md" ] || cp "$root/CHANGELOG.md" "$papers/"
echo "$version" >"$papers/version"
echo "$commit" >"$papers/commit"

# Files required by Debian in addition to the application.
share=$(dirname "$target")/share
rm -rf "$share"
mkdir -p "$share/man/man8" "$share/doc/kata-monitor" "$share/lintian/overrides"
gzip -9n <"$root/deploy/debian/kata-monitor.8" >"$share/man/man8/kata-monitor.8.gz"
cp "$root/deploy/debian/copyright" "$share/doc/kata-monitor/copyright"
cp "$root/deploy/debian/lintian-overrides" "$share/lintian/overrides/kata-monitor"
# For Prometheus and Grafana. In the repository the scrape configurations are in another directory than the rules.
mkdir -p "$share/kata-monitor"/{prometheus,dashboards}
cp "$root"/deploy/helm/kata-monitor/files/*.yaml "$share/kata-monitor/prometheus/"
for file in "$root"/deploy/prometheus/prometheus*.yml; do
  sed 's|\.\./helm/kata-monitor/files/||' "$file" >"$share/kata-monitor/prometheus/${file##*/}"
done
cp "$root"/deploy/helm/kata-monitor/files/dashboards/*.json "$share/kata-monitor/dashboards/"
# The documents and what they link to, in the directories of the repository, so that their links hold. Of Debian's
# packages none has the licence's text or sources: links to these become plain text.
(
  cd "$root"
  cp --parents README.md SECURITY.md ARCHITECTURE.md CONTRIBUTING.md docs/*.* docs/images/* docs/runbooks/*.md \
    deploy/README.md deploy/helm/kata-monitor/README.md deploy/prometheus/prometheus*.yml docker/README.md \
    monitor-bench/results/{bench.md,*.png,formats/bench.md} "$share/doc/kata-monitor/"
)
sed -E -i 's/\[([^]]*)\]\((LICENSE|[^)]*\.java)\)/\1/g' "$share"/doc/kata-monitor/*.md
{
  # What precedes a release sorts before it.
  echo "kata-monitor (${version/-/\~}) stable; urgency=medium"
  echo
  echo '  * CHANGELOG.md beside this file tells what changed.'
  echo
  echo " -- $(sed -n 's/^Maintainer: //p' "$root/deploy/debian/control/control")  $(date -u -R -d "@$epoch")"
} | gzip -9n >"$share/doc/kata-monitor/changelog.gz"

find "$app" "$share" -exec touch -h -d "@$epoch" {} +
chmod -R u=rwX,go=rX "$app"
rm -rf "$target"
mkdir -p "$(dirname "$target")"
mv "$app" "$target"
