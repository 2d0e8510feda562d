namespace Streaming.Suite;

/// <summary>A test that did not pass.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Message">Why: the failure's message and place, or the reason it was skipped.</param>
internal sealed record TestCase(string Name, string Message);
