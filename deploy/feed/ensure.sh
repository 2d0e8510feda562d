#!/usr/bin/env bash
# Makes sure that the packages which Directory.Packages.props names can be restored.
#
# With a package feed that has them all this only looks, once, and remembers. Where the feed lacks
# one for which there is a recipe under standins/, it is built from published sources or binaries
# into a folder feed beside this script, and a git-ignored nuget.config in the repository root
# points there, so that plain `dotnet build` works. README.md tells the rest.
#
#   ensure.sh           look, and build what is missing
#   ensure.sh --force   forget what was found and built, then do it again
#   ensure.sh --clean   remove everything that this script made in the checkout
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
versions="$root/Directory.Packages.props"
config="$root/nuget.config"
packages="$here/packages"
work="$here/work"
mark="written by deploy/feed/ensure.sh"
recipes="librdkafka onnxruntime cassandra-driver"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# shellcheck source=tools.sh
. "$here/tools.sh"
for recipe in $recipes; do
    # shellcheck source=/dev/null
    . "$here/standins/$recipe/recipe.sh"
    version_of "$("needs_$recipe")" > /dev/null
done

owns_config() { grep -qs "$mark" "$config"; }

forget() {
    rm -rf "$packages" "$work/found"
    if owns_config; then rm -f "$config"; fi
}

# What a build of the recipe $1 depends on: its files, and the version that it is for.
identity() { { version_of "$("needs_$1")"; cat "$here/tools.sh"; sources_of "$1" | xargs -0 cat; } | digest; }

# The files of the recipe $1 in a fixed order, without what a build beside them left.
sources_of() { find "$here/standins/$1" -type f -not -path '*/bin/*' -not -path '*/obj/*' -print0 | LC_ALL=C sort -z; }

# What a look depends on.
question() { { for recipe in $recipes; do identity "$recipe"; done; cat "$here/ensure.sh"; } | digest; }

# Is the answer to today's question known, and what it says still there?
answered() {
    local asked how
    [ -f "$work/found" ] || return 1
    read -r asked how < "$work/found"
    [ "$asked" = "$(question)" ] || return 1
    [ "$how" = feed ] || { owns_config && [ -d "$packages" ]; }
}

remember() { echo "$(question) $1" > "$work/found"; }

# Removes stand-ins from the package cache $1: one left from an earlier build would answer for the
# feed, or hide a new build of the same version.
drop_extracted() {
    local standin id
    for standin in "$here"/standins/*/*.nuspec; do
        id="$(basename "$standin" .nuspec | tr '[:upper:]' '[:lower:]')"
        if grep -qs "A stand-in for" "$1/$id"/*/"$id.nuspec"; then
            rm -rf "${1:?}/$id"
        fi
    done
}

