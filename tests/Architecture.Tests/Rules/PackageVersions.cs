using System.Xml.Linq;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests.Rules;

/// <summary>Versions of packages are named once, in Directory.Packages.props.</summary>
public static class PackageVersions
{
    private static readonly string[] Versions = ["Version", "VersionOverride"];

    /// <summary>Package references of a project that name a version of their own.</summary>
    public static IEnumerable<Breach> Check(SourceFile project) =>
        XDocument.Parse(project.Text, LoadOptions.SetLineInfo).Descendants("PackageReference")
            .Where(package => Versions.Any(name => package.Attribute(name) is not null || package.Element(name) is not null))
            .Select(package => new Breach(
                project.Path,
                ((System.Xml.IXmlLineInfo)package).LineNumber,
                $"{(string?)package.Attribute("Include")} has a version here; versions are in Directory.Packages.props only."));
}
