using Streaming.Models.Packages;

namespace Streaming.Models.Deployments;

/// <summary>
/// The place of one deployment in one worker thread. Another model can be offered from any thread; it is opened and tried there, and takes its
/// place at the next batch boundary. One that fails never touches the running one.
/// </summary>
public sealed class ModelSlot : IDisposable
{
    private LoadedModel? _offered;

    /// <summary>Opens a deployment's first model.</summary>
    /// <exception cref="ModelPackageException">It cannot be used.</exception>
    public ModelSlot(DeployedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Running = LoadedModel.Open(model);
    }

    /// <summary>The model that scores.</summary>
    public DeployedModel Model => Running.Deployed;

    internal LoadedModel Running { get; private set; }

    /// <summary>Opens a model that is to take the running one's place. Of several offered between two batches the last one counts.</summary>
    /// <exception cref="ModelPackageException">It cannot be used; the running one stays.</exception>
    /// <exception cref="ArgumentException">It is of another deployment.</exception>
    public void Offer(DeployedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Deployment != Model.Deployment || model.Stage != Model.Stage)
        {
            throw new ArgumentException($"'{model.Deployment}' ({model.Stage}) cannot take the place of '{Model.Deployment}' ({Model.Stage}).", nameof(model));
        }

        Interlocked.Exchange(ref _offered, LoadedModel.Open(model))?.Dispose();
    }

    /// <summary>Puts an offered model in place. Called by the thread that scores, between two batches.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TakeOffered()
    {
        if (Interlocked.Exchange(ref _offered, null) is not { } offered)
        {
            return false;
        }

        Running.Dispose();
        Running = offered;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Interlocked.Exchange(ref _offered, null)?.Dispose();
        Running.Dispose();
    }
}
