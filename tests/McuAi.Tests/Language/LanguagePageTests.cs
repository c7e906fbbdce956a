using System.Text;
using McuAi.HostTools.Inspection;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Language;

/// <summary>What the page of a language model tells.</summary>
[TestClass]
public sealed class LanguagePageTests
{
    /// <summary>8 experts, of which a token reads 3; the embedding is also the head, of 71 rows.</summary>
    [TestMethod]
    public void PageTellsWhatATokenReads()
    {
        PackModel model = TransformerCoreTests.Pack("experts", QuantizationPlan.Int4, rows: 1);
        PackWriter.Write(model);
        string page = Encoding.UTF8.GetString(InspectionPage.Render(model));
        long experts = model.Operators.SelectMany(node => node.OnDemand).Sum(matrix => (long)matrix.Bytes);
        long embedding = model.Operators[0].Input(1).Bytes;
        long read = model.WeightBytes - (experts * 5 / 8) + (embedding / 71);
        StringAssert.Contains(page, $"{read:N0} bytes of weights for each token", page[..3000]);
        StringAssert.Contains(page, "layer 1: chosen experts");
        StringAssert.Contains(page, $"Of each token {2 * (24 + 4)} numbers of 8 bits are remembered in 2 layers");
        StringAssert.Contains(page, "How often each expert was chosen for 48 tokens");
    }

    /// <summary>Of the table in which layers look up, one piece.</summary>
    [TestMethod]
    public void PageTellsWhatLayersLookUp()
    {
        PackModel model = TransformerCoreTests.Pack("looked up, experts", QuantizationPlan.Int4, rows: 1);
        PackWriter.Write(model);
        IReadOnlyList<(string Part, long Bytes)> parts = TokenReads.Of(model)!.Parts;
        long piece = parts.Single(part => part.Part == "layer embeddings, a piece").Bytes;
        long table = model.Operators.Single(node => node.Opcode == Opcode.EmbeddingPieces).OnDemand.Sum(each => (long)each.Bytes);
        Assert.AreEqual(700 * (8 + 1 + 16), table);
        Assert.AreEqual(152 * (8 + 1 + 16), piece);
        StringAssert.Contains(Encoding.UTF8.GetString(InspectionPage.Render(model)), "layer embeddings, a piece");
    }
}
