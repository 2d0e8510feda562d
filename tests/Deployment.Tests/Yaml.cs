using Streaming.Testing;
using YamlDotNet.RepresentationModel;

namespace Streaming.Deployment.Tests;

/// <summary>YAML files of the checkout as trees; merge keys (<c>&lt;&lt;</c>) are followed.</summary>
internal static class Yaml
{
    /// <exception cref="YamlDotNet.Core.YamlException">It is no YAML, or a key is there twice.</exception>
    public static YamlNode Read(string path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(Repository.PathOf(path.Split('/')))));
        return Assert.Single(stream.Documents).RootNode;
    }

    /// <summary>The value of a key; null where there is none.</summary>
    public static YamlNode? Get(this YamlNode node, params string[] path)
    {
        YamlNode? at = node;
        foreach (var key in path)
        {
            at = at?.Pairs().Where(pair => pair.Key == key).Select(pair => pair.Value).FirstOrDefault();
        }

        return at;
    }

    /// <summary>The keys and values of a mapping, with those that it merges in; none of anything else.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> Pairs(this YamlNode? node) => node is not YamlMappingNode mapping
        ? []
        : mapping.Children.SelectMany(child => child.Key.ToString() == "<<"
            ? child.Value is YamlSequenceNode several ? several.Children.SelectMany(one => one.Pairs()) : child.Value.Pairs()
            : [(child.Key.ToString(), child.Value)]);

    /// <summary>The entries of a list; none of anything else.</summary>
    public static IEnumerable<string> Texts(this YamlNode? node) => node is YamlSequenceNode list ? list.Children.Select(child => child.ToString()) : [];

    /// <summary>Every single value anywhere below.</summary>
    public static IEnumerable<string> Scalars(this YamlNode node) => node.AllNodes.OfType<YamlScalarNode>().Select(scalar => scalar.Value ?? "");
}
