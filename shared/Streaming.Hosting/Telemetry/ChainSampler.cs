using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Streaming.Hosting;

/// <summary>
/// Spans of records are kept: whether a record is followed was decided before its span began. What comes over HTTP is kept by its caller's choice, or else by
/// the ratio.
/// </summary>
internal sealed class ChainSampler(double ratio, bool honourParents) : Sampler
{
    private readonly Sampler _requests = honourParents ? new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)) : new TraceIdRatioBasedSampler(ratio);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) => samplingParameters.Kind is ActivityKind.Consumer or ActivityKind.Producer
        ? new SamplingResult(SamplingDecision.RecordAndSample)
        : _requests.ShouldSample(samplingParameters);
}
