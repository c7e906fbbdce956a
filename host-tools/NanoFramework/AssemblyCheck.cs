using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.NanoFramework;

/// <summary>All findings of assemblies that are meant for nanoFramework 1.x devices.</summary>
internal static class AssemblyCheck
{
    /// <param name="paths">Of .dll files; they may refer to one another.</param>
    /// <param name="references">Folder of the reference assemblies.</param>
    public static IReadOnlyList<Finding> Run(IReadOnlyList<string> paths, string references)
    {
        ReferenceSurface surface = ReferenceSurface.Read(references);
        List<AssemblyImage> images = [];
        try
        {
            foreach (string path in paths)
                images.Add(AssemblyImage.Open(path));
            images.ForEach(surface.Add);
            return [.. images.SelectMany(image => Run(image, surface))];
        }
        finally
        {
            images.ForEach(image => image.Dispose());
        }
    }

    /// <exception cref="ModelException">The assembly is damaged.</exception>
    public static IReadOnlyList<Finding> Run(AssemblyImage image, ReferenceSurface surface) =>
        image.Scan<IReadOnlyList<Finding>>(scanned =>
        {
            var kinds = new TypeKinds(scanned, surface);
            IEnumerable<Finding> findings =
            [
                .. new ReferenceScan(scanned, surface).Findings(), .. new DefinitionScan(scanned, kinds).Findings(),
                .. new BodyScan(scanned, kinds).Findings(), .. SizeRules.Assembly(scanned), .. NativeInterop.Findings(scanned),
            ];
            return [.. findings.Distinct()];
        });
}
