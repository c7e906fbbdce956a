using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>A model folder of Hugging Face: config.json and safetensors. Models are Llama, Mistral, Qwen2, Qwen3 and DeepSeek-V2
/// and V3; layers beyond those of the config (V3's prediction of more tokens) are left out. Layers are read when they are asked
/// for.</summary>
public sealed class HuggingFaceModel : ITransformerSource, IDisposable
{
    public const string ConfigFile = "config.json";

    private const int UsualScaleBlock = 128;

    private readonly SafetensorsModel _tensors;
    private readonly string _prefix;
    private readonly bool _isHalfSplit;
    private readonly double _amplitude;

    /// <param name="file">Of safetensors in the folder, which has all tensors or is one of the shards; null: what models of Hugging
    /// Face's are called.</param>
    /// <exception cref="ModelException">A file is missing or damaged, or the model is of a kind that is not supported.</exception>
    public HuggingFaceModel(string folder, string? file = null)
    {
        JsonSettings config = JsonSettings.Read(Path.Combine(folder, ConfigFile));
        Shape = HuggingFaceShape.Read(config);
        bool isV3 = HuggingFaceArchitectures.Of(config) == HuggingFaceArchitecture.DeepseekV3ForCausalLM;
        _isHalfSplit = Shape.Latent is null || (isV3 && !config.Flag("rope_interleave", true));
        _amplitude = HuggingFaceRotation.Read(config, Shape.RotatedWidth)?.Amplitude ?? 1;
        _tensors = new SafetensorsModel(folder, file, ScaleBlock(config));
        _prefix = _tensors.Has("embed_tokens.weight") ? "" : "model."; // a model saved without its head has none
    }

    public TransformerShape Shape { get; }

    public float[] Embedding() => _tensors.Read($"{_prefix}embed_tokens.weight", Shape.Vocabulary, Shape.Width);

    public float[] FinalNorm() => _tensors.Read($"{_prefix}norm.weight", Shape.Width);

    public float[] Head() => Shape.IsTied ? Embedding() : _tensors.Read("lm_head.weight", Shape.Vocabulary, Shape.Width);

    public LayerWeights Layer(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Shape.Layers);
        string layer = $"{_prefix}layers.{index}.";
        return new LayerWeights(_tensors.Read($"{layer}input_layernorm.weight", Shape.Width),
            Shape.Latent is { } latent ? Latent($"{layer}self_attn.", latent) : Grouped($"{layer}self_attn."),
            _tensors.Read($"{layer}post_attention_layernorm.weight", Shape.Width),
            Shape.IsSparse(index) ? Sparse($"{layer}mlp.", Shape.Experts!) : Dense($"{layer}mlp.", Shape.Hidden));
    }

    public void Dispose() => _tensors.Dispose();

    private static (int Rows, int Columns) ScaleBlock(JsonSettings config)
    {
        if (config.Part("quantization_config") is not { } quantization)
            return (UsualScaleBlock, UsualScaleBlock);
        if (quantization.Text("quant_method") is var method && method != "fp8")
            throw new ModelException($"{config.Source}: the model is quantized by {method}, which is not supported; give the " +
                "model as it is before that.");
        int[] block = [.. quantization.Integers("weight_block_size")];
        return block is [>= 1, >= 1] ? (block[0], block[1])
            : throw quantization.Wrong("weight_block_size", "rows and columns, the only kind of FP8 that is supported");
    }

    private GroupedAttention Grouped(string name)
    {
        TransformerShape s = Shape;
        if (_tensors.Has($"{name}o_proj.bias") && _tensors.Read($"{name}o_proj.bias", s.Width).Any(bias => bias != 0))
            throw new ModelException($"{name}o_proj.bias is not 0, but biases of attention's output are not supported; give a " +
                "model without.");
        return new GroupedAttention(
            Turned(_tensors.Read($"{name}q_proj.weight", s.QueryWidth, s.Width), s.Width),
            Turned(_tensors.Read($"{name}k_proj.weight", s.KeyValueWidth, s.Width), s.Width),
            _tensors.Read($"{name}v_proj.weight", s.KeyValueWidth, s.Width),
            _tensors.Read($"{name}o_proj.weight", s.Width, s.QueryWidth))
        {
            QueryBias = s.HasBiases ? Turned(_tensors.Read($"{name}q_proj.bias", s.QueryWidth)) : null,
            KeyBias = s.HasBiases ? Turned(_tensors.Read($"{name}k_proj.bias", s.KeyValueWidth)) : null,
            ValueBias = s.HasBiases ? _tensors.Read($"{name}v_proj.bias", s.KeyValueWidth) : null,
            QueryNorm = s.NormsHeads ? Turned(_tensors.Read($"{name}q_norm.weight", s.HeadWidth)) : null,
            KeyNorm = s.NormsHeads ? Turned(_tensors.Read($"{name}k_norm.weight", s.HeadWidth)) : null,
        };

        float[] Turned(float[] rows, int columns = 1) => HalfSplit.ToNeighbours(rows, columns, s.HeadWidth, s.HeadWidth);
    }

    private LatentAttention Latent(string name, LatentShape latent)
    {
        TransformerShape s = Shape;
        int rank = latent.QueryRank, inputs = rank == 0 ? s.Width : rank;
        float[] query = _tensors.Read(name + (rank == 0 ? "q_proj.weight" : "q_b_proj.weight"), s.QueryWidth, inputs);
        float[] down = _tensors.Read($"{name}kv_a_proj_with_mqa.weight", latent.Width + latent.RotatedWidth, s.Width);
        float[] up = _tensors.Read($"{name}kv_b_proj.weight", s.Heads * (latent.PlainWidth + latent.ValueWidth), latent.Width);
        Turn(query, inputs, s.HeadWidth);
        Turn(down, s.Width, latent.Width + latent.RotatedWidth);
        (float[] keys, float[] values) = LatentUp.Split(up, s.Heads, latent);
        return new LatentAttention(query, down, keys, values, _tensors.Read($"{name}o_proj.weight", s.Width, s.MixedWidth))
        {
            QueryDown = rank == 0 ? null : _tensors.Read($"{name}q_a_proj.weight", rank, s.Width),
            QueryNorm = rank == 0 ? null : _tensors.Read($"{name}q_a_layernorm.weight", rank),
            LatentNorm = _tensors.Read($"{name}kv_a_layernorm.weight", latent.Width),
        };

        void Turn(float[] rows, int columns, int headWidth)
        {
            if (_isHalfSplit)
                HalfSplit.ToNeighbours(rows, columns, headWidth, latent.RotatedWidth);
            LatentUp.Amplify(rows, columns, headWidth, latent.RotatedWidth, (float)_amplitude);
        }
    }

    private DenseFeedForward Dense(string name, int hidden) => new(_tensors.Read($"{name}gate_proj.weight", hidden, Shape.Width),
        _tensors.Read($"{name}up_proj.weight", hidden, Shape.Width), _tensors.Read($"{name}down_proj.weight", Shape.Width, hidden));

    private ExpertFeedForward Sparse(string name, ExpertShape experts) => new(
        experts.SharedHidden == 0 ? null : Dense($"{name}shared_experts.", experts.SharedHidden),
        _tensors.Read($"{name}gate.weight", experts.Count, Shape.Width),
        experts.HasBiases ? _tensors.Read($"{name}gate.e_score_correction_bias", experts.Count) : null,
        [.. Enumerable.Range(0, experts.Count).Select(expert => Dense($"{name}experts.{expert}.", experts.Hidden))]);
}
