# Microsoft.ML.OnnxRuntime and its .Managed half, from the Unity package that carries Microsoft's
# managed sources and native library of one release.

needs_onnxruntime() { echo Microsoft.ML.OnnxRuntime; }

source_onnxruntime=com.github.asus4.onnxruntime@0.4.9
source_version_onnxruntime=1.29.0
source_sha512_onnxruntime=064cf176e499f4891e0cfe90f25cf64c553689eee1492bd2ed921fccca28131a2ad02373267bae19a509ec8b288c182a3b8a2e0f58d76a1f0e63225b08ddbd16

build_onnxruntime() {
    local recipe="$1" out="$2" version
    version="$(version_of Microsoft.ML.OnnxRuntime)"
    [ "$version" = "$source_version_onnxruntime" ] \
        || stop "Microsoft.ML.OnnxRuntime is $version, but the source known for a stand-in is $source_version_onnxruntime. Name another source in standins/onnxruntime/recipe.sh."
    fetch "$source_onnxruntime" "$source_sha512_onnxruntime"
    grep -aq "VERS_$version" package/Plugins/Linux/x64/libonnxruntime.so \
        || stop "the native library in $source_onnxruntime is not ONNX Runtime $version."
    say "  compiling the managed half of ONNX Runtime $version"
    cp "$recipe/Microsoft.ML.OnnxRuntime.csproj" .
    dotnet build Microsoft.ML.OnnxRuntime.csproj -c Release -o content -v quiet --nologo "-p:Version=$version" > build.log 2>&1 \
        || { tail -n 30 build.log >&2; stop "the managed half of ONNX Runtime did not compile (above)."; }
    cp package/Plugins/Linux/x64/*.so package/LICENSE package/ThirdPartyNotices.txt content/
    pack "$recipe/Microsoft.ML.OnnxRuntime.Managed.nuspec" "$version" "$PWD/content" "$out"
    pack "$recipe/Microsoft.ML.OnnxRuntime.nuspec" "$version" "$PWD/content" "$out"
}

check_onnxruntime() {
    local library
    library="$(echo "$1"/microsoft.ml.onnxruntime/*/runtimes/linux-x64/native/libonnxruntime.so)"
    loads "$library" || install_debian libstdc++6
    loads "$library" || stop "ONNX Runtime cannot be loaded here: $(ldd "$library" | grep 'not found')."
}
