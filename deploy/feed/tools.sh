# What ensure.sh and the recipes share. Sourced, not run.

say() { echo "feed: $*"; }

stop() {
    echo "feed: $*" >&2
    exit 1
}

digest() { sha256sum | cut -c1-16; }

escaped() { printf '%s' "$1" | sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' -e 's/"/\&quot;/g'; }

# The version that Directory.Packages.props gives the package $1.
version_of() {
    local version
    version="$(sed -n "s/.*<PackageVersion Include=\"$1\" Version=\"\([^\"]*\)\".*/\1/p" "$versions")"
    [ -n "$version" ] || stop "Directory.Packages.props names no version of $1."
    echo "$version"
}

# The package id in a file name "id.1.2.3.nupkg".
id_of() { basename "$1" .nupkg | sed -E 's/\.[0-9]+(\.[0-9]+)+$//'; }

# The names of the package sources that this machine has enabled without our nuget.config.
own_sources() {
    (cd "$scratch" && dotnet nuget list source --format detailed) \
        | sed -nE 's/^ *[0-9]+\. +(.*) \[Enabled\]$/\1/p'
}

# fetch NAME@VERSION SHA512: the npm package's files in ./package, taken only with exactly this content.
fetch() {
    local file
    command -v npm > /dev/null || install_debian npm
    say "  fetching $1 with npm"
    file="$(npm pack --silent "$1" | tail -n 1)" || stop "npm could not fetch $1."
    echo "$2  $file" | sha512sum --check --quiet --status \
        || stop "$1 is not what it was: expected SHA-512 $2, got $(sha512sum "$file" | cut -d' ' -f1)."
    tar -xzf "$file"
    rm "$file"
}

install_debian() {
    local as=""
    if [ "$(id -u)" != 0 ]; then
        as="sudo -n"
        sudo -n true 2> /dev/null || as=none
    fi
    if [ "$as" = none ] || ! command -v apt-get > /dev/null; then
        stop "this machine lacks what the build needs, and this script may not install it. Install (Debian's names): $*"
    fi
    say "  installing with apt-get: $*"
    { $as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as apt-get install -y -qq --no-install-recommends "$@"; } \
        > "$scratch/apt.log" 2>&1 || { tail -n 20 "$scratch/apt.log" >&2; stop "apt-get could not install: $*"; }
}

# need "TEST" PACKAGE ...: what of the pairs (shell test, Debian package) is not there is installed, all in one go.
need() {
    local lacking=()
    while [ $# -gt 0 ]; do
        eval "$1" > /dev/null 2>&1 || lacking+=("$2")
        shift 2
    done
    [ ${#lacking[@]} = 0 ] || install_debian "${lacking[@]}"
}

has_header() { echo "#include <$1>" | cc -E -x c -; }

# pack NUSPEC VERSION BASE OUT: the package that the nuspec describes, its files relative to BASE.
pack() {
    local stub="$scratch/pack"
    mkdir -p "$stub"
    cat > "$stub/pack.csproj" << 'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <NoBuild>true</NoBuild>
    <IncludeBuildOutput>false</IncludeBuildOutput>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
</Project>
PROJECT
    (cd "$stub" && dotnet pack pack.csproj -v quiet --nologo "-p:NuspecFile=$1" "-p:NuspecProperties=version=$2" \
        "-p:NuspecBasePath=$3" "-p:PackageOutputPath=$4") > "$stub/log" 2>&1 \
        || { cat "$stub/log" >&2; stop "$(basename "$1") could not be packed (above)."; }
}

# Every library that the native library $1 is linked to can be found here?
loads() { ! ldd "$1" | grep -q 'not found'; }
