using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>A whole model in a GGUF file: Llama, Qwen2, Qwen3 or DeepSeek-V2 and V3, its tensors named as llama.cpp does. Layers
/// are read when they are asked for.</summary>
public sealed class GgufModel : ITransformerSource
{
    private readonly GgufFile _file;
    private readonly bool _isHalfSplit;

    /// <param name="file">Must stay open as long as this is used.</param>
    /// <exception cref="ModelException">The model is of a kind that is not supported.</exception>
    public GgufModel(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        _file = file;
        Shape = GgufShape.Read(file);
        RefuseOtherBiases();
        _isHalfSplit = file.Text("general.architecture") is "qwen2" or "qwen3" or "qwen3moe"; // others' rows are neighbours already
    }

    public TransformerShape Shape { get; }

    public float[] Embedding() => Read("token_embd.weight", Shape.Vocabulary, Shape.Width);

    public float[] FinalNorm() => Read("output_norm.weight", Shape.Width);

    public float[] Head() => Shape.IsTied ? Embedding() : Read("output.weight", Shape.Vocabulary, Shape.Width);

    public LayerWeights Layer(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Shape.Layers);
        string name = $"blk.{index}.";
        return new LayerWeights(Read($"{name}attn_norm.weight", Shape.Width),
            Shape.Latent is { } latent ? Latent(name, latent) : Grouped(name),
            Read($"{name}ffn_norm.weight", Shape.Width),
            Shape.IsSparse(index) ? Sparse(name, Shape.Experts!) : Dense(name, "", Shape.Hidden));
    }

    /// <summary>Of biases only those of queries, keys, values and routers are read; others may be there where they do nothing.</summary>
    private void RefuseOtherBiases()
    {
        HashSet<string> known = [.. Enumerable.Range(0, Shape.Layers).SelectMany(KnownBiases)];
        foreach (string name in _file.Tensors.Keys.Where(name => name.EndsWith(".bias", StringComparison.Ordinal)))
            if (!known.Contains(name) && !IsBeyond(name) && _file.Read(name).Any(bias => bias != 0))
                throw new ModelException($"{_file.Path}: {name} is not 0, but such biases are not supported; give a model without.");
    }

    private IEnumerable<string> KnownBiases(int layer)
    {
        string name = $"blk.{layer}.";
        string[] attention = Shape.HasBiases ? [$"{name}attn_q.bias", $"{name}attn_k.bias", $"{name}attn_v.bias"] : [];
        return Shape.IsSparse(layer) && Shape.Experts!.HasBiases ? attention.Append($"{name}exp_probs_b.bias") : attention;
    }

    /// <summary>Whether it is of a layer that predicts more tokens, which is left out.</summary>
    private bool IsBeyond(string name) =>
        name.Split('.') is ["blk", var layer, ..] && int.TryParse(layer, out int index) && index >= Shape.Layers;

    private GroupedAttention Grouped(string name)
    {
        TransformerShape s = Shape;
        return new GroupedAttention(Turned(Read($"{name}attn_q.weight", s.QueryWidth, s.Width), s.Width),
            Turned(Read($"{name}attn_k.weight", s.KeyValueWidth, s.Width), s.Width),
            Read($"{name}attn_v.weight", s.KeyValueWidth, s.Width), Read($"{name}attn_output.weight", s.Width, s.QueryWidth))
        {
            QueryBias = s.HasBiases ? Turned(Read($"{name}attn_q.bias", s.QueryWidth)) : null,
            KeyBias = s.HasBiases ? Turned(Read($"{name}attn_k.bias", s.KeyValueWidth)) : null,
            ValueBias = s.HasBiases ? Read($"{name}attn_v.bias", s.KeyValueWidth) : null,
            QueryNorm = s.NormsHeads ? Turned(Read($"{name}attn_q_norm.weight", s.HeadWidth)) : null,
            KeyNorm = s.NormsHeads ? Turned(Read($"{name}attn_k_norm.weight", s.HeadWidth)) : null,
        };

        float[] Turned(float[] rows, int columns = 1) =>
            _isHalfSplit ? HalfSplit.ToNeighbours(rows, columns, s.HeadWidth, s.HeadWidth) : rows;
    }

    private LatentAttention Latent(string name, LatentShape latent)
    {
        TransformerShape s = Shape;
        int rank = latent.QueryRank;
        (float[] keys, float[] values) = Up(name, latent);
        return new LatentAttention(
            rank == 0 ? Read($"{name}attn_q.weight", s.QueryWidth, s.Width) : Read($"{name}attn_q_b.weight", s.QueryWidth, rank),
            Read($"{name}attn_kv_a_mqa.weight", latent.Width + latent.RotatedWidth, s.Width), keys, values,
            Read($"{name}attn_output.weight", s.Width, s.MixedWidth))
        {
            QueryDown = rank == 0 ? null : Read($"{name}attn_q_a.weight", rank, s.Width),
            QueryNorm = rank == 0 ? null : Read($"{name}attn_q_a_norm.weight", rank),
            LatentNorm = Read($"{name}attn_kv_a_norm.weight", latent.Width),
        };
    }

    /// <summary>Newer files have keys and values apart, and the keys' matrices transposed, [heads, latent, plain].</summary>
    private (float[] Keys, float[] Values) Up(string name, LatentShape latent)
    {
        int heads = Shape.Heads, plain = latent.PlainWidth, width = latent.Width;
        if (_file.Tensors.ContainsKey($"{name}attn_kv_b.weight"))
            return LatentUp.Split(Read($"{name}attn_kv_b.weight", heads * (plain + latent.ValueWidth), width), heads, latent);
        float[] stored = Read($"{name}attn_k_b.weight", heads, width, plain);
        var keys = new float[stored.Length];
        for (int head = 0; head < heads; head++)
            for (int i = 0; i < width; i++)
                for (int row = 0; row < plain; row++)
                    keys[(((head * plain) + row) * width) + i] = stored[(((head * width) + i) * plain) + row];
        return (keys, Read($"{name}attn_v_b.weight", heads, latent.ValueWidth, width));
    }

    private DenseFeedForward Dense(string name, string kind, int hidden) => new(
        Read($"{name}ffn_gate{kind}.weight", hidden, Shape.Width), Read($"{name}ffn_up{kind}.weight", hidden, Shape.Width),
        Read($"{name}ffn_down{kind}.weight", Shape.Width, hidden));

    private ExpertFeedForward Sparse(string name, ExpertShape experts)
    {
        int hidden = experts.Hidden, width = Shape.Width;
        return new ExpertFeedForward(experts.SharedHidden == 0 ? null : Dense(name, "_shexp", experts.SharedHidden),
            Read($"{name}ffn_gate_inp.weight", experts.Count, width),
            experts.HasBiases ? Read($"{name}exp_probs_b.bias", experts.Count) : null,
            [.. Enumerable.Range(0, experts.Count).Select(expert => new DenseFeedForward(
                One(expert, "gate", hidden, width), One(expert, "up", hidden, width), One(expert, "down", width, hidden)))]);

        float[] One(int expert, string kind, int rows, int columns)
        {
            string tensor = $"{name}ffn_{kind}_exps.weight";
            Check(tensor, experts.Count, rows, columns);
            int count = checked(rows * columns); // one expert fits an array, as all of them do
            return _file.Read(tensor, (long)expert * count, count);
        }
    }

    private float[] Read(string name, params ReadOnlySpan<int> shape)
    {
        Check(name, shape);
        return _file.Read(name);
    }

    private void Check(string name, params ReadOnlySpan<int> shape)
    {
        GgufTensor tensor = _file.Tensor(name);
        if (!shape.SequenceEqual([.. tensor.Shape]))
            throw new ModelException($"{_file.Path}: {name} has the shape [{string.Join(", ", tensor.Shape)}] and not " +
                $"[{string.Join(", ", shape.ToArray())}] as its metadata has it; the file is damaged.");
    }
}
