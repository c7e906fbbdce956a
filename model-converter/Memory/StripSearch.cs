using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Memory;

/// <summary>Chooses the regions of a program that run in strips of rows: as long as some operators need more memory than
/// aimed at, the region around the neediest that brings them below at the least cost, or lowest.</summary>
internal sealed class StripSearch
{
    /// <summary>Most operators of a region.</summary>
    private const int MostOperators = 12;

    private static readonly int[] Heights = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];

    private readonly PackModel _model;
    private readonly RowWindow?[]?[] _windows;
    private readonly Dictionary<StripRegion, StripProgram?> _programs = [];

    /// <summary>What each operator takes by itself.</summary>
    private readonly int[] _needs;

    /// <summary>For each operator the number of the last one that reads its output; none where the output is more than
    /// an intermediate result of operators that work on rows.</summary>
    private readonly int?[] _lastReader;

    public StripSearch(PackModel model)
    {
        _model = model;
        _windows = [.. model.Operators.Select(RowWindow.Of)];
        _needs = ArenaPlan.BytesOfEach(model);
        _lastReader = LastReaders();
    }

    /// <summary>Regions, apart from each other, after which no operators need more than <paramref name="aim"/> bytes by
    /// themselves, if that can be reached.</summary>
    public List<StripProgram> Find(int aim)
    {
        var chosen = new List<StripProgram>();
        for (int i = 0; i < _model.Operators.Count; i++) // each round brings at least one operator below the peak
        {
            (StripRegion neediest, int bytes) = Neediest(chosen);
            if (bytes <= aim || Better(chosen, neediest, bytes, aim) is not { } better)
                break;
            chosen.RemoveAll(strip => better.Region.Contains(strip.Region));
            chosen.Add(better);
        }

        return chosen;
    }

    /// <summary>The operators that need most by themselves when these regions run in strips.</summary>
    public (StripRegion Region, int Bytes) Neediest(List<StripProgram> chosen) => _needs
        .Select((bytes, i) => (Region: new StripRegion(i, i, 0), Bytes: bytes))
        .Where(whole => !chosen.Exists(strip => strip.Region.Contains(whole.Region)))
        .Concat(chosen.Select(strip => (strip.Region, strip.Bytes)))
        .DefaultIfEmpty()
        .MaxBy(operators => operators.Bytes);

    /// <summary>The best region around these operators that needs fewer than <paramref name="bytes"/>.</summary>
    private StripProgram? Better(List<StripProgram> chosen, StripRegion around, int bytes, int aim)
    {
        StripProgram? best = null;
        (int Bytes, long Overhead) least = (bytes, long.MinValue);
        foreach (StripRegion region in Regions(chosen, around))
            foreach (int height in Heights.TakeWhile(rows => rows < _model.Operators[region.Last].Output.Dim(1)))
            {
                if (Program(region with { Rows = height }) is not { } program)
                    continue;
                (int, long) cost = (Math.Max(program.Bytes, aim), program.Overhead);
                if (cost.CompareTo(least) < 0)
                    (best, least) = (program, cost);
                if (program.Bytes > aim)
                    break; // more rows need more
            }

        return best;
    }

    /// <summary>Sound regions that contain <paramref name="around"/> and cut no chosen one apart.</summary>
    public IEnumerable<StripRegion> Regions(List<StripProgram> chosen, StripRegion around)
    {
        for (int first = around.First; first >= 0 && around.Last - first < MostOperators && _windows[first] is not null;
            first--)
        {
            int furthest = first; // the last operator that reads what the region keeps to itself
            for (int last = first; last < _windows.Length && last - first < MostOperators && _windows[last] is not null;
                last++)
            {
                var region = new StripRegion(first, last, 0);
                if (last > first && last >= around.Last && furthest <= last &&
                    chosen.TrueForAll(strip => !region.Meets(strip.Region) || region.Contains(strip.Region)))
                    yield return region;
                if (_lastReader[last] is not { } reader)
                    break;
                furthest = Math.Max(furthest, reader);
            }
        }
    }

    /// <summary>A region of <see cref="Regions"/> in strips of its rows, where a pack can express that.</summary>
    public StripProgram? Program(StripRegion region)
    {
        if (_programs.TryGetValue(region, out StripProgram? program))
            return program;
        program = StripProgram.Build(_model, region, _windows);
        if (program is not null)
            program.Bytes = ArenaPlan.BytesOf(RowStrips.Assemble(_model, [program]), region.First,
                region.First + program.Operators.Count - 1);
        _programs.Add(region, program);
        return program;
    }

    private int?[] LastReaders()
    {
        var readers = new Dictionary<PackTensor, int>(ReferenceEqualityComparer.Instance);
        var unfit = new HashSet<PackTensor>(_model.Inputs.Concat(_model.Outputs), ReferenceEqualityComparer.Instance);
        foreach (PackTensor tensor in _model.Tensors)
            if (tensor.ViewOf is { } viewed)
                unfit.UnionWith([tensor, viewed]);
        var written = new HashSet<PackTensor>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < _windows.Length; i++)
        {
            PackOperator node = _model.Operators[i];
            unfit.UnionWith(node.Outputs.Where(output => !written.Add(output))); // in a damaged pack
            for (int k = 0; k < node.Inputs.Length; k++)
            {
                if (node.Inputs[k] is not { } tensor)
                    continue;
                readers[tensor] = i;
                if (_windows[i]?[k] is null)
                    unfit.Add(tensor);
            }
        }

        return [.. _model.Operators.Select((node, i) => !unfit.Contains(node.Output) &&
            readers.TryGetValue(node.Output, out int reader) && reader > i ? reader : (int?)null)];
    }
}
