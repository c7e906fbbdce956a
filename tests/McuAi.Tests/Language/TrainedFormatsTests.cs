using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Training;

namespace McuAi.Tests.Language;

/// <summary>Plans with a format for each matrix, in training.</summary>
[TestClass]
public sealed class TrainedFormatsTests
{
    public static IEnumerable<object[]> Kinds => RandomTransformers.Shapes.Keys.Select(kind => new object[] { kind });

    /// <summary>The integers of a trained model have the formats that the plan has for their places.</summary>
    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void MatricesAreTrainedInTheFormatsOfThePlan(string kind)
    {
        TransformerShape shape = RandomTransformers.Shapes[kind];
        var source = new RandomWeights(shape, 5);
        var formats = new List<MatrixFormat>();
        QuantizationPlan plan = QuantizationPlan.Int4;
        foreach (((int Layer, MatrixSlot Slot) key, QuantizedMatrix _) in QuantizedTransformer.Plain(source, plan).Matrices)
            if (key.Slot == QuantizationPlan.Representative(key.Slot) && key.Slot.Role != MatrixRole.Router)
            {
                formats.Add(new MatrixFormat(formats.Count % 2 == 0 ? 4 : 8, 8 * (1 + (formats.Count % 31))));
                plan = plan with { Raised = plan.Raised.SetItem(key, formats[^1]) };
            }

        Assert.IsGreaterThan(10, formats.Distinct().Count());
        var model = new TrainedTransformer<float>(source);
        model.Quantize(name => TrainedFormats.Of(plan, name));
        QuantizedTransformer integers = TrainedIntegers.Of(model);
        foreach (((int layer, MatrixSlot slot), QuantizedMatrix matrix) in integers.Matrices)
            Assert.AreEqual(layer == QuantizationPlan.EmbeddingLayer ? plan.EmbeddingFormat
                : layer == QuantizationPlan.HeadLayer ? plan.HeadFormat
                : layer == QuantizationPlan.LayerEmbeddings ? plan.LayerEmbeddingsFormat
                : plan.FormatOf(layer, slot), matrix.Format, $"{slot} of layer {layer}");
    }

    [TestMethod]
    [DataRow("layer0.nothing")]
    [DataRow("layer.query")]
    [DataRow("query")]
    public void OtherNamesAreRefused(string name) =>
        Assert.ThrowsExactly<ArgumentException>(() => TrainedFormats.Of(QuantizationPlan.Int4, name));
}
