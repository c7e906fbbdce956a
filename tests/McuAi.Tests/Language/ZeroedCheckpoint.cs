using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Pruning;

namespace McuAi.Tests.Language;

/// <summary>A checkpoint in which all that is not kept gives 0, by the names that transformers has for tensors.</summary>
internal sealed class ZeroedCheckpoint(RandomCheckpoint checkpoint, TransformerShape shape, KeptParts kept)
{
    public void Apply()
    {
        Columns("model.embed_tokens.weight", kept.Channels.Contains);
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string name = $"model.layers.{layer}.";
            string[] writers = [.. checkpoint.Tensors.Keys.Where(key => key.StartsWith(name, StringComparison.Ordinal)
                && (key.EndsWith("o_proj.weight", StringComparison.Ordinal)
                    || key.EndsWith("down_proj.weight", StringComparison.Ordinal)))];
            KeptLayer? own = kept.Layers.FirstOrDefault(each => each.Index == layer);
            foreach (string writer in writers)
                Rows(writer, row => own is not null && kept.Channels.Contains(row));
            if (own is null)
                continue;
            int each = checkpoint.Tensors[$"{name}self_attn.o_proj.weight"].Shape[1] / shape.KeyValueHeads;
            Columns($"{name}self_attn.o_proj.weight", column => own.Groups.Contains(column / each));
            string network = $"{name}mlp." + (shape.IsSparse(layer) ? "shared_experts." : "");
            Columns($"{network}down_proj.weight", own.Neurons.Contains);
            if (shape.IsSparse(layer))
                Unchoose($"{name}mlp.gate.e_score_correction_bias", own.Experts.Contains);
        }
    }

    private void Columns(string name, Func<int, bool> isKept) => Zero(name, (_, column) => isKept(column));

    private void Rows(string name, Func<int, bool> isKept) => Zero(name, (row, _) => isKept(row));

    private void Zero(string name, Func<int, int, bool> isKept)
    {
        (int[] dimensions, float[] values) = checkpoint.Tensors[name];
        for (int i = 0; i < values.Length; i++)
            if (!isKept(i / dimensions[1], i % dimensions[1]))
                values[i] = 0;
    }

    /// <summary>No router chooses an expert with such a bias.</summary>
    private void Unchoose(string name, Func<int, bool> isKept)
    {
        float[] values = checkpoint.Tensors[name].Values;
        for (int i = 0; i < values.Length; i++)
            if (!isKept(i))
                values[i] = -100;
    }
}
