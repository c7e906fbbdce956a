using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Language.Lowering;

/// <summary>Attention of both kinds as operators.</summary>
internal sealed class AttentionLowering(ProgramBuilder program, TransformerShape shape, LoweringOptions options)
{
    private const int LeastFraction = 8, MostFraction = 22;

    /// <summary>Cosines and sines of a position, for all layers.</summary>
    public PackTensor Angles(PackTensor position)
    {
        int pairs = shape.RotatedWidth / 2;
        PackTensor frequencies = program.Constant("frequencies", DataType.Int32, [pairs],
            FixedNumbers.Frequencies(Enumerable.Range(0, pairs).Select(shape.Frequency)));
        PackTensor angles = program.Values("angles", 2 * pairs, perRow: true);
        program.Add(Opcode.Angles, [position, frequencies], angles);
        return angles;
    }

    /// <summary>Adds the attention of layer <paramref name="i"/> to the stream.</summary>
    public void Lower(int i, QuantizedAttention weights, PackTensor normed, PackTensor angles, PackTensor position,
        PackTensor stream)
    {
        string name = $"layer {i}";
        PackTensor mixed = weights switch
        {
            QuantizedGroupedAttention grouped => Grouped(i, grouped, normed, angles, position),
            QuantizedLatentAttention latent => Latent(i, latent, normed, angles, position),
            _ => throw new NotSupportedException($"{weights.GetType().Name} is not known here."),
        };
        program.Linear(mixed, program.Pieces($"{name} output", weights.Output, mayCut: program.Rows == 1), weights.Output, stream, stream);
    }

    private PackTensor Grouped(int i, QuantizedGroupedAttention weights, PackTensor normed, PackTensor angles, PackTensor position)
    {
        string name = $"layer {i}";
        PackTensor[] parts = program.Linears(normed, new(weights.Query, $"{name} query", weights.QueryBias),
            new(weights.Key, $"{name} key", weights.KeyBias), new(weights.Value, $"{name} value", weights.ValueBias));
        (PackTensor query, PackTensor key, PackTensor value) = (parts[0], parts[1], parts[2]);
        if (weights.QueryNorm is not null)
            query = program.Norm(query, weights.QueryNorm, shape.Epsilon, $"{name} query norm");
        if (weights.KeyNorm is not null)
            key = program.Norm(key, weights.KeyNorm, shape.Epsilon, $"{name} key norm");
        TurnBoth(query, key, angles, shape.KeyValueHeads);
        return Attend(i, [query, null, key, null, value], position);
    }

    private PackTensor Latent(int i, QuantizedLatentAttention weights, PackTensor normed, PackTensor angles, PackTensor position)
    {
        string name = $"layer {i}";
        LatentShape latent = shape.Latent!;
        int each = shape.HeadWidth;
        LinearPart plainPart = new(Rows(weights.Query, row => row % each < latent.PlainWidth), $"{name} plain query");
        LinearPart rotatedPart = new(Rows(weights.Query, row => row % each >= latent.PlainWidth), $"{name} rotated query");
        LinearPart linePart = new(Rows(weights.Down, row => row < latent.Width), $"{name} latent");
        LinearPart keyPart = new(Rows(weights.Down, row => row >= latent.Width), $"{name} rotated key");
        PackTensor plain, rotated, line, key;
        if (weights.QueryDown is null)
        {
            PackTensor[] all = program.Linears(normed, plainPart, rotatedPart, keyPart, linePart);
            (plain, rotated, key, line) = (all[0], all[1], all[2], all[3]);
        }
        else
        {
            PackTensor[] downs = program.Linears(normed, new(weights.QueryDown, $"{name} query down"), linePart, keyPart);
            PackTensor compressed = program.Norm(downs[0], weights.QueryNorm!, shape.Epsilon, $"{name} query norm");
            (line, key) = (downs[1], downs[2]);
            PackTensor[] queries = program.Linears(compressed, plainPart, rotatedPart);
            (plain, rotated) = (queries[0], queries[1]);
        }

        if (weights.LatentNorm is not null)
            line = program.Norm(line, weights.LatentNorm, shape.Epsilon, $"{name} latent norm");
        TurnBoth(rotated, key, angles, 1);
        PackTensor absorbed = program.Linear(plain, weights.KeyUp, $"{name} key up", blocks: shape.Heads);
        PackTensor mixed = Attend(i, [absorbed, rotated, line, key, null], position);
        return program.Linear(mixed, weights.ValueUp, $"{name} value up", blocks: shape.Heads);
    }

    /// <summary>Turns queries and keys, at once where they are neighbours.</summary>
    private void TurnBoth(PackTensor query, PackTensor key, PackTensor angles, int keyHeads)
    {
        if (program.Joined(query, key) is { } both)
        {
            Turn(both, angles, shape.Heads + keyHeads);
            return;
        }

        Turn(query, angles, shape.Heads);
        Turn(key, angles, keyHeads);
    }

    private void Turn(PackTensor heads, PackTensor angles, int count) => program.Add(Opcode.Rotary, [heads, angles], heads, count);

    /// <param name="parts">Both parts of queries, both of keys, and values.</param>
    private PackTensor Attend(int i, PackTensor?[] parts, PackTensor position)
    {
        int heads = shape.Heads, groups = shape.Latent is null ? shape.KeyValueHeads : 1, context = shape.Context;
        int first = parts[2]!.Dim(3), second = parts[3]?.Dim(3) ?? 0, values = parts[4]?.Dim(3) ?? 0;
        PackTensor keys = program.State($"keys {i}", DataType.Int8, [context, first + second]);
        PackTensor? lines = values == 0 ? null : program.State($"values {i}", DataType.Int8, [context, values]);
        int kinds = 1 + (second == 0 ? 0 : 1) + (values == 0 ? 0 : 1);
        PackTensor scales = program.State($"scales {i}", DataType.Int16, [kinds, context]);
        int width = (values == 0 ? first : values) / groups;
        PackTensor mixed = program.Values($"mixed {i}", heads * width, perRow: true);
        double factor = Math.Log2(Math.E) * (shape.ScoreFactor ?? (1 / Math.Sqrt(shape.HeadWidth)));
        CacheRange range = options.Ranges[i];
        program.Add(new PackOperator(Opcode.Attention, [.. parts, position, keys, lines, scales], [mixed],
            [heads, groups, Fraction(range.Keys), Fraction(range.Values), .. FixedNumbers.Factor(factor)]),
            ProgramBuilder.Aligned((8 * context) + (4 * (((first + second) / groups) + width))));
        return mixed;
    }

    /// <summary>Fraction bits with which a line's scale just holds a number.</summary>
    private static int Fraction(double greatest) => greatest <= 0
        ? MostFraction
        : Math.Clamp((int)Math.Floor(Math.Log2(127 * 32767 / greatest)), LeastFraction, MostFraction);

    private static QuantizedMatrix Rows(QuantizedMatrix matrix, Func<int, bool> chosen) =>
        matrix.Select([.. Enumerable.Range(0, matrix.Rows).Where(chosen)]);
}
