namespace Streaming.History;

/// <summary>A history that is open.</summary>
public interface IHistory : IHistoryReader, IHistoryWriter, IAsyncDisposable
{
    /// <summary>Which history it is, for people and manifests: the kind of store and its place, never a user or password. For example <c>sqlite:/data/history.db</c>.</summary>
    string Identity { get; }
}
