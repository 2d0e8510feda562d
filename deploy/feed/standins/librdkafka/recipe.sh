# librdkafka.redist, which Confluent.Kafka brings its native library in, from the source that
# Confluent's own JavaScript client carries. Confluent.Kafka and librdkafka share their version.

needs_librdkafka() { echo Confluent.Kafka; }

source_librdkafka=@confluentinc/kafka-javascript@1.10.1
source_version_librdkafka=2.15.1
source_sha512_librdkafka=29578f5019f6d44a8254ff667f1cc4b8cdd26091c7105ed7fa2882d9ee374108034b211a92c2279821a8a13df0e6af9c340764482acaef58f42027eaa12a992f

build_librdkafka() {
    local recipe="$1" out="$2" version
    version="$(version_of Confluent.Kafka)"
    [ "$version" = "$source_version_librdkafka" ] \
        || stop "Confluent.Kafka is $version, but the source known for a stand-in is librdkafka $source_version_librdkafka. Name another source in standins/librdkafka/recipe.sh."
    need "command -v gcc" gcc "command -v g++" g++ "command -v make" make "command -v python3" python3
    # One need() for the tools, one for the headers: the compiler looks the headers up.
    need "has_header openssl/ssl.h" libssl-dev "has_header zlib.h" zlib1g-dev "has_header zstd.h" libzstd-dev \
        "has_header curl/curl.h" libcurl4-openssl-dev "has_header sasl/sasl.h" libsasl2-dev
    fetch "$source_librdkafka" "$source_sha512_librdkafka"
    say "  compiling librdkafka $version (about half a minute on two cores)"
    (
        cd package/deps/librdkafka
        ./configure --disable-lz4-ext && make -j "$(nproc)" libs
    ) > build.log 2>&1 || { tail -n 30 build.log >&2; stop "librdkafka did not compile (above)."; }
    local feature
    for feature in ZLIB ZSTD SSL SASL_SCRAM SASL_OAUTHBEARER SASL_CYRUS SNAPPY CURL; do
        grep -q "^#define WITH_$feature 1" package/deps/librdkafka/config.h \
            || stop "librdkafka was configured without $feature; see its configure checks for what is missing here."
    done
    mkdir -p content
    strip --strip-unneeded -o content/librdkafka.so package/deps/librdkafka/src/librdkafka.so.1
    cp package/deps/librdkafka/LICENSES.txt content/
    pack "$recipe/librdkafka.redist.nuspec" "$version" "$PWD/content" "$out"
}

# A library kept from another machine is linked to libraries that this one may lack.
check_librdkafka() {
    local library
    library="$(echo "$1"/librdkafka.redist/*/runtimes/linux-x64/native/librdkafka.so)"
    loads "$library" || install_debian libssl3 zlib1g libzstd1 libcurl4 libsasl2-2
    loads "$library" || stop "librdkafka cannot be loaded here: $(ldd "$library" | grep 'not found'). Run deploy/feed/ensure.sh --force to build it on this machine."
}