# restores "ID ID ..." [CONFIG]: can a project with this nuget.config beside it restore these packages in
# exactly the versions that are named? 1 where one is missing; any other failure stops.
restores() {
    local probe="$scratch/probe" id
    rm -rf "$probe"
    mkdir -p "$probe"
    if [ $# = 2 ]; then cp "$2" "$probe/nuget.config"; fi
    {
        echo '<Project Sdk="Microsoft.NET.Sdk">'
        echo '  <PropertyGroup>'
        echo '    <TargetFramework>net10.0</TargetFramework>'
        echo '    <NuGetAudit>false</NuGetAudit>'
        echo '    <WarningsAsErrors>NU1603</WarningsAsErrors>'
        echo '  </PropertyGroup>'
        echo '  <ItemGroup>'
        for id in $1; do
            echo "    <PackageReference Include=\"$id\" Version=\"$(version_of "$id")\" />"
        done
        echo '  </ItemGroup>'
        echo '</Project>'
    } > "$probe/probe.csproj"
    if (cd "$probe" && dotnet restore probe.csproj) > "$probe/log" 2>&1; then
        return 0
    fi
    if grep -qE 'NU1(100|101|102|103|603)' "$probe/log"; then
        return 1
    fi
    cat "$probe/log" >&2
    stop "the package feed could not be asked (above)."
}

# The configuration that adds the stand-ins to the machine's own sources; $1 is its package cache.
# The mapping lets a stand-in's id come from the folder only, and everything else from the feeds only.
write_config() {
    local package name
    {
        echo '<?xml version="1.0" encoding="utf-8"?>'
        echo "<!-- $mark, which also removes it -->"
        echo '<configuration>'
        echo '  <config>'
        echo "    <add key=\"globalPackagesFolder\" value=\"$(escaped "$1")\" />"
        echo '  </config>'
        echo '  <packageSources>'
        echo "    <add key=\"stand-ins\" value=\"$(escaped "$packages")\" />"
        echo '  </packageSources>'
        echo '  <packageSourceMapping>'
        echo '    <packageSource key="stand-ins">'
        for package in "$packages"/*.nupkg; do
            echo "      <package pattern=\"$(id_of "$package")\" />"
        done
        echo '    </packageSource>'
        own_sources | while IFS= read -r name; do
            echo "    <packageSource key=\"$(escaped "$name")\">"
            echo '      <package pattern="*" />'
            echo '    </packageSource>'
        done
        echo '  </packageSourceMapping>'
        echo '</configuration>'
    } > "$scratch/made.config"
}

# Puts a recipe's packages into the folder feed: those kept from an earlier build, else new ones.
provide() {
    local recipe="$1" started=$SECONDS made
    made="${STREAMING_FEED_CACHE:-$work}/built/$recipe-$(identity "$recipe")"
    if [ -z "$force" ] && [ -d "$made" ]; then
        say "the package feed lacks what $("needs_$recipe") needs; using the stand-in kept in $made"
    else
        say "the package feed lacks what $("needs_$recipe") needs; building a stand-in for it"
        mkdir -p "$scratch/$recipe/out" "$(dirname "$made")"
        (cd "$scratch/$recipe" && "build_$recipe" "$here/standins/$recipe" "$scratch/$recipe/out")
        rm -rf "$made" "$made.new"
        cp -r "$scratch/$recipe/out" "$made.new"
        mv "$made.new" "$made"
        say "  built in $((SECONDS - started)) s"
    fi
    cp "$made"/*.nupkg "$packages/"
}

ensure() {
    local recipe all="" missing="" folder="$here/cache" theirs=()
    for recipe in $recipes; do
        all="$all $("needs_$recipe")"
    done
    drop_extracted "$folder"
    if [ -n "${NUGET_PACKAGES:-}" ]; then drop_extracted "$NUGET_PACKAGES"; fi
    if [ -f "$config" ] && ! owns_config; then theirs=("$config"); fi

    say "looking whether the package feed has what Directory.Packages.props names"
    if restores "$all" "${theirs[@]}"; then
        say "it has everything; nothing to build"
        forget
        remember feed
        return
    fi
    for recipe in $recipes; do
        restores "$("needs_$recipe")" "${theirs[@]}" || missing="$missing $recipe"
    done
    [ "$(uname -s) $(uname -m)" = "Linux x86_64" ] \
        || stop "the feed lacks:$missing. Stand-ins are made for Linux x86_64 only, and this is $(uname -sm): use a complete package feed."
    if [ ${#theirs[@]} != 0 ]; then
        stop "the feed lacks:$missing, and $config is not this script's to replace: move it away, or name a source in it that has them."
    fi

    forget
    mkdir -p "$packages"
    for recipe in $missing; do
        provide "$recipe"
    done
    if [ -n "${STREAMING_FEED_CACHE:-}" ]; then
        folder="$STREAMING_FEED_CACHE/restored-$(cat "$packages"/*.nupkg | digest)"
    fi
    write_config "$folder"
    restores "$all" "$scratch/made.config" \
        || { cat "$scratch/probe/log" >&2; stop "the stand-ins were built but do not restore (above)."; }
    for recipe in $missing; do
        "check_$recipe" "${NUGET_PACKAGES:-$folder}"
    done
    mv "$scratch/made.config" "$config"
    remember stand-ins
    say "done: dotnet restore takes stand-ins for$missing from deploy/feed/packages (deploy/feed/README.md tells what they are)"
}

force=""
case "${1:-}" in
    "") ;;
    --force) force=yes ;;
    --clean)
        forget
        rm -rf "$work" "$here/cache"
        exit 0
        ;;
    *) stop "unknown argument '$1'; known are --force and --clean." ;;
esac

if [ -z "$force" ] && answered; then
    exit 0
fi
command -v dotnet > /dev/null || stop "dotnet is not on the PATH; install the .NET 10 SDK."

mkdir -p "$work"
exec 8> "$work/lock"
flock 8
if [ -n "${STREAMING_FEED_CACHE:-}" ]; then
    mkdir -p "$STREAMING_FEED_CACHE"
    STREAMING_FEED_CACHE="$(cd "$STREAMING_FEED_CACHE" && pwd)"
    exec 9> "$STREAMING_FEED_CACHE/lock"
    flock 9
fi
# Another run may have answered while this one waited.
if [ -z "$force" ] && answered; then
    exit 0
fi
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
ensure
