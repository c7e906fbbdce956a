using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Memory;

/// <summary>Runs layers in strips of rows where their intermediate results would take too much of the arena. The
/// strips are ordinary operators on views of rows, so that the core knows nothing of them and gives the same
/// bytes.</summary>
internal static class RowStrips
{
    /// <summary>How many aims are tried, from the lowest that can be reached to about an eighth above it or to what is
    /// asked for.</summary>
    private const int Aims = 5;

    /// <summary>Plans the arena of <paramref name="model"/>. Where it takes more than <paramref name="most"/> bytes, the
    /// model's program is changed to the cheapest strips that come below or, if none do, that take least.</summary>
    public static ArenaPlan Plan(PackModel model, int most)
    {
        ArenaPlan whole = ArenaPlan.Apply(model);
        if (whole.Bytes <= most)
            return whole;
        PackModel best = model;
        (int Bytes, long Overhead) least = (whole.Bytes, 0);
        foreach (List<StripProgram> strips in Candidates(model, most))
        {
            PackModel candidate = Assemble(model, strips);
            if (!PackFormat.Holds(candidate))
                continue;
            (int, long) cost = (Math.Max(most, ArenaPlan.Apply(candidate).Bytes), strips.Sum(strip => strip.Overhead));
            if (cost.CompareTo(least) < 0)
                (best, least) = (candidate, cost);
        }

        if (best != model)
        {
            model.WholeArenaBytes ??= whole.Bytes;
            Replace(model.Tensors, best.Tensors);
            Replace(model.Operators, best.Operators);
        }

        return ArenaPlan.Apply(model);
    }

    /// <summary>The program with these regions in strips. It shares the tensors outside of them.</summary>
    public static PackModel Assemble(PackModel model, IEnumerable<StripProgram> strips)
    {
        var result = new PackModel();
        result.Inputs.AddRange(model.Inputs);
        result.Outputs.AddRange(model.Outputs);
        int done = 0;
        var replaced = new HashSet<PackTensor>(ReferenceEqualityComparer.Instance);
        var added = new List<PackTensor>();
        foreach (StripProgram strip in strips.OrderBy(strip => strip.Region.First))
        {
            result.Operators.AddRange(model.Operators[done..strip.Region.First]);
            result.Operators.AddRange(strip.Operators);
            done = strip.Region.Last + 1;
            replaced.UnionWith(strip.Replaced);
            added.AddRange(strip.Tensors);
        }

        result.Operators.AddRange(model.Operators[done..]);
        result.Tensors.AddRange(model.Tensors.Where(tensor => !replaced.Contains(tensor)));
        result.Tensors.AddRange(added);
        return result;
    }

    /// <summary>Strips to choose from. The search counts what operators need by themselves, about; a plan of the whole
    /// program can take more or, as it searches longer, less. So it is given several aims.</summary>
    private static IEnumerable<List<StripProgram>> Candidates(PackModel model, int most)
    {
        var search = new StripSearch(model);
        List<StripProgram> lowest = search.Find(0);
        yield return lowest;
        int floor = search.Neediest(lowest).Bytes;
        long span = Math.Max(most, floor + (floor / 8)) - floor;
        HashSet<string> known = [];
        for (int i = 0; i < Aims; i++)
        {
            List<StripProgram> strips = search.Find((int)(floor + (span * i / (Aims - 1))));
            if (known.Add(string.Join(' ', strips.Select(strip => strip.Region).OrderBy(region => region.First))))
                yield return strips;
        }
    }

    private static void Replace<T>(List<T> list, List<T> by)
    {
        list.Clear();
        list.AddRange(by);
    }
}
