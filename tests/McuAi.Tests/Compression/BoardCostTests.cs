using McuAi.HostTools.Boards;
using McuAi.HostTools.Compressing;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Compression;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Compression;

[TestClass]
public sealed class BoardCostTests
{
    [TestMethod]
    [DataRow("mps2-an386")]
    [DataRow("riscv32-virt")]
    public async Task CostsAddUpFromOperatorsThatWereMeasuredInOtherModels(string name)
    {
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find(name);
        var costs = new BoardCosts(board, ["a", "b", "c"], [], 1000, double.PositiveInfinity);
        // The last layer and the blocks of the third model were in the first, its stem in the second.
        _ = await costs.OfAsync(Pack(costs, 12, 3, DataType.Int4, DataType.Int8));
        _ = await costs.OfAsync(Pack(costs, 20, 2, DataType.Int8, DataType.Int4));
        Assert.AreEqual(2, costs.Emulations);
        BoardPack third = Pack(costs, 12, 2, DataType.Int4, DataType.Int8);
        ModelCost predicted = await costs.OfAsync(third);
        Assert.AreEqual(2, costs.Emulations, "the third model was run");
        ModelCost measured = await costs.MeasureAsync(third);
        Assert.AreEqual(1.0, predicted.Instructions / (double)measured.Instructions, 0.01);
        Assert.AreEqual(1.0, predicted.Milliseconds / measured.Milliseconds, 0.05);
        Assert.AreEqual(third.Bytes.Length, predicted.FlashBytes);
        Assert.AreEqual(third.Model.ArenaBytes + 1000, predicted.RamBytes);
    }

    [TestMethod]
    public void ABudgetOfRamMakesLayersRunInStrips()
    {
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find("mps2-an386");
        var free = new BoardCosts(board, ["a", "b", "c"], [], 1000, double.PositiveInfinity);
        ModelGraph graph = KeywordNetworks.DsCnn(49, 10, 3, 1, width: 64, blocks: 2);
        BoardPack whole = Pack(free, graph, DataType.Int8, DataType.Int8);
        var tight = new BoardCosts(board, ["a", "b", "c"], [], 1000, 1000 + whole.Model.ArenaBytes - 200);
        Assert.IsLessThanOrEqualTo(whole.Model.ArenaBytes - 200, Pack(tight, graph, DataType.Int8, DataType.Int8).Model.ArenaBytes);
    }

    /// <summary>A network whose first layers have weights of one width and whose others of another.</summary>
    private static BoardPack Pack(BoardCosts costs, int width, int blocks, DataType stem, DataType others) =>
        Pack(costs, KeywordNetworks.Temporal(49, 20, 3, 1, width, blocks), stem, others);

    private static BoardPack Pack(BoardCosts costs, ModelGraph graph, DataType stem, DataType others)
    {
        var network = new Network<float>(graph);
        var random = new Random(2);
        int features = graph.Inputs[0].Shape[2], size = 49 * features;
        var inputs = new Tensor<float>([.. Enumerable.Range(0, 4 * size).Select(_ => random.NextSingle() - 0.5f)], 4, 49, features, 1);
        var tuning = new FineTuning(new Same(new Batch(inputs, new float[12])), new Dictionary<string, Quantization>());
        int layer = 0;
        tuning.Quantize(network, _ => layer++ < 2 ? stem : others);
        return costs.Pack(TrainedGraph.Quantized(network, [inputs.Data[..size].ToArray()]));
    }

    private sealed class Same(Batch batch) : IBatchSource
    {
        public Batch Batch(int step) => batch;
    }
}
