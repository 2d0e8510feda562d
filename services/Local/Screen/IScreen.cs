namespace Streaming.Local.Screen;

/// <summary>Shows the chain to a person.</summary>
internal interface IScreen : IDisposable
{
    /// <summary>Shows a moment.</summary>
    void Show(ChainView view);

    /// <summary>Says something that stays.</summary>
    void Say(string line);
}
